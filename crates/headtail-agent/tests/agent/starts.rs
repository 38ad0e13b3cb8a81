//! Starting: what is executed, with what, and what is left where that fails.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use headtail_agent::{Admit, Client, Error, Filter, Refusal, Start, State, Stdin};

use super::support::{Home, PROGRAM, field, raw, text};

#[test]
fn a_start_answers_once_the_command_was_executed() {
    let home = Home::new();
    let process = home.start(&Start::argv(["sleep", "60"]).workdir("/tmp").label("for", "a test").scope("s"));
    let pid = process.pid.expect("a number");
    assert_eq!(fs::read_to_string(format!("/proc/{pid}/comm")).expect("a process"), "sleep\n");
    assert_eq!((process.command.as_str(), process.workdir.as_str()), ("sleep 60", "/tmp"));
    assert_eq!(process.argv, Some(vec!["sleep".into(), "60".into()]));
    assert_eq!((process.state, process.stdin, process.background), (State::Running, Stdin::Null, false));
    assert_eq!((process.scope.as_deref(), process.labels["for"].as_str()), (Some("s"), "a test"));
    assert_eq!((process.exit_code(), process.exited_at), (None, None));
}

#[test]
fn a_process_outlives_the_program_that_started_it() {
    let home = Home::new();
    let output = home.ps(["start", "--", "sh", "-c", "echo one; read line < /dev/zero; sleep 60"]);
    let id = text(&output.stdout).trim_end().parse().expect("an id");
    home.wait_for(id, "one");
    assert!(home.client.get(id).expect("a process").is_running());
}

#[test]
fn a_command_gets_its_words_directory_and_environment_as_they_are() {
    let home = Home::new();
    let odd = OsStr::from_bytes(b"\xff odd'\n");
    let start = Start::argv([
        OsStr::new("sh"),
        OsStr::new("-c"),
        OsStr::new("printf %s \"$1$A\"; pwd; echo ${HOME-none}"),
        OsStr::new("sh"),
        odd,
    ])
    .variable("A", Some(odd))
    .variable("HOME", None::<&str>)
    .workdir("/");
    let answer = home.end(home.start(&start).id);
    assert_eq!(answer.output, [&b"\xff odd'\n"[..], b"\xff odd'\n", b"/\nnone\n"].concat());
    assert_eq!(answer.process.exit_code(), Some(0));
}

#[test]
fn a_command_line_is_run_by_the_shell_that_is_given() {
    let home = Home::new();
    let end = |start: &Start| text(&home.end(home.start(start).id).output);
    assert_eq!(end(&Start::command_line("echo $0 $1")), "sh\n");
    assert_eq!(end(&Start::command_line("-c").shell(["echo", "-n"])), "-- -c");
}

#[test]
fn a_keeper_has_left_the_session_the_descriptors_and_the_environment_of_its_starter() {
    let home = Home::new();
    let secret = "hunter2-in-the-environment";
    let start = Start::argv(["sleep", "60"]).variable("SECRET", Some(secret));
    let keeper = raw(home.keeper(home.start(&start).id));
    let line = fs::read_to_string(format!("/proc/{keeper}/stat")).expect("a process");
    let fields: Vec<_> = line.rsplit(") ").next().expect("fields").split(' ').collect();
    assert_eq!(
        (fields[2], fields[3]),
        (&*keeper.to_string(), &*keeper.to_string()),
        "its own group and session"
    );
    let cwd = fs::read_link(format!("/proc/{keeper}/cwd")).expect("a directory");
    assert_eq!(cwd, fs::canonicalize(home.path()).expect("a directory"));
    for file in ["environ", "cmdline"] {
        let bytes = fs::read(format!("/proc/{keeper}/{file}")).expect("a file");
        assert!(!text(&bytes).contains(secret), "{file}");
    }
    for fd in 0..3 {
        let target = fs::read_link(format!("/proc/{keeper}/fd/{fd}")).expect("a descriptor");
        assert_eq!(target, Path::new("/dev/null"), "{fd}");
    }
    for entry in walk(home.path()) {
        assert!(!text(&fs::read(&entry).unwrap_or_default()).contains(secret), "{}", entry.display());
    }
}

fn walk(path: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(path).expect("a directory").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn what_cannot_be_started_says_why_and_leaves_nothing() {
    let home = Home::new();
    let file = home.path().join("plain");
    fs::write(&file, "").expect("a file");
    for (start, status, reason) in [
        (Start::argv(["no-such-program"]), 127, "no-such-program: No such file or directory".into()),
        (Start::argv([&file]), 126, format!("{}: Permission denied", file.display())),
        (Start::argv(["true"]).workdir("/no/such"), 125, "/no/such: No such file or directory".into()),
    ] {
        let error = home.client.start(&start.clone().key("k"), Admit::default()).expect_err("an error");
        let Error::Refused(_, refusal) = error else { panic!("{error}") };
        assert_eq!(refusal, Refusal::Start { status, reason });
        assert_eq!(home.client.list(&Filter::default()).expect("a list").total, 0);
        let left = walk(home.path()).into_iter().filter(|path| !path.ends_with("admission") && *path != file);
        assert_eq!(left.collect::<Vec<_>>(), Vec::<std::path::PathBuf>::new());
    }
    // The key is free.
    assert!(home.client.start(&Start::argv(["true"]).key("k"), Admit::default()).expect("a process").is_new);
}

#[test]
fn a_start_that_makes_no_sense_is_refused() {
    let home = Home::new();
    for (start, message) in [
        (Start::command_line(""), "Command is required."),
        (Start::argv([""]), "Command is required."),
        (Start::argv(["a\0b"]), "a NUL byte in the command or its directory"),
        (Start::argv(["a"]).variable("B=C", Some("")), "not a valid environment variable: B="),
        (Start::argv(["a"]).max_line(15), "a line limit of 15 is too small: 0 (none) or at least 16"),
        (Start::argv(["a"]).key(""), "an empty key"),
    ] {
        assert_eq!(home.client.start(&start, Admit::default()).expect_err("an error").to_string(), message);
    }
}

#[test]
fn a_start_whose_keeper_is_suspended_fails_in_the_end() {
    let home = Home::new();
    let keeper = home.path().with_file_name("keeper");
    // It takes what it is sent and never answers, until its starter is gone.
    fs::write(&keeper, "#!/bin/sh\nexec cat > /dev/null\n").expect("a program");
    fs::set_permissions(&keeper, PermissionsExt::from_mode(0o755)).expect("a mode");
    let client = Client::open(Some(home.path()), keeper).expect("a client");
    let error = client.start(&Start::argv(["true"]), Admit::default()).expect_err("an error");
    assert!(matches!(error, Error::Unresponsive(_)), "{error}");
    home.end(home.sh("true"));
}

#[test]
fn no_more_processes_run_than_may() {
    let home = Home::new();
    let admit = Admit { max_running: 2, ..Admit::default() };
    let start = Start::argv(["sleep", "60"]);
    let first = home.client.start(&start, admit).expect("a process").process.id;
    home.client.start(&start, admit).expect("a process");
    let error = home.client.start(&start, admit).expect_err("an error");
    assert_eq!(error.to_string(), "2 processes run already, which is the limit.");
    assert_eq!(home.client.list(&Filter::default()).expect("a list").running, 2);
    home.client.signal(first, "kill").expect("a signal");
    home.end(first);
    home.client.start(&start, admit).expect("room again");
}

#[test]
fn a_process_of_another_scope_is_not_there() {
    let home = Home::new();
    let (mine, other) = (home.client.scoped("mine"), home.client.scoped("other"));
    let id = mine.start(&Start::argv(["sleep", "60"]), Admit::default()).expect("a process").process.id;
    assert_eq!(mine.get(id).expect("a process").scope.as_deref(), Some("mine"));
    let message = format!("Process \"{id}\" not found.");
    assert_eq!(other.get(id).expect_err("an error").to_string(), message);
    assert_eq!(other.signal(id, "kill").expect_err("an error").to_string(), message);
    assert_eq!(other.remove(id).expect_err("an error").to_string(), message);
    assert_eq!(other.hold(id).expect_err("an error").to_string(), message);
    assert_eq!(
        (
            other.list(&Filter::default()).expect("a list").total,
            mine.list(&Filter::default()).expect("a list").total
        ),
        (0, 1)
    );
    assert!(home.client.get(id).is_ok(), "without a scope all are there");
}

#[test]
fn the_directory_is_made_private_and_is_never_a_link_or_somebody_elses() {
    let parent = tempfile::tempdir().expect("a directory");
    let path = parent.path().join("run");
    let open = |path: &Path| Client::open(Some(path), PROGRAM).map(|_| ()).map_err(|error| error.to_string());
    let mode = |path: &Path| fs::metadata(path).expect("a directory").permissions().mode() & 0o7777;
    open(&path).expect("a client");
    assert_eq!(mode(&path), 0o700);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a mode");
    open(&path).expect("a client");
    assert_eq!(mode(&path), 0o700);
    let link = parent.path().join("link");
    symlink(&path, &link).expect("a link");
    for end in ["", "/", "/."] {
        let path = format!("{}{end}", link.display());
        let error = open(Path::new(&path)).expect_err("an error");
        assert_eq!(error, format!("{}: Not a directory", link.display()), "{end}");
    }
    let file = parent.path().join("file");
    fs::write(&file, "").expect("a file");
    assert_eq!(open(&file), Err(format!("{}: Not a directory", file.display())));
    assert_eq!(open(Path::new("/no/such/run")), Err("/no/such/run: No such file or directory".into()));
    if !rustix::process::geteuid().is_root() {
        return super::support::skip("only root can give a directory away");
    }
    std::os::unix::fs::chown(&path, Some(12345), None).expect("root");
    assert_eq!(open(&path), Err(format!("{}: it belongs to another user", path.display())));
}

#[test]
fn the_environment_says_where_the_directory_is() {
    let parent = tempfile::tempdir().expect("a directory");
    let list = |variables: &[(&str, &Path)]| {
        let mut command = Command::new(PROGRAM);
        command.arg("ps").env_remove("HEADTAIL_RUNTIME_DIR").env_remove("XDG_RUNTIME_DIR");
        assert!(command.envs(variables.iter().copied()).status().expect("a program").success());
    };
    let (xdg, ours) = (parent.path().join("xdg"), parent.path().join("ours"));
    fs::create_dir(&xdg).expect("a directory");
    list(&[("XDG_RUNTIME_DIR", &xdg), ("HEADTAIL_RUNTIME_DIR", Path::new(""))]);
    assert!(xdg.join("headtail/records").is_dir());
    list(&[("XDG_RUNTIME_DIR", &xdg), ("HEADTAIL_RUNTIME_DIR", &ours)]);
    assert!(ours.join("records").is_dir());
}

#[test]
fn a_long_path_of_the_directory_is_no_obstacle() {
    let parent = tempfile::tempdir().expect("a directory");
    let path = parent.path().join("x".repeat(200));
    let home = Home::at(&path);
    let answer = home.end(home.sh("echo far away"));
    assert_eq!(text(&answer.output), "far away\n");
}

#[test]
fn sockets_and_records_are_private() {
    let home = Home::new();
    let id = home.sh("sleep 60");
    for name in [format!("live/{id}.sock"), format!("live/{id}.lock"), format!("records/{id}")] {
        let mode = fs::metadata(home.path().join(&name)).expect("a file").permissions().mode();
        assert_eq!(mode & 0o7777, 0o600, "{name}");
    }
}

#[test]
fn the_command_has_no_descriptors_but_its_own() {
    let home = Home::new();
    // The starter leaves one open to all that it executes.
    let inherited = rustix::io::dup(std::io::stderr()).expect("a descriptor");
    let answer = home.end(home.start(&Start::argv(["ls", "/proc/self/fd"])).id);
    drop(inherited);
    // The last is the directory that it reads.
    assert_eq!(text(&answer.output), "0\n1\n2\n3\n");
}

#[test]
fn the_commands_parent_is_its_keeper_alone() {
    let home = Home::new();
    let id = home.sh("sleep 60");
    let keeper = raw(home.keeper(id));
    assert_ne!(field(keeper, "PPid:"), i32::try_from(std::process::id()).expect("a number"));
}

#[test]
fn a_starter_that_ignores_the_end_of_its_children_starts_as_any_other() {
    let home = Home::new();
    let mut shell = Command::new("bash");
    shell.args([
        "-c",
        "trap '' CHLD INT; exec \"$@\"",
        "bash",
        PROGRAM,
        "ps",
        "start",
        "--",
        "echo",
        "hello",
    ]);
    let Ok(output) = shell.env("HEADTAIL_RUNTIME_DIR", home.path()).output() else {
        return super::support::skip("there is no bash");
    };
    assert_eq!((text(&output.stderr).as_str(), output.status.code()), ("", Some(0)));
    let answer = home.end(text(&output.stdout).trim_end().parse().expect("an id"));
    assert_eq!((text(&answer.output).as_str(), answer.process.exit_code()), ("hello\n", Some(0)));
}
