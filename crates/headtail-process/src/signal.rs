//! Signals by number and name.

use std::fmt;

use rustix::process::Signal as Named;

/// A signal, shown by its name.
///
/// ```
/// use headtail_process::Signal;
///
/// assert_eq!(Signal(9).to_string(), "SIGKILL");
/// assert_eq!(Signal::TERM.exit_status(), 143);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signal(
    /// The number that this system gives it.
    pub i32,
);

impl Signal {
    /// The terminal is gone.
    pub const HUP: Self = Self(Named::HUP.as_raw());
    /// Ctrl-C.
    pub const INT: Self = Self(Named::INT.as_raw());
    /// Ctrl-\\.
    pub const QUIT: Self = Self(Named::QUIT.as_raw());
    /// An end that can't be refused.
    pub const KILL: Self = Self(Named::KILL.as_raw());
    /// Lets a suspended process go on.
    pub const CONT: Self = Self(Named::CONT.as_raw());
    /// Suspends, whatever the process thinks of it.
    pub const STOP: Self = Self(Named::STOP.as_raw());
    /// Ctrl-Z.
    pub const TSTP: Self = Self(Named::TSTP.as_raw());
    /// Suspends what reads a terminal that another group has.
    pub const TTIN: Self = Self(Named::TTIN.as_raw());
    /// Suspends what changes a terminal that another group has.
    pub const TTOU: Self = Self(Named::TTOU.as_raw());
    /// The polite request to end.
    pub const TERM: Self = Self(Named::TERM.as_raw());

    /// What a shell reports for a command that this signal killed: 128 and its number.
    #[must_use]
    pub fn exit_status(self) -> u8 {
        // No system has 127 signals.
        u8::try_from(self.0).unwrap_or_default().saturating_add(128)
    }

    /// Itself, where it is one that can be sent. Real-time signals are not.
    pub(crate) fn named(self) -> Option<Named> {
        Named::from_named_raw(self.0)
    }

    fn name(self) -> Option<&'static str> {
        Some(match self.named()? {
            Named::HUP => "SIGHUP",
            Named::INT => "SIGINT",
            Named::QUIT => "SIGQUIT",
            Named::ILL => "SIGILL",
            Named::TRAP => "SIGTRAP",
            Named::ABORT => "SIGABRT",
            Named::BUS => "SIGBUS",
            Named::FPE => "SIGFPE",
            Named::KILL => "SIGKILL",
            Named::USR1 => "SIGUSR1",
            Named::SEGV => "SIGSEGV",
            Named::USR2 => "SIGUSR2",
            Named::PIPE => "SIGPIPE",
            Named::ALARM => "SIGALRM",
            Named::TERM => "SIGTERM",
            Named::CHILD => "SIGCHLD",
            Named::CONT => "SIGCONT",
            Named::STOP => "SIGSTOP",
            Named::TSTP => "SIGTSTP",
            Named::TTIN => "SIGTTIN",
            Named::TTOU => "SIGTTOU",
            Named::URG => "SIGURG",
            Named::XCPU => "SIGXCPU",
            Named::XFSZ => "SIGXFSZ",
            Named::VTALARM => "SIGVTALRM",
            Named::PROF => "SIGPROF",
            Named::WINCH => "SIGWINCH",
            Named::IO => "SIGIO",
            Named::SYS => "SIGSYS",
            #[cfg(target_os = "linux")]
            Named::STKFLT => "SIGSTKFLT",
            #[cfg(target_os = "linux")]
            Named::POWER => "SIGPWR",
            _ => return None,
        })
    }
}

impl fmt::Display for Signal {
    /// The name; `SIG` and the number for one without, such as a real-time signal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "SIG{}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_have_the_names_of_the_shell() {
        let output =
            std::process::Command::new("bash").args(["-c", "kill -l 1 2 3 6 9 11 13 15 17 31"]).output();
        let Ok(output) = output else { return eprintln!("skipped: no bash") };
        let names = [1, 2, 3, 6, 9, 11, 13, 15, 17, 31].map(|number| Signal(number).to_string());
        let shells: Vec<_> =
            String::from_utf8_lossy(&output.stdout).lines().map(|it| format!("SIG{it}")).collect();
        assert_eq!(names[..], shells[..]);
    }

    #[test]
    fn a_signal_without_a_name_is_a_number() {
        assert_eq!(Signal(40).to_string(), "SIG40");
        assert_eq!(Signal(40).exit_status(), 168);
    }
}
