//! What must not lose a process or its status where the system has run out of something.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use headtail_agent::{Admit, Filter, Start, State};

use super::support::{Home, LONG, skip, text, until};

/// Runs `headtail ps start` by a shell that sets limits first.
fn start_limited(home: &Home, limit: &str) -> std::process::Output {
    let script = format!("{limit}; exec \"$@\"");
    let mut command = Command::new("sh");
    command.args(["-c", &script, "sh", super::support::PROGRAM, "ps", "start", "--", "echo", "hello"]);
    command.env("HEADTAIL_RUNTIME_DIR", home.path()).output().expect("a shell")
}

#[test]
fn with_few_descriptors_a_start_works_or_says_why_it_does_not() {
    let home = Home::new();
    home.client.list(&Filter::default()).expect("a list");
    let mut successes = 0;
    for limit in 4..40 {
        let output = start_limited(&home, &format!("ulimit -n {limit}"));
        if output.status.success() {
            let id = text(&output.stdout).trim_end().parse().expect("an id");
            assert_eq!(home.end(id).output, b"hello\n", "{limit} descriptors");
            successes += 1;
        } else {
            let message = text(&output.stderr);
            assert_eq!((output.status.code(), message.lines().count()), (Some(1), 1), "{limit}: {message}");
            assert!(message.contains("Too many open files"), "{limit}: {message}");
        }
    }
    assert!(successes > 0);
    let states: Vec<_> = home.client.list(&Filter::default()).expect("a list").processes;
    assert!(states.iter().all(|process| process.state == State::Exited(0)), "{states:?}");
}

#[test]
fn without_processes_left_a_start_says_so() {
    if !rustix::process::geteuid().is_root() {
        return skip("only root can become a user that has no other processes");
    }
    let parent = tempfile::tempdir().expect("a directory");
    let path = parent.path().join("run");
    fs::create_dir(&path).expect("a directory");
    fs::set_permissions(parent.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a mode");
    std::os::unix::fs::chown(&path, Some(54_321), Some(54_321)).expect("root");
    let program = parent.path().join("headtail-agent");
    fs::copy(super::support::PROGRAM, &program).expect("a copy");
    let mut refused = 0;
    for limit in [1, 2, 3, 4, 5, 20] {
        let mut command = Command::new("prlimit");
        command.arg(format!("--nproc={limit}")).arg(&program).args(["ps", "start", "--", "sleep", "0.1"]);
        command.env("HEADTAIL_RUNTIME_DIR", &path).uid(54_321).gid(54_321).current_dir("/");
        let Ok(output) = command.output() else { return skip("there is no prlimit") };
        let message = text(&output.stderr);
        if !output.status.success() {
            assert_eq!((output.status.code(), message.lines().count()), (Some(1), 1), "{limit}: {message}");
            assert!(message.contains("Resource temporarily unavailable"), "{limit}: {message}");
            refused += 1;
        }
    }
    assert!(refused > 0 && refused < 6, "{refused} were refused");
}

/// Runs `test` with a small file system of its own at a new directory, where that can be made.
fn with_small_disk(kilobytes: u32, test: impl FnOnce(&Path)) {
    let parent = tempfile::tempdir().expect("a directory");
    let disk = parent.path().join("disk");
    fs::create_dir(&disk).expect("a directory");
    let size = format!("size={kilobytes}k,mode=0700");
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&disk).output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        return skip("only root can mount a small file system");
    }
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| test(&disk)));
    let _ = Command::new("umount").arg("--lazy").arg(&disk).status();
    if let Err(panic) = result {
        std::panic::resume_unwind(panic);
    }
}

/// Fills a disk; the file that does it.
fn fill(disk: &Path) -> std::path::PathBuf {
    use std::io::Write;
    let path = disk.join("full");
    let mut file = fs::File::create(&path).expect("a file");
    while file.write(&[0; 4096]).is_ok_and(|count| count > 0) {}
    path
}

#[test]
fn on_a_full_disk_nothing_is_started_and_nothing_that_runs_is_lost() {
    with_small_disk(2048, |disk| {
        let home = Home::at(&disk.join("run"));
        let id = home.start(&Start::command_line("seq 100000; read line; echo end; exit 5").stdin()).id;
        home.wait_for(id, "^100000$");
        let full = fill(disk);
        let error = home.client.start(&Start::argv(["true"]), Admit::default()).expect_err("an error");
        assert!(error.to_string().ends_with("No space left on device"), "{error}");
        // The end cannot be written down: the keeper remembers it.
        home.client.input(id, b"\n", true, None, LONG).expect("an input");
        let answer = home.end(id);
        assert_eq!((answer.process.exit_code(), answer.process.output_bytes), (Some(5), 588_895 + 4));
        assert!(text(&answer.output).ends_with("99999\n100000\nend\n"));
        let keeper = home.keepers();
        assert_eq!(keeper.len(), 1);
        let message =
            format!("headtail: Process \"{id}\" has ended, but its keeper cannot write its record yet.\n");
        let output = home.ps(["rm", id.as_str()]);
        assert_eq!((text(&output.stderr), output.status.code()), (message, Some(1)));
        fs::remove_file(full).expect("a removal");
        until("the record", || home.keepers().is_empty());
        let later = home.output(id);
        assert_eq!((later.output, later.process), (answer.output, answer.process));
    });
}

#[test]
fn where_the_directory_is_read_only_nothing_is_started_and_nothing_that_runs_is_lost() {
    with_small_disk(4096, |disk| {
        let home = Home::at(&disk.join("run"));
        let id = home.start(&Start::command_line("echo hello; read line; exit 5").stdin()).id;
        home.wait_for(id, "hello");
        let remount = |mode| {
            let status = Command::new("mount").args(["-o", mode]).arg(disk).status().expect("mount");
            assert!(status.success());
        };
        // It could not be made read-only while anybody had a file open for writing.
        remount("remount,ro");
        let error = home.client.start(&Start::argv(["true"]), Admit::default()).expect_err("an error");
        assert!(error.to_string().ends_with("Read-only file system"), "{error}");
        home.client.input(id, b"\n", true, None, LONG).expect("an input");
        assert_eq!(home.end(id).process.exit_code(), Some(5));
        remount("remount,rw");
        until("the record", || home.keepers().is_empty());
        assert_eq!(
            (home.output(id).output, home.end(id).process.exit_code()),
            (b"hello\n".to_vec(), Some(5))
        );
    });
}
