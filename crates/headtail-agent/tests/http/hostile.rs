//! Requests that mean no good, or come badly.

use std::io::{BufReader, Read, Write};
use std::time::{Duration, Instant};

use crate::client::{Address, encode, is_closed_within, receive, request};
use crate::home::{Home, LONG};

fn addresses(server: &crate::server::Server) -> Vec<Address> {
    [Some(server.unix.clone()), server.tcp.clone()].into_iter().flatten().collect()
}

#[test]
fn a_request_may_come_byte_by_byte_and_several_in_one_piece() {
    let home = Home::new();
    let server = home.serve(&["--listen", "127.0.0.1:0"]);
    for address in addresses(&server) {
        let mut stream = address.connect();
        let text = encode(&address, "POST", "/start", &[], Some(r#"{"command":"true"}"#));
        for byte in text.as_bytes() {
            stream.write_all(&[*byte]).expect("a byte");
        }
        assert_eq!(receive(&mut BufReader::new(stream)).status, 200);
        let mut stream = address.connect();
        let text = encode(&address, "GET", "//health", &[], None).replace("Connection: close\r\n", "");
        stream.write_all(text.repeat(3).as_bytes()).expect("three requests");
        let mut stream = BufReader::new(stream);
        for _ in 0..3 {
            assert_eq!(receive(&mut stream).status, 200);
        }
    }
}

#[test]
fn garbage_is_refused_and_harms_nobody() {
    let home = Home::new();
    let server = home.serve(&["--listen", "127.0.0.1:0"]);
    for address in addresses(&server) {
        for garbage in [
            &b"\0\xff\xfe\x01\r\n\r\n"[..],
            b"GET\r\n\r\n",
            b"GET / HTTP/9.9\r\n\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
            b"POST /api/v0/processes/start HTTP/1.1\r\nContent-Length: -1\r\n\r\n{}",
            b"POST /api/v0/processes/start HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
            b"POST /api/v0/processes/start HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        ] {
            let mut stream = address.connect();
            // It may be refused before all of it was sent.
            let _ = stream.write_all(garbage);
            let _ = stream.write_all(b"\r\n\r\n");
            assert!(is_closed_within(&mut *stream, LONG), "{garbage:?}");
        }
        let long = format!("X: {}", "x".repeat(1 << 20));
        let mut stream = address.connect();
        let _ = stream.write_all(encode(&address, "GET", "/list", &[&long], None).as_bytes());
        assert!(is_closed_within(&mut *stream, LONG));
        assert_eq!(request(&address, "GET", "/list", &[], None).body["total"], 0);
    }
}

#[test]
fn a_body_over_a_megabyte_is_refused() {
    let home = Home::new();
    let server = home.serve(&["--listen", "127.0.0.1:0"]);
    let body = |length: usize| {
        let start = r#"{"command":"true","labels":{"x":""#;
        format!("{start}{}\"}}}}", "x".repeat(length - start.len() - 3))
    };
    for address in addresses(&server) {
        assert_eq!(request(&address, "POST", "/start", &[], Some(&body(1 << 20))).status, 200);
        assert_eq!(request(&address, "POST", "/start", &[], Some(&body((1 << 20) + 1))).status, 413);
        // One that asks first is told before it sends the body.
        let mut stream = address.connect();
        let text = encode(&address, "POST", "/start", &["Expect: 100-continue"], Some(&body(2 << 20)));
        let head = text.find("\r\n\r\n").expect("a head") + 4;
        stream.write_all(&text.as_bytes()[..head]).expect("a head");
        assert_eq!(receive(&mut BufReader::new(stream)).status, 413);
    }
}

#[test]
fn slow_heads_and_bodies_are_given_up() {
    let home = Home::new();
    let server = home.serve(&["--listen", "127.0.0.1:0"]);
    let addresses = addresses(&server);
    let begun = Instant::now();
    let mut heads: Vec<_> = addresses.iter().map(Address::connect).collect();
    let mut bodies: Vec<_> = addresses.iter().map(Address::connect).collect();
    let mut long: Vec<_> = addresses.iter().map(Address::connect).collect();
    for (stream, address) in heads.iter_mut().zip(&addresses) {
        let text = encode(address, "GET", "/list", &[], None);
        stream.write_all(&text.as_bytes()[..text.len() - 2]).expect("most of a head");
    }
    for (stream, address) in bodies.iter_mut().zip(&addresses) {
        let text = encode(address, "POST", "/start", &[], Some(r#"{"command":"true"}"#));
        stream.write_all(&text.as_bytes()[..text.len() - 1]).expect("most of a body");
    }
    for (stream, address) in long.iter_mut().zip(&addresses) {
        let text = encode(address, "POST", "/start", &[], Some(&" ".repeat((1 << 20) + 1)));
        let head = text.find("\r\n\r\n").expect("a head") + 4;
        stream.write_all(&text.as_bytes()[..head]).expect("a head");
    }
    for stream in bodies {
        assert_eq!(receive(&mut BufReader::new(stream)).status, 408);
    }
    for stream in long {
        assert_eq!(receive(&mut BufReader::new(stream)).status, 413);
    }
    for mut stream in heads {
        assert!(is_closed_within(&mut *stream, LONG));
    }
    assert!(begun.elapsed() >= Duration::from_secs(9));
    assert_eq!(server.get("/list").body["total"], 0);
}

#[test]
fn the_sixty_fifth_connection_over_tcp_is_told_so() {
    let home = Home::new();
    let server = home.serve(&["--listen", "127.0.0.1:0"]);
    let id = server.sh("sleep 600");
    let address = server.tcp.clone().expect("an address");
    let mut streams: Vec<_> = (0..64)
        .map(|_| {
            let mut stream = address.connect();
            let text = encode(&address, "GET", &format!("/{id}/stream"), &[], None);
            stream.write_all(text.as_bytes()).expect("a request");
            stream.read_exact(&mut [0]).expect("an answer");
            stream
        })
        .collect();
    let refused = request(&address, "GET", "/list", &[], None);
    assert_eq!(
        (refused.status, &refused.body["message"]),
        (503, &serde_json::json!("Too many connections."))
    );
    assert_eq!(server.get("/list").body["total"], 1, "the Unix socket has no such limit");
    streams.pop();
    crate::home::until("a free place", || request(&address, "GET", "/list", &[], None).status == 200);
}
