//! Connections that clients keep, and how long a request's first line may be.

use std::io::{BufRead, BufReader, Read, Result, Write};
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

/// R-ERR-2: every address that the HTTP layer takes reaches a door and is answered in its shape; a
/// longer one is refused by that layer, and the connection ends.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_2_the_longest_address(#[case] backend: Backend) {
    const LONGEST: usize = 65_534;
    let server = TestServer::start(backend);
    let ask = |length: usize| {
        let start = "/services/data/v62.0/query?q=";
        let target = format!("{start}{}", "x".repeat(length - start.len()));
        let mut connection = TcpStream::connect(server.url.strip_prefix("http://").unwrap());
        let connection = connection.as_mut().unwrap();
        let request = format!("GET {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        connection.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        answer
    };
    let refused = ask(LONGEST);
    assert!(refused.starts_with("HTTP/1.1 401 "), "{refused}");
    assert!(refused.contains("\"INVALID_SESSION_ID\""), "{refused}");
    assert!(ask(LONGEST + 1).starts_with("HTTP/1.1 414 "));
}
