//! What a command finds when it starts, and why it may not start.

use std::fs;
use std::io::{self, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use headtail_process::{Dispositions, Ending, NON_INTERACTIVE, Run, StartErrorKind, Stdin};
use rustix::io::Errno;
use rustix::process::{Signal as Named, getpid, kill_process};

use crate::support::{complete, sh};

#[test]
fn a_command_that_does_not_start_is_an_outcome() {
    let directory = tempfile::tempdir().expect("a directory for the test");
    let plain = directory.path().join("plain");
    fs::write(&plain, "no program").expect("a file for the test");
    let cases = [
        ("/nonexistent/command", StartErrorKind::NotFound, 127, "No such file or directory"),
        ("no-such-command-anywhere", StartErrorKind::NotFound, 127, "No such file or directory"),
        ("", StartErrorKind::NotFound, 127, "No such file or directory"),
        ("/", StartErrorKind::NotExecutable, 126, "Permission denied"),
        (plain.to_str().expect("text"), StartErrorKind::NotExecutable, 126, "Permission denied"),
        ("/dev/null/command", StartErrorKind::NotExecutable, 126, "Not a directory"),
    ];
    for (program, kind, status, reason) in cases {
        let (text, outcome) = complete(Run::new(Command::new(program)));
        let Ending::NotStarted(error) = &outcome.ending else { panic!("{program}: {outcome:?}") };
        assert_eq!((error.kind(), error.name().to_str()), (kind, Some(program)));
        assert_eq!((text.as_str(), outcome.success()), ("", false));
        assert_eq!(
            (outcome.exit_code(), outcome.signal(), outcome.wall_time),
            (Some(status), None, Duration::ZERO)
        );
        let message = outcome.error().expect("an error");
        assert!(message.starts_with(&format!("{program}: {reason}")), "{message}");
    }
}

#[test]
fn a_directory_that_cannot_be_entered_is_not_a_missing_command() {
    for (directory, reason) in [("/nonexistent", "No such file"), ("/dev/null", "Not a directory")] {
        let mut command = Command::new("true");
        command.current_dir(directory);
        let (_, outcome) = complete(Run::new(command));
        assert_eq!(outcome.exit_code(), Some(125));
        let message = outcome.error().expect("an error");
        assert!(message.starts_with(&format!("{directory}: {reason}")), "{message}");
    }
    let mut command = Command::new("no-such-command-anywhere");
    command.current_dir("/");
    assert_eq!(complete(Run::new(command)).1.exit_code(), Some(127));
}

#[test]
fn standard_input_is_empty_unless_kept() {
    assert_eq!(complete(Run::new(Command::new("cat"))).0, "");

    let mut file = tempfile::tempfile().expect("a file for the test");
    write!(file, "from the file").expect("space for the test");
    io::Seek::rewind(&mut file).expect("a file that can seek");
    let mut command = Command::new("cat");
    command.stdin(Stdio::from(file));
    assert_eq!(complete(Run::new(command).stdin(Stdin::Inherited)).0, "from the file");
}

#[test]
fn a_command_may_leave_its_input_unread() {
    let mut command = Command::new("true");
    command.stdin(Stdio::piped());
    assert!(complete(Run::new(command).stdin(Stdin::Inherited)).1.success());
}

#[test]
fn non_interactive_is_an_environment() {
    let mut command = Command::new("env");
    command.env_clear().env("PATH", "/usr/bin:/bin").envs(NON_INTERACTIVE).env("PAGER", "less");
    let (text, _) = complete(Run::new(command));
    let mut lines: Vec<_> = text.lines().collect();
    lines.sort_unstable();
    let expected = [
        "EDITOR=true",
        "GIT_EDITOR=true",
        "GIT_PAGER=cat",
        "GIT_SEQUENCE_EDITOR=true",
        "GIT_TERMINAL_PROMPT=0",
        "NO_COLOR=1",
        "PAGER=less",
        "PATH=/usr/bin:/bin",
        "TERM=dumb",
        "VISUAL=true",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn the_command_leads_a_group_of_its_own() {
    let (text, _) = complete(sh("ps -o pid=,pgid= -p $$"));
    let ids: Vec<_> = text.split_whitespace().collect();
    assert_eq!(ids[0], ids[1]);
}

#[test]
fn what_the_interpreter_of_a_script_lacks_is_what_the_system_says() {
    let directory = tempfile::tempdir().expect("a directory for the test");
    let script = directory.path().join("script");
    fs::write(&script, "#!/no/such/interpreter\n").expect("a file for the test");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("a file of ours");
    assert_eq!(complete(Run::new(Command::new(&script))).1.exit_code(), Some(127));

    let mut command = Command::new("true");
    command.arg("x".repeat(4 << 20));
    let outcome = complete(Run::new(command)).1;
    assert_eq!(outcome.exit_code(), Some(126));
    assert_eq!(outcome.error().as_deref(), Some("true: Argument list too long"));
}

/// Anything that fails before the command is executed, whatever its error number.
#[test]
fn a_failure_before_the_command_is_executed_is_not_blamed_on_it() {
    for errno in [Errno::NOENT, Errno::ACCESS, Errno::PERM, Errno::AGAIN] {
        let mut command = Command::new("true");
        // SAFETY: it makes no call at all.
        unsafe { command.pre_exec(move || Err(errno.into())) };
        let error = Run::new(command).start().expect_err("it never comes to the command");
        assert_eq!((error.kind(), error.name().to_str()), (StartErrorKind::Failed, Some("fork")));
        assert_eq!(error.cause().raw_os_error(), Some(errno.raw_os_error()));
    }
}

/// One that came before the command is executed is blocked until then.
#[test]
fn no_handler_of_the_starter_runs_in_the_process_of_the_command() {
    static PIPE: AtomicI32 = AtomicI32::new(-1);
    extern "C" fn write_down(_: i32) {
        // SAFETY: the byte outlives the call, which a handler may make.
        unsafe { libc::write(PIPE.load(Ordering::Relaxed), b"!".as_ptr().cast(), 1) };
    }
    let (mut read, write) = io::pipe().expect("a pipe");
    PIPE.store(write.as_raw_fd(), Ordering::Relaxed);
    // Nobody else sends it, and it does nothing by default.
    // SAFETY: the handler makes one system call.
    unsafe { libc::signal(libc::SIGURG, write_down as extern "C" fn(i32) as libc::sighandler_t) };
    let mut command = Command::new("echo");
    // SAFETY: all that is done is two system calls.
    unsafe { command.pre_exec(|| Ok(kill_process(getpid(), Named::URG)?)) };
    let (text, outcome) = complete(Run::new(command));
    assert_eq!((text.as_str(), outcome.success()), ("\n", true));
    drop(write);
    let mut written = Vec::new();
    read.read_to_end(&mut written).expect("a pipe without writers");
    assert_eq!(written, b"");
}

#[test]
fn standard_input_may_be_closed() {
    let show = "test -e /proc/self/fd/0 && echo open; true";
    assert_eq!(complete(sh(show).stdin(Stdin::Closed)).0, "");
    assert_eq!(complete(sh(show)).0, "open\n");
}

#[test]
fn a_command_finds_the_signals_that_it_is_given_and_the_mask_of_its_starter() {
    let show = || {
        let mut command = Command::new("grep");
        command.args(["-E", "^Sig(Blk|Ign)", "/proc/self/status"]);
        Run::new(command)
    };
    let field = |text: &str, name: &str| {
        let value = text.lines().find_map(|line| line.strip_prefix(name)).expect("a field").trim();
        u64::from_str_radix(value, 16).expect("a mask")
    };
    // Executing a command leaves what is ignored ignored, but for SIGPIPE: that is the doing of the Rust runtime.
    let sigpipe = 1 << 12;
    let (plain, given) = (complete(show()).0, complete(show().dispositions(Dispositions::current())).0);
    assert_eq!(field(&plain, "SigBlk:"), field(&given, "SigBlk:"));
    assert_eq!(field(&plain, "SigIgn:") & sigpipe, 0);
    assert_eq!(field(&given, "SigIgn:"), field(&plain, "SigIgn:") | sigpipe);
}
