//! Each recipe is run: it leaves what its far end takes, and the status of its command.
//!
//! The far ends are stand-ins that keep what they are sent. The command is one with all that makes output hard to place.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::{env, path::Path};

use serde_json::Value;

use crate::pages::page;
use crate::support::{PROGRAM, Place, skip};

const PAGE: &str = "docs/recipes.md";

/// The status of the command.
const STATUS: i32 = 2;

/// Where a recipe leaves its result.
enum End {
    /// A file in the directory of the recipe.
    File(&'static str),
    /// What the stand-in for a tool was sent; of JSON, the longest string.
    Sent,
    /// Standard output.
    Printed,
    /// The line of standard output that begins with this.
    Line(&'static str),
}

/// The heading above each recipe, in the order of the page, where its result is, and how many characters may be there.
const RECIPES: [(&str, End, usize); 17] = [
    ("GitHub: comment", End::Sent, 65_536),
    ("GitHub: check run", End::Sent, 65_535),
    ("GitHub: annotation", End::Line("::error "), 4096),
    ("GitHub: job summary", End::File("summary.md"), 1_048_576),
    ("GitLab: job log, artifact and note", End::Printed, 4 << 20),
    ("GitLab: job log, artifact and note", End::Sent, 1_000_000),
    ("Buildkite", End::Sent, 1 << 20),
    ("Slack", End::Sent, 4000),
    ("Discord", End::Sent, 2000),
    ("AWS Systems Manager", End::Printed, 24_000),
    ("CloudWatch Logs", End::Sent, 256 << 10),
    ("Kubernetes", End::File("termination-log"), 4096),
    ("journald", End::File("journal"), 48 << 10),
    ("cron", End::Printed, 64 << 10),
    ("Fuzzing", End::Printed, (12 << 10) + 200),
    ("Fuzzing", End::Printed, 2000),
    ("Fuzzing", End::Printed, (8 << 10) + 200),
];

/// 4 MB with colours, a progress bar, a long line, and characters of several bytes.
const NOISE: &str = r"#!/bin/sh
printf '\033[1mbeginning\033[0m\n'
for percent in 10 20 30 40 50 60 70 80 90 100; do printf '\r%s %%' $percent; done; echo
seq 400000
head -c 1048576 /dev/zero | tr '\0' x; echo
for try in 1 2 3 4 5 6 7 8 9; do echo '```größer als & <erlaubt> 超过 100 %'; done
printf '\033[31mthe error\033[0m\n'
exit 2
";

/// Keeps what it is sent, by an argument that names a file or on standard input.
const TOOL: &str = r#"#!/bin/sh
for word; do
    case $word in
        - | @-) cat ;;
        file://*) cat "${word#file://}" ;;
        *@*) cat "${word##*@}" ;;
    esac
done >sent
[ -s sent ] || cat >sent
"#;

/// Runs a command whose output goes to the journal.
const JOURNAL: &str = "#!/bin/sh\nshift 2\nexec \"$@\" >journal\n";

/// The recipes of the page, each with the heading above it.
fn recipes(text: &str) -> Vec<(String, String)> {
    let (mut heading, mut recipe) = (String::new(), None::<String>);
    let mut recipes = Vec::new();
    for line in text.lines() {
        match (&mut recipe, line) {
            (None, "```sh") => recipe = Some(String::new()),
            (Some(script), "```") => {
                recipes.push((heading.clone(), std::mem::take(script)));
                recipe = None;
            }
            (Some(script), _) => *script = format!("{script}{line}\n"),
            (None, _) => {
                if let Some(name) = line.strip_prefix("## ") {
                    name.clone_into(&mut heading);
                }
            }
        }
    }
    recipes
}

/// The programs that recipes use, each in the directory `bin` of `place`.
fn stand_ins(place: &Place) {
    fs::create_dir(place.path("bin")).expect("a directory");
    let tools = ["gh", "curl", "buildkite-agent", "aws"].map(|name| (name, TOOL));
    let commands = ["make", "cargo", "afl-fuzz"].map(|name| (name, NOISE));
    for (name, script) in tools.into_iter().chain(commands).chain([("systemd-cat", JOURNAL)]) {
        let name = format!("bin/{name}");
        place.write(&name, script);
        fs::set_permissions(place.path(&name), fs::Permissions::from_mode(0o755)).expect("a program");
    }
}

/// The longest string of a value.
fn longest(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(longest).max_by_key(String::len).unwrap_or_default(),
        Value::Object(map) => map.values().map(longest).max_by_key(String::len).unwrap_or_default(),
        _ => String::new(),
    }
}

/// Runs a recipe, and returns what reached its end.
fn run(script: &str, end: &End) -> String {
    let place = Place::new();
    stand_ins(&place);
    for job in ["fuzz-0.log", "fuzz-1.log"] {
        place.write(job, &format!("beginning\n{}the error\n", "#1 NEW\n".repeat(10_000)));
    }
    let script = script.replace("/dev/termination-log", "termination-log");
    let directory = Path::new(PROGRAM).parent().expect("the program is in a directory");
    let rest = env::var_os("PATH").unwrap_or_default();
    let path = [place.path("bin"), directory.to_owned()].into_iter().chain(env::split_paths(&rest));
    let mut shell = place.sh(&format!("set -e\n{script}"));
    shell.env("PATH", env::join_paths(path).expect("no colon in a path"));
    shell.env("TMPDIR", place.path("bin")).env("GITHUB_STEP_SUMMARY", "summary.md");
    for name in ["GITHUB_REPOSITORY", "GITHUB_SHA", "TOKEN", "SLACK_WEBHOOK_URL", "DISCORD_WEBHOOK_URL"] {
        shell.env(name, "example");
    }
    let output = shell.output().expect("a shell");
    let status = if script.contains("fuzz-*") { 0 } else { STATUS };
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(status), ""));
    let printed = String::from_utf8(output.stdout).expect("text");
    match end {
        End::File(name) => place.read(name),
        End::Printed => printed,
        End::Line(start) => printed.lines().find(|line| line.starts_with(start)).expect("a line").to_owned(),
        End::Sent => {
            let sent = place.read("sent");
            serde_json::from_str(&sent).map_or(sent, |value| longest(&value))
        }
    }
}

#[test]
fn every_recipe_fits_its_place_and_keeps_the_status() {
    if !crate::support::sh("command -v jq >/dev/null").succeeds() {
        return skip("there is no jq");
    }
    let recipes = recipes(&page(PAGE));
    let headings: Vec<&str> = recipes.iter().map(|(heading, _)| heading.as_str()).collect();
    assert_eq!(headings, RECIPES.map(|(heading, _, _)| heading));
    for ((heading, script), (_, end, limit)) in recipes.iter().zip(&RECIPES) {
        let result = run(script, end);
        let len = result.chars().count();
        assert!((limit / 20..=*limit).contains(&len), "{heading}: {len} of {limit} characters");
        for part in ["beginning", "... [omitted ", "the error"] {
            assert!(result.contains(part), "{heading}: no {part:?} in {len} characters");
        }
    }
}
