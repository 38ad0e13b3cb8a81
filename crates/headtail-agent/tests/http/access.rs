//! Who may ask what, and where the server listens.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;

use serde_json::json;

use crate::client::{Address, Reply, encode, is_closed_within, receive, request};
use crate::home::{Home, LONG, until};
use crate::server::{has, is_private_socket};

/// What a server on TCP answers to these lines.
fn ask(port: u16, lines: &[String], body: &str) -> Reply {
    let address = Address::Tcp { port, token: String::new() };
    let mut stream = address.connect();
    let text = format!("{}\r\nConnection: close\r\n\r\n{body}", lines.join("\r\n"));
    stream.write_all(text.as_bytes()).expect("a request");
    receive(&mut BufReader::new(stream))
}

#[test]
fn over_tcp_each_request_must_know_the_token_and_name_the_server() {
    let home = Home::new();
    let server = home.serve(&["--listen", "127.0.0.1:0"]);
    let Some(Address::Tcp { port, token }) = server.tcp.clone() else { panic!("an address") };
    let bearer = format!("Authorization: Bearer {token}");
    let host = format!("Host: 127.0.0.1:{port}");
    let get = |lines: &[&str]| {
        let head = ["GET /api/v0/health HTTP/1.1".to_owned()];
        let lines: Vec<_> = head.into_iter().chain(lines.iter().map(|line| (*line).to_owned())).collect();
        ask(port, &lines, "")
    };
    assert_eq!(get(&[&host, &bearer]).status, 200);
    assert_eq!(get(&[&format!("Host: LOCALHOST:{port}"), &bearer.replace("Bearer", "bearer")]).status, 200);
    for host in [
        format!("Host: evil.example:{port}"),
        "Host: 127.0.0.1".into(),
        format!("Host: 127.0.0.1:{}", port.wrapping_add(1)),
        format!("Host: 127.0.0.1:0{port}"),
        format!("Host: 127.0.0.1:+{port}"),
        format!("Host: localhost.evil.example:{port}"),
        format!("Host: x@localhost:{port}"),
        format!("Host: localhost:{port}\r\nHost: localhost:{port}"),
        "X: y".into(),
    ] {
        assert_eq!(get(&[&host, &bearer]).status, 403, "{host}");
    }
    let absolute =
        [format!("GET http://evil.example:{port}/api/v0/health HTTP/1.1"), host.clone(), bearer.clone()];
    assert_eq!(ask(port, &absolute, "").status, 403);
    for origin in ["null", "http://localhost", &format!("http://127.0.0.1:{port}")] {
        assert_eq!(get(&[&host, &bearer, &format!("Origin: {origin}")]).status, 403, "{origin}");
    }
    let mut near = token.clone();
    near.replace_range(63.., if token.ends_with('0') { "1" } else { "0" });
    for wrong in [
        "X: y".to_owned(),
        "Authorization: Bearer".into(),
        format!("Authorization: Basic {token}"),
        format!("Authorization: Bearer {near}"),
        format!("Authorization: Bearer {}", &token[..63]),
        format!("{bearer}\r\n{bearer}"),
    ] {
        let reply = get(&[&host, &wrong]);
        assert_eq!(reply.status, 401);
        assert!(reply.headers.contains(&"www-authenticate: Bearer".into()));
    }
    let post = ["POST /api/v0/processes/start HTTP/1.1".into(), host, bearer, "Content-Length: 18".into()];
    let plain = [&post[..], &["Content-Type: text/plain".into()]].concat();
    assert_eq!(ask(port, &plain, r#"{"command":"true"}"#).status, 415);
    assert_eq!(ask(port, &post, r#"{"command":"true"}"#).status, 415);
    assert_eq!(server.get("/list").body["total"], 0);
}

#[test]
fn the_token_is_made_private_and_never_printed() {
    let home = Home::new();
    let server = home.serve(&["--listen", "127.0.0.1:0", "--verbose"]);
    let Some(Address::Tcp { token, .. }) = &server.tcp else { panic!("an address") };
    let file = home.runtime().join("token");
    assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
    assert!(token.len() == 64 && token.bytes().all(|byte| byte.is_ascii_hexdigit()));
    request(server.tcp.as_ref().expect("an address"), "GET", "//health", &[], None);
    until("a line", || home.stderr().lines().count() == 2);
    let stderr = home.stderr();
    assert_eq!(stderr.lines().next(), Some(&*format!("headtail: the token is in {}", file.display())));
    assert!(!stderr.contains(token.as_str()));
    let second = home.serve(&["--socket", &home.path("b.sock").to_string_lossy(), "--listen", "127.0.0.1:0"]);
    assert!(matches!(&second.tcp, Some(Address::Tcp { token: other, .. }) if other == token));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("a mode");
    let socket = home.path("c.sock");
    let refused = home.command(&["--socket", &socket.to_string_lossy(), "--listen", "127.0.0.1:0"]).output();
    let refused = refused.expect("a program");
    let message = format!("headtail: {}: not a file that only you can read (chmod 600)\n", file.display());
    assert_eq!(
        (refused.status.code(), String::from_utf8_lossy(&refused.stderr).as_ref()),
        (Some(1), &*message)
    );
}

#[test]
fn other_than_loopback_addresses_are_usage_errors() {
    let home = Home::new();
    for address in ["0.0.0.0:0", "192.0.2.1:80", "[::]:0", "localhost:80"] {
        let output = home.command(&["--listen", address]).output().expect("a program");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{address}");
    }
}

#[test]
fn a_socket_that_was_left_over_is_replaced_and_nothing_else_is() {
    let home = Home::new();
    let path = home.path("s.sock");
    let text = path.to_string_lossy();
    let fails = |reason: &str| {
        let output = home.command(&["--socket", &text]).output().expect("a program");
        assert_eq!(String::from_utf8_lossy(&output.stderr), format!("headtail: {text}: {reason}\n"));
        assert_eq!(output.status.code(), Some(1));
    };
    fs::write(&path, "precious").expect("a file");
    fails("exists and is not a socket");
    assert_eq!(fs::read_to_string(&path).expect("a file"), "precious");
    fs::remove_file(&path).expect("a file");
    symlink(home.path("elsewhere"), &path).expect("a link");
    fails("exists and is not a socket");
    fs::remove_file(&path).expect("a link");
    drop(UnixListener::bind(&path).expect("a socket"));
    let server = home.serve(&["--socket", &text]);
    assert!(is_private_socket(&path));
    fails("another server listens there");
    assert_eq!(server.get("/list").status, 200);
    let lock = fs::metadata(home.runtime().join("serve.lock")).expect("a file");
    assert_eq!(lock.permissions().mode() & 0o777, 0o600, "nobody else can hold it");
    assert_eq!(server.terminate(), Some(0));
    assert!(!path.exists());
}

#[test]
fn two_servers_show_the_same_processes_which_outlive_both() {
    let home = Home::new();
    let one = home.serve(&[]);
    let two = home.serve(&["--socket", &home.path("two.sock").to_string_lossy()]);
    let id = one.sh("sleep 600");
    assert_eq!(two.get(&format!("/{id}")).body["running"], true);
    assert_eq!(one.terminate(), Some(0));
    assert_eq!(two.get(&format!("/{id}")).body["running"], true);
    drop(two);
    let three = home.serve(&[]);
    assert_eq!(three.get(&format!("/{id}")).body["running"], true);
    assert_eq!(three.post(&format!("/{id}/signal"), &json!({ "signal": "kill" })).status, 200);
}

#[test]
fn a_server_that_is_told_to_end_does_so_although_clients_wait() {
    let home = Home::new();
    let server = home.serve(&[]);
    let id = server.sh("sleep 600");
    let ask = |path: &str| {
        let mut stream = server.unix.connect();
        let text = encode(&server.unix, "GET", &format!("/{id}/{path}"), &[], None);
        stream.write_all(text.as_bytes()).expect("a request");
        BufReader::new(stream)
    };
    let mut follower = ask("stream");
    let mut line = String::new();
    follower.read_line(&mut line).expect("a response");
    assert_eq!(line, "HTTP/1.1 200 OK\r\n");
    let mut waiter = ask("output?wait=exit");
    let mut last = server.unix.connect();
    // Once this is answered, the server has read what came before it.
    last.write_all(encode(&server.unix, "GET", "/list", &[], None).as_bytes()).expect("a request");
    assert_eq!(receive(&mut BufReader::new(last)).status, 200);
    assert_eq!(server.terminate(), Some(0));
    let reply = receive(&mut waiter);
    assert_eq!((reply.status, &reply.body["message"]), (503, &json!("The server is ending.")));
    let mut rest = String::new();
    follower.read_to_string(&mut rest).expect("the end");
    assert!(!rest.contains("event: exit") && !rest.ends_with("0\r\n\r\n"), "{rest:?} looks whole");
}

#[test]
fn another_user_is_refused_although_the_socket_would_let_it_in() {
    if !(has("curl") && has("setpriv") && rustix::process::geteuid().is_root()) {
        return;
    }
    let home = Home::new();
    let path = home.path("s.sock");
    let server = home.serve(&["--socket", &path.to_string_lossy()]);
    let curl = |user: &str| {
        let mut command = std::process::Command::new("setpriv");
        command.args([&format!("--reuid={user}"), "--clear-groups", "curl", "-sS", "--max-time", "60"]);
        command.arg("--unix-socket").arg(&path).arg("http://localhost/api/v0/processes/list");
        let output = command.output().expect("a program");
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    assert!(curl("0").1.starts_with("{\"processes\":[]"));
    assert_eq!(curl("65534"), (false, String::new()), "the directory and the socket are private");
    let open = |path: &std::path::Path| {
        fs::set_permissions(path, fs::Permissions::from_mode(0o777)).expect("a mode");
    };
    open(&home.path(""));
    open(&path);
    assert_eq!(home.stderr(), "");
    assert_eq!(curl("65534"), (false, String::new()), "the user is not the server's");
    assert_eq!(home.stderr(), "headtail: a client of user 65534 was refused\n");
    assert_eq!(server.get("/list").status, 200);
}

#[test]
fn a_client_that_breaks_the_rules_does_not_keep_its_connection() {
    let home = Home::new();
    let server = home.serve(&["--listen", "127.0.0.1:0"]);
    let Some(Address::Tcp { port, .. }) = server.tcp else { panic!("an address") };
    let address = Address::Tcp { port, token: "wrong".into() };
    let text = encode(&address, "GET", "/list", &[], None).replace("Connection: close\r\n", "");
    let mut stream = address.connect();
    stream.write_all(text.as_bytes()).expect("a request");
    let mut stream = BufReader::new(stream);
    assert_eq!(receive(&mut stream).status, 401);
    assert!(is_closed_within(&mut *stream.into_inner(), LONG));
}
