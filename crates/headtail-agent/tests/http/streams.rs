//! Output as it comes.

use std::fs;
use std::io::Write;

use serde_json::json;

use crate::client::{Events, encode};
use crate::home::{Home, until};

/// What the events show, which must follow each other without a hole.
fn text_of(events: &[crate::client::Event], from: u64) -> String {
    let mut next = from;
    let mut text = String::new();
    for event in events.iter().filter(|event| event.name == "output") {
        assert_eq!(event.data["start"], next);
        next = event.id;
        text.push_str(event.data["text"].as_str().expect("text"));
    }
    text
}

#[test]
fn a_stream_goes_on_after_the_server_was_restarted() {
    let home = Home::new();
    let first = home.serve(&[]);
    let started = first.post("/start", &json!({ "argv": ["cat"], "stdin": "pipe" })).body;
    let id = started["id"].as_str().expect("an id");
    let mut events = Events::open(&first.unix, id, None);
    first.post(&format!("/{id}/input"), &json!({ "text": "one\n" }));
    let one = events.next().expect("an event");
    assert_eq!(
        (one.name.as_str(), one.id, &one.data),
        ("output", 4, &json!({ "start": 0, "text": "one\n" }))
    );
    assert_eq!(first.terminate(), Some(0));
    assert_eq!(events.next(), None, "the stream ends with the server");
    let second = home.serve(&[]);
    second.post(&format!("/{id}/input"), &json!({ "text": "two\n", "eof": true }));
    let rest: Vec<_> = Events::open(&second.unix, id, Some(one.id)).collect();
    assert_eq!(text_of(&rest, 4), "two\n");
    let exit = rest.last().expect("an event");
    assert_eq!((exit.name.as_str(), exit.id), ("exit", 8));
    assert_eq!((&exit.data["id"], &exit.data["exit_code"]), (&json!(id), &json!(0)));
    crate::schema::conforms(&exit.data, &json!({ "$ref": "#/components/schemas/Process" }), "exit");
    let again: Vec<_> = Events::open(&second.unix, id, Some(8)).map(|event| event.name).collect();
    assert_eq!(again, ["exit"]);
}

#[test]
fn what_is_no_longer_held_is_a_gap() {
    let home = Home::new();
    let server = home.serve(&[]);
    let id = server.sh("yes | head -c 1000000");
    server.get(&format!("/{id}/output?wait=exit"));
    let events: Vec<_> = Events::open(&server.unix, &id, None).collect();
    let mut next = 0;
    let mut gaps = 0;
    for event in &events[..events.len() - 1] {
        assert_eq!(event.data["start"], next);
        gaps += u32::from(event.name == "gap");
        let end = match event.name.as_str() {
            "gap" => event.data["end"].as_u64().expect("an offset"),
            _ => next + event.data["text"].as_str().expect("text").len() as u64,
        };
        assert_eq!(event.id, end);
        next = end;
    }
    assert_eq!((gaps, next), (1, 1_000_000));
}

#[test]
fn characters_are_not_split_between_events() {
    let home = Home::new();
    let server = home.serve(&[]);
    let started = server.post("/start", &json!({ "argv": ["cat"], "stdin": "pipe" })).body;
    let id = started["id"].as_str().expect("an id");
    let events = Events::open(&server.unix, id, None);
    for base64 in ["Yg==", "4g==", "gg==", "rA=="] {
        server.post(&format!("/{id}/input"), &json!({ "base64": base64 }));
    }
    server.post(&format!("/{id}/input"), &json!({ "eof": true }));
    let events: Vec<_> = events.collect();
    assert_eq!(text_of(&events, 0), "b\u{20ac}");
}

#[test]
fn a_reader_that_stands_still_costs_bounded_memory_and_holds_up_nobody() {
    let home = Home::new();
    let server = home.serve(&[]);
    let id = server.sh("yes");
    let mut still: Vec<_> = (0..8).map(|_| server.unix.connect()).collect();
    for stream in &mut still {
        let text = encode(&server.unix, "GET", &format!("/{id}/stream"), &[], None);
        stream.write_all(text.as_bytes()).expect("a request");
    }
    let memory = || {
        let status = fs::read_to_string(format!("/proc/{}/status", server.pid())).expect("a process");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("a line");
        line.split_whitespace().nth(1).and_then(|text| text.parse::<u64>().ok()).expect("a number")
    };
    until("a hundred megabytes", || {
        server.get(&format!("/{id}")).body["output_bytes"].as_u64().expect("a number") > 100_000_000
    });
    assert!(memory() < 40_000, "{} KiB", memory());
    let mut live = Events::open(&server.unix, &id, None);
    assert_eq!(live.next().expect("an event").name, "output");
}

#[test]
fn a_silent_stream_has_a_comment_now_and_then() {
    let home = Home::new();
    let server = home.serve(&[]);
    let id = server.sh("sleep 600");
    let mut events = Events::open(&server.unix, &id, None);
    assert_eq!(events.block(), [":"]);
}
