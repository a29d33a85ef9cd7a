//! The measured servers, each in a process of its own: this same program, started as a child.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use openlma_server::Settings;
use openlma_testkit::bulk;

/// Bytes for what checks have read, as the server has it when nothing is set.
const CHECK_CACHE: u64 = 240 << 20;

/// A server in a process of its own; it ends with this value.
pub(crate) struct Server {
    pub(crate) address: String,
    pub(crate) pid: u32,
    child: Child,
}

impl Server {
    /// Our server on a database.
    pub(crate) fn ours(database: &str) -> Result<Server> {
        Server::start(&["ours", database])
    }

    /// Our server, which remembers nothing of what checks have read.
    pub(crate) fn reading(database: &str) -> Result<Server> {
        Server::start(&["reading", database])
    }

    /// A bare handler with the same middleware, which answers `body`.
    pub(crate) fn bare(body: &str) -> Result<Server> {
        Server::start(&["bare", body])
    }

    fn start(arguments: &[&str]) -> Result<Server> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("child")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().context("the child's output")?;
        let mut address = String::new();
        BufReader::new(output).read_line(&mut address)?;
        let pid = child.id();
        if address.trim().is_empty() {
            bail!("the measured server did not start");
        }
        Ok(Server {
            address: address.trim().to_owned(),
            pid,
            child,
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The end of its input is the sign to stop.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// The child's side.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let app = match arguments {
        [kind, database] if kind == "ours" => Some(bulk::app_keeping(database, CHECK_CACHE)?),
        [kind, database] if kind == "reading" => Some(bulk::app(database)?),
        [kind, _] if kind == "bare" => None,
        _ => bail!("child: ours DATABASE, reading DATABASE, or bare BODY"),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let settings = Settings::new(format!("http://{address}"));
        match app {
            Some(app) => {
                let running = openlma_server::serve(app, settings, listener, parent_gone()).await?;
                println!("{address}");
                running.ended().await?;
            }
            None => {
                let body: Arc<str> = Arc::from(arguments[1].as_str());
                let handler = get(move || {
                    let body = body.to_string();
                    async move { ([(CONTENT_TYPE, "application/json")], body) }
                });
                let bare = Router::new().route("/api/v1/licensed", handler);
                let service = openlma_server::with_middleware(bare, &settings);
                println!("{address}");
                axum::serve(listener, service)
                    .with_graceful_shutdown(parent_gone())
                    .await?;
            }
        }
        Ok(())
    })
}

/// Done when the parent closes our input.
async fn parent_gone() {
    let (tell, told) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        let _ = tell.send(());
    });
    let _ = told.await;
}
