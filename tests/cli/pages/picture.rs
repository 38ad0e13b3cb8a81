//! The picture of a session in the README: `make picture` draws it, and a test fails when the program prints something else.

use std::fmt::Write;
use std::{env, fs};

use crate::pages::file;
use crate::support::{PROGRAM, Place, skip};

const PICTURE: &str = "docs/picture.svg";

/// What is typed.
const COMMANDS: [&str; 2] = [
    r#"make test 2>&1 | tail -n 3; echo "status $?""#,
    r#"headtail run -n 3 -- make test; echo "status $?""#,
];

/// A build whose first warning explains its last failure.
const MAKEFILE: &str = "\
test:
\t@echo 'cc -O2 -Wall -o suite suite.c'
\t@echo 'suite.c:88: warning: result of add() may be uninitialized'
\t@seq -f 'test %g ... ok' 4000
\t@echo 'test 4001 ... FAILED: add(2, 2) is 5'; exit 1
";

/// A line of the session, and what it is drawn as.
struct Line {
    class: &'static str,
    text: String,
}

/// Runs the commands as `sh` does, each with its prompt above what it prints.
fn session() -> Vec<Line> {
    let place = Place::new();
    place.write("Makefile", MAKEFILE);
    let mut lines = Vec::new();
    for command in COMMANDS {
        // What `make` tells its children would show in the messages of this one.
        let script = format!(
            "exec 2>&1; unset MAKEFLAGS MFLAGS MAKELEVEL; headtail() {{ '{PROGRAM}' \"$@\"; }}; {command}"
        );
        let output = place.sh(&script).env("LC_ALL", "C").output().expect("a shell");
        lines.push(Line { class: "c", text: format!("$ {command}") });
        for text in String::from_utf8(output.stdout).expect("text").lines() {
            let class = match text {
                _ if text.contains("[omitted ") => "m",
                _ if text.starts_with("status ") => "s",
                _ => "o",
            };
            lines.push(Line { class, text: text.to_owned() });
        }
    }
    lines
}

/// The session in a window.
fn draw(lines: &[Line]) -> String {
    const STEP: usize = 20;
    let height = STEP * lines.len() + 32;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 {height}\" role=\"img\" \
         aria-label=\"A session: make test with tail, and with headtail run\"><style>\
         rect{{fill:#161b22}}text{{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre}}\
         .c{{fill:#f0f6fc;font-weight:600}}.o{{fill:#9da7b3}}.m{{fill:#e3b341}}.s{{fill:#58a6ff}}</style>\n\
         <rect width=\"640\" height=\"{height}\" rx=\"8\"/>\n"
    );
    for (index, Line { class, text }) in lines.iter().enumerate() {
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let y = STEP * index + 30;
        writeln!(svg, "<text class=\"{class}\" x=\"18\" y=\"{y}\">{text}</text>").expect("memory");
    }
    svg.push_str("</svg>\n");
    svg
}

#[test]
fn the_picture_shows_what_the_program_prints() {
    if !crate::support::sh("make --version | grep -q GNU").succeeds() {
        return skip("there is no GNU make");
    }
    let drawn = draw(&session());
    if env::var_os("HEADTAIL_DRAW").is_some() {
        fs::write(file(PICTURE), drawn).expect(PICTURE);
    } else {
        let kept = fs::read_to_string(file(PICTURE)).unwrap_or_default();
        assert!(kept == drawn, "{PICTURE} is stale; `make picture` draws it again:\n{drawn}");
    }
}
