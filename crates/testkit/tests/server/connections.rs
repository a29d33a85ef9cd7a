//! Connections that clients keep.

use std::io::{BufRead, BufReader, Result, Write};
use std::net::TcpStream;

use openlma_testkit::{Backend, TestServer};
use rstest::rstest;

/// Status of the next answer of a connection, its body read.
fn status(answers: &mut impl BufRead) -> Result<String> {
    let mut first = String::new();
    answers.read_line(&mut first)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        answers.read_line(&mut line)?;
        match line.trim().split_once(':') {
            None => break,
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().unwrap_or_default();
            }
            Some(_) => {}
        }
    }
    answers.read_exact(&mut vec![0; length])?;
    Ok(first.split(' ').nth(1).unwrap_or_default().to_owned())
}

/// A body that comes late belongs to the request that is refused, not to the next one.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn a_refused_request_leaves_the_connection_whole(#[case] backend: Backend) {
    let server = TestServer::start(backend);
    let address = server.url.strip_prefix("http://").unwrap();
    let mut connection = TcpStream::connect(address).unwrap();
    let mut answers = BufReader::new(connection.try_clone().unwrap());
    for (path, expected) in [
        ("/services/data/v62.0/query", "405"),
        ("/services/data/v62.0/sobjects/Lead", "401"),
        ("/services/oauth2/token", "400"),
        ("/services/nothing", "404"),
    ] {
        let head = format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n");
        connection.write_all(head.as_bytes()).unwrap();
        connection.flush().unwrap();
        // Nothing is answered before the body is there.
        connection.set_nonblocking(true).unwrap();
        assert!(connection.peek(&mut [0]).is_err());
        connection.set_nonblocking(false).unwrap();
        connection.write_all(b"{}").unwrap();
        assert_eq!(status(&mut answers).unwrap(), expected, "{path}");
    }
}
