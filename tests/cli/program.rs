//! Programs that tests start: each begins in the same state, and none outlives its test.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use std::{mem, process, thread};

use crate::run::{LIMIT, Run};
use crate::support::PROGRAM;

/// A program, its arguments and its input, to be started any number of times.
///
/// It starts without a controlling terminal, with no signal ignored or blocked, in the locale `C`, whatever the
/// caller of the tests has. Standard input is empty unless set; the outputs are pipes unless set.
pub(crate) struct Program {
    command: Command,
    input: Option<Vec<u8>>,
    limit: Duration,
}

impl Program {
    pub(crate) fn new(name: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(name);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.env("HEADTAIL", PROGRAM).env("LC_ALL", "C");
        isolate(&mut command);
        // SAFETY: no handler is replaced. Where the caller ignores it, no status of a child can be asked for.
        unsafe { libc::signal(libc::SIGCHLD, libc::SIG_DFL) };
        Self { command, input: None, limit: LIMIT }
    }

    /// The program that is tested.
    pub(crate) fn headtail() -> Self {
        Self::new(PROGRAM)
    }

    pub(crate) fn arg(&mut self, arg: impl AsRef<OsStr>) -> &mut Self {
        self.command.arg(arg);
        self
    }

    pub(crate) fn args(&mut self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> &mut Self {
        self.command.args(args);
        self
    }

    pub(crate) fn env(&mut self, name: &str, value: impl AsRef<OsStr>) -> &mut Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn current_dir(&mut self, directory: impl AsRef<Path>) -> &mut Self {
        self.command.current_dir(directory);
        self
    }

    pub(crate) fn stdin(&mut self, stdin: impl Into<Stdio>) -> &mut Self {
        self.command.stdin(stdin);
        self
    }

    pub(crate) fn stdout(&mut self, stdout: impl Into<Stdio>) -> &mut Self {
        self.command.stdout(stdout);
        self
    }

    pub(crate) fn stderr(&mut self, stderr: impl Into<Stdio>) -> &mut Self {
        self.command.stderr(stderr);
        self
    }

    /// Makes `input` what the program reads when it is run by [`output`](Self::output).
    pub(crate) fn write_stdin(&mut self, input: impl Into<Vec<u8>>) -> &mut Self {
        self.input = Some(input.into());
        self
    }

    /// Sets how long the program may run.
    pub(crate) fn limit(&mut self, limit: Duration) -> &mut Self {
        self.limit = limit;
        self
    }

    /// Starts the program in the background.
    pub(crate) fn spawn(&mut self) -> io::Result<Run> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let mark = format!("{}.{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let child = self.command.env(Run::MARK, &mark).spawn()?;
        Ok(Run::new(child, mark, self.limit))
    }

    /// Runs the program to its end.
    pub(crate) fn output(&mut self) -> io::Result<Output> {
        let Some(input) = self.input.clone() else { return Ok(self.spawn()?.end()) };
        let mut run = self.stdin(Stdio::piped()).spawn()?;
        let mut stdin = run.stdin.take().expect("a pipe");
        Ok(thread::scope(|scope| {
            // A program need not read its input to the end.
            scope.spawn(move || _ = stdin.write_all(&input));
            run.end()
        }))
    }

    /// Whether the program can be started and succeeds.
    pub(crate) fn succeeds(&mut self) -> bool {
        self.output().is_ok_and(|output| output.status.success())
    }
}

/// Has `command` start in a session of its own, with the default disposition of every signal and none blocked:
/// both are inherited from the caller of the tests otherwise, and the tests would show what `nohup` does.
fn isolate(command: &mut Command) {
    /// More than any system has signals.
    const SIGNALS: libc::c_int = 128;
    let reset = || {
        // SAFETY: all of these calls are async-signal-safe, and `none` is initialised before it is used. They fail
        // for numbers that are no signals, and for signals whose dispositions are fixed, which needs no attention.
        unsafe {
            for signal in 1..SIGNALS {
                libc::signal(signal, libc::SIG_DFL);
            }
            let mut none = mem::zeroed();
            libc::sigemptyset(&raw mut none);
            libc::sigprocmask(libc::SIG_SETMASK, &raw const none, ptr::null_mut());
            libc::setsid();
        }
        Ok(())
    };
    // SAFETY: `reset` runs between fork and exec: it takes no locks and allocates nothing.
    unsafe { command.pre_exec(reset) };
}
