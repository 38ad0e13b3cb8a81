//! What is wrong with a request is said in the words of the contract.

use serde_json::json;

use crate::client::request;
use crate::home::Home;

#[test]
fn bodies_that_make_no_sense_are_refused_by_name() {
    let home = Home::new();
    let server = home.serve(&[]);
    let json = "Request body must be valid JSON.";
    let required = "Command is required.";
    for (body, message) in [
        ("", json),
        ("{", json),
        ("[]", json),
        (r#"["true"]"#, json),
        ("null", json),
        (r#"{"command":1}"#, json),
        (r#"{"command":"true","timeout_ms":-1}"#, json),
        (r#"{"command":"true","timeout_ms":1.5}"#, json),
        (r#"{"command":"true","env":{"A":1}}"#, json),
        (r#"{"command":"true"} x"#, json),
        (r#"{"command":"true","command":"false"}"#, json),
        ("{}", required),
        (r#"{"command":""}"#, required),
        (r#"{"argv":[]}"#, required),
        (r#"{"argv":[""]}"#, required),
        (r#"{"command":"true","comand":"x"}"#, "Unknown field \"comand\"."),
        (r#"{"command":"true","a`b":1}"#, "Unknown field \"a`b\"."),
        (r#"{"command":"true","argv":["true"]}"#, "Give \"command\" or \"argv\", not both."),
        (r#"{"command":"true","stdin":"tty"}"#, "\"stdin\" must be \"null\" or \"pipe\"."),
        (r#"{"command":"true","key":""}"#, "an empty key"),
    ] {
        let reply = request(&server.unix, "POST", "/start", &[], Some(body));
        assert_eq!((reply.status, &reply.body["message"]), (400, &json!(message)), "{body}");
    }
    assert_eq!(server.get("/list").body["total"], 0);
}

#[test]
fn a_value_that_is_refused_is_not_repeated() {
    let home = Home::new();
    let server = home.serve(&["--verbose"]);
    let body = r#"{"command":"true","env":{"A":["s3cret"],"B":7312}}"#;
    let reply = request(&server.unix, "POST", "/start", &[], Some(body));
    let text = format!("{} {}", reply.body, home.stderr());
    assert!(!text.contains("s3cret") && !text.contains("7312"), "{text}");
}

#[test]
fn parameters_that_make_no_sense_are_refused_by_name() {
    let home = Home::new();
    let server = home.serve(&[]);
    let id = server.sh("echo hello");
    server.get(&format!("/{id}/output?wait=exit"));
    for (path, message) in [
        ("/output?after=x", "\"after\" must be a number."),
        ("/output?after=-1", "\"after\" must be a number."),
        ("/output?after=%2B1", "\"after\" must be a number."),
        ("/output?after=", "\"after\" must be a number."),
        ("/output?after=1&after=2", "\"after\" was given twice."),
        ("/output?after=7", "The offset is past the end of the output, which is at 6."),
        ("/stream?after=7", "The offset is past the end of the output, which is at 6."),
        ("/output?max_bytes=63", "\"max_bytes\" must be between 64 and 1048576."),
        ("/output?max_bytes=1048577", "\"max_bytes\" must be between 64 and 1048576."),
        ("/output?wait=soon", "\"wait\" must be exit, output, match, idle, none, true or false."),
        ("/output?wait=match", "\"wait=match\" needs \"match\"."),
        ("/output?wait=exit&match=x", "\"match\" goes with \"wait=match\" alone."),
        ("/output?clean=yes", "\"clean\" must be true or false."),
        ("/output?mach=x", "Unknown field \"mach\"."),
        ("/stream?offset=1", "Unknown field \"offset\"."),
    ] {
        let reply = server.get(&format!("/{id}{path}"));
        assert_eq!((reply.status, &reply.body["message"]), (400, &json!(message)), "{path}");
    }
    assert_eq!(server.get(&format!("/{id}/output?match=(")).status, 400);
    for path in ["/list?limit=x", "/list?state=done", "/list?before=x", "/list?scope=", "/list?all=true"] {
        assert_eq!(server.get(path).status, 400, "{path}");
    }
}

#[test]
fn routes_without_parameters_refuse_them_by_name() {
    let home = Home::new();
    let server = home.serve(&[]);
    let started = server.post("/start", &json!({ "argv": ["cat"], "stdin": "pipe" })).body;
    let id = started["id"].as_str().expect("an id");
    for (method, path, body) in [
        ("GET", format!("/{id}"), None),
        ("DELETE", format!("/{id}"), None),
        ("POST", "/start".into(), Some(r#"{"command":"true"}"#)),
        ("POST", format!("/{id}/input"), Some(r#"{"text":"x"}"#)),
        ("POST", format!("/{id}/signal"), Some(r#"{"signal":"kill"}"#)),
        ("GET", "//health".into(), None),
        ("GET", "//openapi.json".into(), None),
    ] {
        let reply = request(&server.unix, method, &format!("{path}?scope=x"), &[], body);
        assert_eq!(
            (reply.status, &reply.body["message"]),
            (400, &json!("Unknown field \"scope\".")),
            "{method} {path}"
        );
    }
    assert_eq!(server.get("/list").body["running"], 1);
    assert_eq!(server.post(&format!("/{id}/input"), &json!({ "offset": 0 })).status, 200);
}

#[test]
fn signals_that_do_not_exist_are_refused() {
    let home = Home::new();
    let server = home.serve(&[]);
    let id = server.sh("true");
    server.get(&format!("/{id}/output?wait=exit"));
    let unsupported = "Unsupported signal \"X\". Use \"kill\", \"terminate\" or a signal's name.";
    for (body, message) in [
        (json!({}), "Signal is required."),
        (json!({ "signal": "" }), "Signal is required."),
        (json!({ "signal": "X" }), unsupported),
        (json!({ "signal": true }), "Request body must be valid JSON."),
    ] {
        let reply = server.post(&format!("/{id}/signal"), &body);
        assert_eq!((reply.status, &reply.body["message"]), (400, &json!(message)), "{body}");
    }
}

#[test]
fn what_is_not_there_is_not_found_and_other_methods_are_not_allowed() {
    let home = Home::new();
    let server = home.serve(&[]);
    for (method, path, status) in [
        ("GET", "/0000000000000000", 404),
        ("GET", "/nope", 404),
        ("GET", "/..%2F..%2Fetc%2Fpasswd", 404),
        ("GET", "/%ff/output", 404),
        ("GET", "/a/b/c", 404),
        ("GET", "//nothing", 404),
        ("GET", "/start", 405),
        ("PUT", "/list", 405),
        ("OPTIONS", "/list", 405),
        ("POST", "//health", 405),
    ] {
        let reply = request(&server.unix, method, path, &[], None);
        assert_eq!(reply.status, status, "{method} {path}");
    }
    for (path, id) in [("/nope", "nope"), ("/%ff", "%ff"), ("/%ff/output", "%ff")] {
        let message = format!("Process \"{id}\" not found.");
        assert_eq!(server.get(path).body, json!({ "message": message }), "{path}");
    }
}
