//! Starting, listing, reading, writing, signalling and forgetting processes.

use serde_json::json;

use crate::client::{Address, Reply, request};
use crate::home::{Home, until};

/// Runs a test over both transports, each with a runtime directory of its own.
fn over_both(test: impl Fn(&Home, &Address)) {
    let home = Home::new();
    test(&home, &home.serve(&[]).unix);
    let home = Home::new();
    test(&home, home.serve(&["--listen", "127.0.0.1:0"]).tcp.as_ref().expect("an address"));
}

fn get(address: &Address, path: &str) -> Reply {
    request(address, "GET", path, &[], None)
}

fn post(address: &Address, path: &str, body: &serde_json::Value) -> Reply {
    request(address, "POST", path, &[], Some(&body.to_string()))
}

#[test]
fn a_process_is_started_listed_awaited_and_read() {
    over_both(|home, address| {
        let started = post(address, "/start", &json!({ "command": "pwd; echo err >&2; exit 3" }));
        assert_eq!((started.status, &started.body["started"]), (200, &json!(true)));
        let id = started.body["id"].as_str().expect("an id");
        let answer = get(address, &format!("/{id}/output?wait=true")).body;
        let directory = home.path("").canonicalize().expect("a directory");
        let output = format!("{}\nerr\n", directory.display());
        assert_eq!(answer["output"], output);
        assert_eq!(answer["truncated"], json!(null));
        assert_eq!([&answer["start"], &answer["end"], &answer["next"]], [0, output.len(), output.len()]);
        assert_eq!((&answer["running"], &answer["exit_code"]), (&json!(false), &json!(3)));
        assert_eq!(answer["reason"], "exit");
        let list = get(address, "/list").body;
        assert_eq!(list["processes"][0]["id"], id);
        assert_eq!(list["processes"][0]["exit_code"], 3);
        assert_eq!(get(address, &format!("/{id}")).body["state"], "exited");
    });
}

#[test]
fn an_empty_list_is_a_list() {
    let home = Home::new();
    let server = home.serve(&[]);
    assert_eq!(server.get("/list").body, json!({ "processes": [], "total": 0, "running": 0 }));
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(server.get("//health").body, json!({ "version": version, "running": 0, "total": 0 }));
    assert_eq!(server.get("//openapi.json").body, *crate::schema::DOCUMENT);
}

#[test]
fn words_environment_directory_and_labels_reach_the_process() {
    let home = Home::new();
    let server = home.serve(&[]);
    let started = server.post(
        "/start",
        &json!({
            "argv": ["sh", "-c", "echo $0 $SECRET ${HOME-none}; pwd", "a b"],
            "env": { "SECRET": "s3cret", "HOME": null },
            "workdir": "/", "labels": { "for": "a test" }, "background": true,
        }),
    );
    let id = started.body["id"].as_str().expect("an id");
    let answer = server.get(&format!("/{id}/output?wait=exit")).body;
    assert_eq!(answer["output"], "a b s3cret none\n/\n");
    let process = &answer["process"];
    assert_eq!(process["labels"], json!({ "for": "a test" }));
    assert_eq!((&process["background"], &process["workdir"]), (&json!(true), &json!("/")));
}

#[test]
fn no_value_of_a_variable_is_listed_logged_recorded_or_in_an_argument() {
    let home = Home::new();
    let server = home.serve(&["--verbose"]);
    let secret = format!("s3cret-{}", std::process::id());
    let start = json!({ "command": "sleep 600", "env": { "TOKEN": secret }, "key": "k" });
    let started = server.post("/start", &start).body;
    let known = server.post("/start", &json!({ "command": "true", "env": { "TOKEN": secret }, "key": "k" }));
    assert_eq!(known.status, 409);
    let mut texts = vec![started.to_string(), server.get("/list").body.to_string(), known.body.to_string()];
    texts.push(home.stderr());
    for process in std::fs::read_dir("/proc").expect("processes").flatten() {
        texts.extend(std::fs::read(process.path().join("cmdline")).map(|text| text_of(&text)));
    }
    server.post(&format!("/{}/signal", started["id"].as_str().expect("an id")), &json!({ "signal": "kill" }));
    server.get(&format!("/{}/output?wait=exit", started["id"].as_str().expect("an id")));
    let mut directories = vec![home.runtime()];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).expect("a directory").flatten() {
            match entry.file_type().expect("a type") {
                kind if kind.is_dir() => directories.push(entry.path()),
                kind if kind.is_file() => {
                    texts.push(text_of(&std::fs::read(entry.path()).unwrap_or_default()));
                }
                _ => {}
            }
        }
    }
    assert!(texts.len() > 8, "there are processes and records");
    assert!(!texts.iter().any(|text| text.contains(&secret)));
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_signal_ends_a_process_and_a_second_one_is_refused() {
    over_both(|_, address| {
        for (signal, name, code) in
            [(json!("terminate"), "SIGTERM", 143), (json!("kill"), "SIGKILL", 137), (json!(2), "SIGINT", 130)]
        {
            let started = post(address, "/start", &json!({ "argv": ["sleep", "600"] }));
            let id = started.body["id"].as_str().expect("an id").to_owned();
            let sent = post(address, &format!("/{id}/signal"), &json!({ "signal": signal }));
            let text = signal.as_str().map_or(signal.to_string(), str::to_owned);
            assert_eq!(sent.body["message"], format!("Signal \"{text}\" sent to process \"{id}\"."));
            let answer = get(address, &format!("/{id}/output?wait=exit")).body;
            assert_eq!((&answer["signal"], &answer["exit_code"]), (&json!(name), &json!(code)));
            assert_eq!(answer["process"]["stopped_by"], "signal");
            let again = post(address, &format!("/{id}/signal"), &json!({ "signal": signal }));
            assert_eq!(again.status, 409);
            assert_eq!(again.body, json!({ "message": format!("Process \"{id}\" is not running.") }));
        }
    });
}

#[test]
fn a_process_of_another_scope_is_not_there() {
    over_both(|_, address| {
        let scoped = |method: &str, path: &str, scope: &str, body: Option<&str>| {
            request(address, method, path, &[&format!("Headtail-Scope: {scope}")], body)
        };
        let started = scoped("POST", "/start", "one", Some(r#"{"command":"sleep 600"}"#)).body;
        let id = started["id"].as_str().expect("an id");
        assert_eq!(started["process"]["scope"], "one");
        assert_eq!(scoped("GET", "/list", "one", None).body["total"], 1);
        assert_eq!(scoped("GET", "/list", "two", None).body["total"], 0);
        assert_eq!(scoped("GET", "/list?scope=one", "two", None).body["total"], 1);
        let chat = request(address, "GET", "/list", &["Coder-Chat-Id: two"], None);
        assert_eq!(chat.body["total"], 0);
        let missing = json!({ "message": format!("Process \"{id}\" not found.") });
        for (method, path, body) in [
            ("GET", format!("/{id}"), None),
            ("GET", format!("/{id}/output"), None),
            ("GET", format!("/{id}/stream"), None),
            ("POST", format!("/{id}/signal"), Some(r#"{"signal":"kill"}"#)),
            ("POST", format!("/{id}/input"), Some("{}")),
            ("DELETE", format!("/{id}"), None),
        ] {
            let reply = scoped(method, &path, "two", body);
            assert_eq!((reply.status, &reply.body), (404, &missing), "{method} {path}");
        }
        assert_eq!(get(address, &format!("/{id}")).body["running"], true);
        let own = scoped("POST", &format!("/{id}/signal"), "one", Some(r#"{"signal":"kill"}"#));
        assert_eq!(own.status, 200);
    });
}

#[test]
fn starts_with_one_key_at_the_same_time_run_once() {
    over_both(|_, address| {
        let start = json!({ "command": "sleep 600", "key": "k", "env": { "B": "1", "A": "2" } });
        let bodies: Vec<_> = std::thread::scope(|scope| {
            let starters: Vec<_> =
                (0..8).map(|_| scope.spawn(|| post(address, "/start", &start).body)).collect();
            starters.into_iter().map(|starter| starter.join().expect("an answer")).collect()
        });
        assert_eq!(bodies.iter().filter(|body| body["started"] == true).count(), 1);
        assert!(bodies.iter().all(|body| body["id"] == bodies[0]["id"]));
        assert_eq!(get(address, "/list").body["total"], 1);
    });
}

#[test]
fn a_key_is_known_after_a_restart_and_to_other_parameters_refused() {
    let home = Home::new();
    let first = home.serve(&[]);
    let start = json!({ "command": "sleep 600", "key": "k" });
    let id = first.post("/start", &start).body["id"].clone();
    assert_eq!(first.terminate(), Some(0));
    let second = home.serve(&[]);
    let again = second.post("/start", &start).body;
    assert_eq!((&again["id"], &again["started"]), (&id, &json!(false)));
    let other = second.post("/start", &json!({ "command": "sleep 601", "key": "k" }));
    assert_eq!(other.status, 409);
    let message = "Key was already used to start a process with different parameters.";
    assert_eq!(other.body, json!({ "message": message }));
    assert_eq!(second.get("/list").body["total"], 1);
}

#[test]
fn a_child_that_holds_the_output_does_not_hold_up_the_answer() {
    over_both(|_, address| {
        let body = json!({ "command": "setsid sleep 600 & echo $! done", "drain_ms": 50 });
        let id = post(address, "/start", &body).body["id"].as_str().expect("an id").to_owned();
        let answer = get(address, &format!("/{id}/output?wait=exit")).body;
        let text = answer["output"].as_str().expect("text");
        let (child, rest) = text.split_once(' ').expect("two words");
        assert_eq!((rest, &answer["exit_code"]), ("done\n", &json!(0)));
        assert_eq!(answer["process"]["left_open"], true);
        // It is nobody's, and would stay.
        let child = rustix::process::Pid::from_raw(child.parse().expect("a number")).expect("a process");
        let _ = rustix::process::kill_process(child, rustix::process::Signal::KILL);
    });
}

#[test]
fn input_is_written_at_its_offset_and_closed() {
    let home = Home::new();
    let server = home.serve(&[]);
    let started = server.post("/start", &json!({ "argv": ["cat"], "stdin": "pipe" })).body;
    let path = format!("/{}/input", started["id"].as_str().expect("an id"));
    let one = server.post(&path, &json!({ "text": "héllo\n", "offset": 0 }));
    assert_eq!(one.body, json!({ "accepted": 7, "total": 7 }));
    let retry = server.post(&path, &json!({ "text": "héllo\n", "offset": 0 }));
    assert_eq!(retry.status, 409);
    let two = server.post(&path, &json!({ "base64": "/w==", "eof": true }));
    assert_eq!(two.body, json!({ "accepted": 1, "total": 8 }));
    assert_eq!(server.post(&path, &json!({ "text": "x" })).status, 409);
    let answer = server.get(&path.replace("/input", "/output?wait=exit")).body;
    assert_eq!((&answer["output"], &answer["lossy"]), (&json!("héllo\n\u{fffd}"), &json!(true)));
    let deaf = server.sh("sleep 600");
    let refused = server.post(&format!("/{deaf}/input"), &json!({ "text": "x" }));
    assert_eq!(refused.status, 409);
    let message = format!("The standard input of process \"{deaf}\" is not a pipe.");
    assert_eq!(refused.body, json!({ "message": message }));
}

#[test]
fn only_a_process_that_has_ended_is_forgotten() {
    let home = Home::new();
    let server = home.serve(&[]);
    let id = server.sh("sleep 600");
    let delete = || request(&server.unix, "DELETE", &format!("/{id}"), &[], None);
    assert_eq!(delete().status, 409);
    server.post(&format!("/{id}/signal"), &json!({ "signal": "kill" }));
    server.get(&format!("/{id}/output?wait=exit"));
    until("the keeper's end", || delete().status == 204);
    let gone = delete();
    assert_eq!((gone.status, gone.body), (404, json!({ "message": format!("Process \"{id}\" not found.") })));
}

#[test]
fn lists_are_read_page_by_page() {
    let home = Home::new();
    let server = home.serve(&[]);
    let mut ids: Vec<_> = (0..5).map(|_| server.sh("true")).collect();
    for id in &ids {
        server.get(&format!("/{id}/output?wait=exit"));
    }
    let running = server.sh("sleep 600");
    ids.reverse();
    ids.insert(0, running.clone());
    let mut seen = Vec::new();
    let mut path = "/list?limit=4".to_owned();
    loop {
        let page = server.get(&path).body;
        assert_eq!((&page["total"], &page["running"]), (&json!(6), &json!(1)));
        let processes = page["processes"].as_array().expect("a list");
        seen.extend(processes.iter().map(|process| process["id"].as_str().expect("an id").to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/list?limit=4&before={next}");
    }
    assert_eq!(seen, ids);
    let page = server.get("/list?state=running").body;
    assert_eq!(
        (page["processes"].as_array().map(Vec::len), &page["processes"][0]["id"]),
        (Some(1), &json!(running))
    );
}

#[test]
fn a_start_that_fails_says_why_and_leaves_nothing() {
    let home = Home::new();
    let server = home.serve(&["--max-running", "1"]);
    for body in [
        json!({ "argv": ["no-such-program"], "key": "k" }),
        json!({ "argv": ["true"], "workdir": "/no/such/directory", "key": "k" }),
        json!({ "argv": ["true"], "ring": 1_u64 << 60, "key": "k" }),
    ] {
        let reply = server.post("/start", &body);
        assert_eq!(
            (reply.status, &reply.body["message"]),
            (422, &json!("Failed to start process.")),
            "{body}"
        );
        assert!(reply.body["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{}", reply.body);
    }
    assert_eq!(server.get("/list").body["total"], 0);
    assert_eq!(server.post("/start", &json!({ "command": "sleep 600", "key": "k" })).status, 200);
    assert_eq!(server.post("/start", &json!({ "command": "true" })).status, 429);
}

#[test]
fn a_record_that_cannot_be_read_is_logged_and_holds_up_no_list() {
    let home = Home::new();
    let server = home.serve(&[]);
    let id = server.sh("true");
    let broken = home.runtime().join("records/0123456789abcdef");
    std::fs::write(&broken, "no record\n").expect("a file");
    let list = server.get("/list").body;
    assert_eq!((&list["total"], &list["processes"][0]["id"]), (&json!(1), &json!(id)));
    let line = home.stderr();
    assert!(line.starts_with(&format!("headtail: {}: not the record", broken.display())), "{line}");
    assert_eq!(line.lines().count(), 1, "{line}");
}

#[test]
fn cleaned_output_says_what_was_removed_and_what_was_added() {
    let home = Home::new();
    let server = home.serve(&[]);
    let id = server.sh(r"printf 'a\033[3Cb\n'");
    let answer = server.get(&format!("/{id}/output?wait=exit&clean=true")).body;
    assert_eq!(answer["output"], "a   b\n");
    let account = &answer["truncated"];
    assert_eq!((&account["cleaned_bytes"], &account["added_bytes"]), (&json!(4), &json!(3)));
}

#[test]
fn a_lost_process_has_no_status() {
    let home = Home::new();
    let server = home.serve(&[]);
    let started = server.post("/start", &json!({ "command": "sleep 600" })).body;
    let id = started["id"].as_str().expect("an id");
    let pid = started["process"]["pid"].as_u64().expect("a number");
    // From now on the server is connected to the keeper.
    assert_eq!(server.get(&format!("/{id}")).body["running"], true);
    let keeper = crate::home::parent(u32::try_from(pid).expect("a number")).expect("a keeper");
    rustix::process::kill_process(keeper, rustix::process::Signal::KILL).expect("a keeper");
    until("the loss", || server.get(&format!("/{id}")).body["state"] == "lost");
    let answer = server.get(&format!("/{id}/output?wait=exit")).body;
    assert_eq!((&answer["reason"], &answer["exit_code"]), (&json!("exit"), &json!(null)));
    assert_eq!(server.post(&format!("/{id}/signal"), &json!({ "signal": "kill" })).status, 409);
    assert_eq!(request(&server.unix, "DELETE", &format!("/{id}"), &[], None).status, 204);
}
