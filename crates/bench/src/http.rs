//! A plain load: threads that each keep one connection and send one request after another.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// One keep-alive connection.
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
    body: Vec<u8>,
}

impl Connection {
    pub(crate) fn open(address: &str) -> Result<Connection> {
        let stream = TcpStream::connect(address).context("no connection to the server")?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Connection {
            stream: BufReader::new(stream),
            body: Vec::new(),
        })
    }

    /// Sends a request and reads its answer: status and body.
    pub(crate) fn send(&mut self, request: &[u8]) -> Result<(u16, &[u8])> {
        self.stream.get_mut().write_all(request)?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).context("no status line")?.parse()?;
        let mut length = 0;
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let header = line.trim_end();
            if header.is_empty() {
                break;
            }
            if let Some((name, value)) = header.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse()?;
            }
        }
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body)?;
        Ok((status, &self.body))
    }

    /// Sends a request whose answer is JSON, and a good one.
    pub(crate) fn json(&mut self, request: &[u8]) -> Result<serde_json::Value> {
        let (status, body) = self.send(request)?;
        if !(200..300).contains(&status) {
            bail!("an answer of {status}: {}", String::from_utf8_lossy(body));
        }
        Ok(serde_json::from_slice(body)?)
    }
}

/// The path of a query.
pub(crate) fn query(soql: &str) -> String {
    let mut path = String::from("/services/data/v62.0/query?q=");
    for byte in soql.bytes() {
        if byte.is_ascii_alphanumeric() || b"_.-".contains(&byte) {
            path.push(char::from(byte));
        } else {
            let _ = write!(path, "%{byte:02X}");
        }
    }
    path
}

/// A GET with a bearer.
pub(crate) fn get(path: &str, bearer: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {bearer}\r\n\r\n")
        .into_bytes()
}

/// A POST of JSON with a bearer.
pub(crate) fn post(path: &str, bearer: &str, body: &str) -> Vec<u8> {
    with_body("POST", path, bearer, body)
}

/// A PATCH of JSON with a bearer.
pub(crate) fn patch(path: &str, bearer: &str, body: &str) -> Vec<u8> {
    with_body("PATCH", path, bearer, body)
}

fn with_body(method: &str, path: &str, bearer: &str, body: &str) -> Vec<u8> {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {bearer}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Sends requests from `threads` threads for a while; answers how many were answered as wanted.
///
/// `request` makes the nth request of a thread, or ends the thread.
pub(crate) fn load(
    address: &str,
    threads: usize,
    time: Duration,
    request: impl Fn(usize, u64) -> Option<Vec<u8>> + Sync,
    wanted: impl Fn(u16, &[u8]) -> bool + Sync,
) -> Result<u64> {
    let done = AtomicU64::new(0);
    let failed = AtomicBool::new(false);
    #[expect(clippy::disallowed_methods, reason = "a measurement")]
    let started = Instant::now();
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let (request, wanted, done, failed) = (&request, &wanted, &done, &failed);
            scope.spawn(move || {
                let run = || -> Result<()> {
                    let mut connection = Connection::open(address)?;
                    for n in 0.. {
                        if started.elapsed() >= time {
                            return Ok(());
                        }
                        let Some(text) = request(thread, n) else {
                            return Ok(());
                        };
                        let (status, body) = connection.send(&text)?;
                        if !wanted(status, body) {
                            bail!("an answer of {status}: {}", String::from_utf8_lossy(body));
                        }
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                    Ok(())
                };
                if let Err(e) = run() {
                    eprintln!("a caller stopped: {e:#}");
                    failed.store(true, Ordering::Relaxed);
                }
            });
        }
    });
    if failed.load(Ordering::Relaxed) {
        bail!("not every request was answered as wanted");
    }
    Ok(done.load(Ordering::Relaxed))
}
