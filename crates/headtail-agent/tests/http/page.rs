//! `docs/http.md` says what happens: its sessions and its Python program are run against a server.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use crate::client::Address;
use crate::home::Home;
use crate::server::has;

const SOCKET_DIRECTORY: &str = "/run/user/1000/headtail";

/// The page, for this server.
fn page(home: &Home, port: u16) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/http.md");
    let text = fs::read_to_string(path).expect("a page");
    text.replace(SOCKET_DIRECTORY, &home.runtime().to_string_lossy())
        .replace("127.0.0.1:8080", &format!("127.0.0.1:{port}"))
}

/// The blocks of a kind.
fn blocks<'a>(page: &'a str, kind: &str) -> Vec<&'a str> {
    let begin = format!("\n```{kind}\n");
    page.split(&begin).skip(1).filter_map(|rest| rest.split("\n```\n").next()).collect()
}

fn output(command: &mut Command) -> String {
    let output = command.output().expect("a program");
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn every_session_of_the_page_runs_as_it_says() {
    if !(has("curl") && has("jq")) {
        return;
    }
    let home = Home::new();
    let server = home.serve(&["--listen", "127.0.0.1:0"]);
    let Some(Address::Tcp { port, .. }) = server.tcp else { panic!("an address") };
    let page = page(&home, port);
    let sessions = blocks(&page, "console").join("\n");
    // One shell, as later commands use variables of earlier ones.
    let script = sessions.lines().filter_map(|line| line.strip_prefix("$ ")).fold(
        String::from("exec 2>&1\n"),
        |script, line| {
            let quoted = line.replace('\'', r"'\''");
            format!("{script}printf '$ %s\\n' '{quoted}'\n{line}\n")
        },
    );
    let printed = output(Command::new("timeout").args(["60", "sh", "-c", &script]));
    assert_eq!(printed.trim_end(), sessions);
}

#[test]
fn the_python_program_of_the_page_runs_as_it_says() {
    if !has("python3") {
        return;
    }
    let home = Home::new();
    let _server = home.serve(&[]);
    let page = page(&home, 0);
    let printed = output(Command::new("timeout").args(["60", "python3", "-c", blocks(&page, "python")[0]]));
    assert_eq!(printed.trim_end(), blocks(&page, "text")[0]);
}
