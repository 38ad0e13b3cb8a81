//! `headtail-agent keep`: what a starter executes, once for each process.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::ExitCode;

use headtail_agent::{keep, refuse_to_keep, stand_guard};
use rustix::fs::{FileType, fstat};
use rustix::io::fcntl_dupfd_cloexec;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::stdio;

use crate::sys::{self, Fork};

/// The descriptors that a starter passes.
struct Passed {
    starter: UnixStream,
    lock: OwnedFd,
    listener: UnixListener,
}

/// Leaves the starter behind and keeps a process.
pub(crate) fn main() -> ExitCode {
    if !is_socket() {
        eprintln!("headtail-agent: keep is what this program executes itself");
        return ExitCode::from(2);
    }
    sys::close_others();
    match sys::fork() {
        // Nobody waits for the keeper; its starter waits for this one.
        Ok(Fork::Parent) => return ExitCode::SUCCESS,
        Ok(Fork::Child) => {}
        Err(error) => return refuse(&error),
    }
    let prepared = rustix::process::setsid()
        .map_err(io::Error::from)
        .and_then(|_| Ok((post_guard()?, take_descriptors()?, sys::signals()?)));
    match prepared {
        Ok((guard, Passed { starter, lock, listener }, signals)) => {
            match keep(starter, lock, listener, signals, guard) {
                Ok(()) => ExitCode::SUCCESS,
                Err(_) => ExitCode::FAILURE,
            }
        }
        Err(error) => refuse(&error),
    }
}

fn is_socket() -> bool {
    fstat(stdio::stdin()).is_ok_and(|status| FileType::from_raw_mode(status.st_mode) == FileType::Socket)
}

/// Moves what was passed away from the standard descriptors, which then lead nowhere.
fn take_descriptors() -> io::Result<Passed> {
    const FIRST_OTHER: i32 = 3;
    let starter = fcntl_dupfd_cloexec(stdio::stdin(), FIRST_OTHER)?.into();
    let lock = fcntl_dupfd_cloexec(stdio::stdout(), FIRST_OTHER)?;
    let listener = fcntl_dupfd_cloexec(stdio::stderr(), FIRST_OTHER)?.into();
    let null = File::options().read(true).write(true).open("/dev/null")?;
    stdio::dup2_stdin(&null)?;
    stdio::dup2_stdout(&null)?;
    stdio::dup2_stderr(&null)?;
    Ok(Passed { starter, lock, listener })
}

/// Starts the process that kills the command's group where this one is killed. Returns the line to it.
fn post_guard() -> io::Result<OwnedFd> {
    let (read, write) = pipe_with(PipeFlags::CLOEXEC)?;
    if sys::fork()? == Fork::Parent {
        return Ok(write);
    }
    // Whatever kills the keeper's group or session spares it. The lock would say that the keeper lives.
    let _ = rustix::process::setsid();
    let _ = rustix::process::chdir("/");
    if stdio::dup2_stdin(&read).and(stdio::dup2_stdout(&read)).and(stdio::dup2_stderr(&read)).is_ok() {
        sys::close_others();
        if let Ok(line) = fcntl_dupfd_cloexec(stdio::stdin(), 0) {
            stand_guard(line);
        }
    }
    // Nothing that is closed already is closed once more.
    std::process::exit(0)
}

/// Tells the starter why there is no keeper.
fn refuse(error: &io::Error) -> ExitCode {
    if let Ok(starter) = fcntl_dupfd_cloexec(stdio::stdin(), 0) {
        refuse_to_keep(starter.into(), error);
    }
    ExitCode::FAILURE
}
