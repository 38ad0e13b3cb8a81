//! `headtail-agent keep`: what a starter executes, once for each process.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::ExitCode;

use headtail_agent::{keep, refuse_to_keep};
use rustix::fs::{FileType, fstat};
use rustix::io::fcntl_dupfd_cloexec;
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
        .and_then(|_| Ok((take_descriptors()?, sys::signals()?)));
    match prepared {
        Ok((Passed { starter, lock, listener }, signals)) => match keep(starter, lock, listener, signals) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
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

/// Tells the starter why there is no keeper.
fn refuse(error: &io::Error) -> ExitCode {
    if let Ok(starter) = fcntl_dupfd_cloexec(stdio::stdin(), 0) {
        refuse_to_keep(starter.into(), error);
    }
    ExitCode::FAILURE
}
