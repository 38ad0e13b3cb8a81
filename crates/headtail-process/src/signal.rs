//! Signals by number and name.

use std::fmt;

/// Pairs of number and name, by the constants of the C library.
macro_rules! named {
    ($($name:ident)*) => { &[$((libc::$name, stringify!($name))),*] };
}

const NAMES: &[(i32, &str)] = named! {
    SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2 SIGPIPE SIGALRM SIGTERM
    SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU SIGXFSZ SIGVTALRM SIGPROF SIGWINCH SIGIO SIGSYS
};
#[cfg(target_os = "linux")]
const LINUX_NAMES: &[(i32, &str)] = named! { SIGSTKFLT SIGPWR };
#[cfg(not(target_os = "linux"))]
const LINUX_NAMES: &[(i32, &str)] = &[];

/// A signal, displayed by its name.
///
/// ```
/// use headtail_process::Signal;
///
/// let kill = Signal::from_name("kill").expect("a signal");
/// assert_eq!(kill, Signal::KILL);
/// assert_eq!(kill.number(), 9);
/// assert_eq!(kill.to_string(), "SIGKILL");
/// assert_eq!(Signal::TERM.exit_code(), 143);
///
/// let of_the_terminal = [Signal::HUP, Signal::INT, Signal::QUIT, Signal::TSTP, Signal::TTIN, Signal::TTOU];
/// assert!(of_the_terminal.iter().all(|signal| ![Signal::STOP, Signal::CONT].contains(signal)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signal(
    /// From 1 to [`LAST`](Self::LAST).
    i32,
);

impl Signal {
    /// The terminal is gone.
    pub const HUP: Self = Self(libc::SIGHUP);
    /// Ctrl-C.
    pub const INT: Self = Self(libc::SIGINT);
    /// Ctrl-\\.
    pub const QUIT: Self = Self(libc::SIGQUIT);
    /// Ends a process, which can't refuse.
    pub const KILL: Self = Self(libc::SIGKILL);
    /// Continues a suspended process.
    pub const CONT: Self = Self(libc::SIGCONT);
    /// Suspends a process, which can't refuse.
    pub const STOP: Self = Self(libc::SIGSTOP);
    /// Ctrl-Z.
    pub const TSTP: Self = Self(libc::SIGTSTP);
    /// Suspends a process that reads a terminal which belongs to another group.
    pub const TTIN: Self = Self(libc::SIGTTIN);
    /// Suspends a process that changes a terminal which belongs to another group.
    pub const TTOU: Self = Self(libc::SIGTTOU);
    /// Asks a process to end.
    pub const TERM: Self = Self(libc::SIGTERM);

    /// The largest number of a signal.
    pub(crate) const LAST: i32 = 64;

    /// The signal with this number, if there can be one.
    ///
    /// ```
    /// use headtail_process::Signal;
    ///
    /// assert_eq!(Signal::from_number(15), Some(Signal::TERM));
    /// assert_eq!(Signal::from_number(40).map(|signal| signal.to_string()).as_deref(), Some("SIG40"));
    /// assert_eq!(Signal::from_number(0), None);
    /// assert_eq!(Signal::from_number(65), None);
    /// ```
    #[must_use]
    pub fn from_number(number: i32) -> Option<Self> {
        (1..=Self::LAST).contains(&number).then_some(Self(number))
    }

    /// The signal that a user means by `name`: its name with or without `SIG`, in any case, or its number.
    ///
    /// ```
    /// use headtail_process::Signal;
    ///
    /// for name in ["TERM", "SIGTERM", "term", "15", "SIG15"] {
    ///     assert_eq!(Signal::from_name(name), Some(Signal::TERM));
    /// }
    /// for name in ["", "SIG", "terminate", "0", "-9", "65", " 9"] {
    ///     assert_eq!(Signal::from_name(name), None);
    /// }
    /// ```
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let has_prefix = name.get(..3).is_some_and(|prefix| prefix.eq_ignore_ascii_case("SIG"));
        let name = if has_prefix { &name[3..] } else { name };
        if name.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::from_number(name.parse().ok()?);
        }
        let is_named = |signal: &Self| signal.name().is_some_and(|its| its[3..].eq_ignore_ascii_case(name));
        (1..=Self::LAST).map(Self).find(is_named)
    }

    /// The number that this system gives it.
    #[must_use]
    pub const fn number(self) -> i32 {
        self.0
    }

    /// What a shell reports for a command that this signal killed: 128 and its number.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        128 + self.0.to_le_bytes()[0]
    }

    fn name(self) -> Option<&'static str> {
        NAMES.iter().chain(LINUX_NAMES).find(|(number, _)| *number == self.0).map(|(_, name)| *name)
    }
}

impl fmt::Display for Signal {
    /// The name, or `SIG` and the number of a signal without one, such as a real-time signal.
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
        let script = "for number in 1 2 3 6 9 11 13 15 17 31; do kill -l $number; done";
        let output = std::process::Command::new("sh").args(["-c", script]).output().expect("a shell");
        let names = [1, 2, 3, 6, 9, 11, 13, 15, 17, 31].map(|number| Signal(number).to_string());
        let shells: Vec<_> =
            String::from_utf8_lossy(&output.stdout).lines().map(|it| format!("SIG{it}")).collect();
        assert_eq!(names[..], shells[..]);
    }

    #[test]
    fn every_signal_is_found_by_what_it_is_displayed_as() {
        for signal in (1..=Signal::LAST).map(Signal) {
            assert_eq!(Signal::from_name(&signal.to_string()), Some(signal));
            assert_eq!(Signal::from_name(&signal.number().to_string()), Some(signal));
        }
    }
}
