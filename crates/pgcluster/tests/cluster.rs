//! A cluster starts, gives databases, and leaves nothing behind.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::io::{BufRead, BufReader, Error, ErrorKind, Read};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use openlma_pgcluster::{Cluster, Options, shared};

/// The address behind a `postgres://user@address/name`.
fn address(url: &str) -> &str {
    url.split(['@', '/']).nth(3).unwrap()
}

#[test]
fn two_databases_are_two() {
    let (one, two) = (
        shared().create_database(None).unwrap(),
        shared().create_database(None).unwrap(),
    );
    assert_ne!(one.name, two.name);
    assert!(
        one.url.ends_with(&one.name) && one.url.starts_with("postgres://"),
        "{one:?}"
    );
    Cluster::attach(&one.url).unwrap();
    Cluster::attach(&two.url).unwrap();
}

#[test]
fn a_template_is_prepared_once_and_copied() {
    let mut prepared = 0;
    for _ in 0..2 {
        shared()
            .ensure_template("tests_of_a_template", |url| {
                prepared += 1;
                Cluster::attach(url).map(drop)
            })
            .unwrap();
    }
    assert_eq!(prepared, 1);
    shared()
        .create_database(Some("tests_of_a_template"))
        .unwrap();
}

#[test]
fn a_template_whose_preparation_fails_is_not_there() {
    let failed = shared().ensure_template("tests_of_a_failure", |_| Err(Error::other("no")));
    assert_eq!(failed.unwrap_err().to_string(), "no");
    let error = shared()
        .create_database(Some("tests_of_a_failure"))
        .unwrap_err();
    assert!(error.to_string().contains("tests_of_a_failure"), "{error}");
}

#[test]
fn a_dropped_cluster_is_gone_with_its_folder() {
    let parent = tempfile::tempdir().unwrap();
    open_to_all(parent.path());
    let options = Options {
        fsync: true,
        parent: Some(parent.path().to_owned()),
    };
    let cluster = Cluster::start(&options).unwrap();
    let address = address(cluster.admin_url()).to_owned();
    TcpStream::connect(&address).unwrap();
    assert_eq!(parent.path().read_dir().unwrap().count(), 1);

    drop(cluster);
    let refused = TcpStream::connect(&address).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    assert_eq!(parent.path().read_dir().unwrap().count(), 0);
}

#[test]
fn a_cluster_ends_with_a_process_that_is_killed() {
    let mut owner = Command::new(env!("CARGO_BIN_EXE_openlma-pgcluster"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(owner.stdout.take().unwrap())
        .read_line(&mut url)
        .unwrap();
    let mut connection = TcpStream::connect(address(&url)).unwrap();

    owner.kill().unwrap();
    owner.wait().unwrap();
    // The server hangs up when it ends, so this returns then and not before.
    assert!(matches!(connection.read(&mut [0]), Ok(0) | Err(_)));
}

#[test]
fn nobody_at_home_is_an_error() {
    assert!(Cluster::attach("postgres://postgres@127.0.0.1:1/postgres").is_err());
}

/// The server's account makes and removes its folder there.
fn open_to_all(folder: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o1777)).unwrap();
}
