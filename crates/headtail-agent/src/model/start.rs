//! What a process is started with.

use std::collections::BTreeMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::text::{Text, quote};

/// What a process is started with. A start begins with [`command_line`](Self::command_line) or
/// [`argv`](Self::argv); all else has a default and can be set.
///
/// ```
/// use std::time::Duration;
/// use headtail_agent::Start;
///
/// let start = Start::argv(["npm", "run", "dev"])
///     .workdir("/src")
///     .timeout(Duration::from_secs(3600))
///     .variable("PORT", Some("8080"))
///     .label("for", "the demo");
/// assert_eq!(start.command(), "npm run dev");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Start {
    pub(crate) what: What,
    pub(crate) workdir: Text,
    /// The environment that the changes apply to.
    base: Vec<(Text, Text)>,
    /// Variables that are set, or removed, besides.
    changes: Vec<(Text, Option<Text>)>,
    pub(crate) background: bool,
    /// Its standard input is a pipe rather than empty.
    pub(crate) stdin: bool,
    pub(crate) scope: Option<String>,
    pub(crate) key: Option<String>,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) kill_after: Duration,
    pub(crate) drain: Duration,
    /// Shares of a read from the start, where they were given.
    pub(crate) shares: Option<(usize, usize)>,
    /// Longest line shown; 0 for no limit.
    pub(crate) max_line: usize,
    /// Bytes kept of the end.
    pub(crate) ring: usize,
    /// How long it may run with nobody holding it, where it is leased.
    pub(crate) lease: Option<Duration>,
}

/// What is executed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum What {
    /// These words.
    Argv(Vec<Text>),
    /// A command line, as the last argument of the shell.
    Line { shell: Vec<Text>, line: Text },
}

/// Bytes that are kept of the start of the output at least.
const HEAD: usize = 16 << 10;
/// Bytes that are kept of the end of the output unless more are asked for.
const RING: usize = 256 << 10;
/// Room for what one read brings and the line before it, so that a search sees every byte.
const LEAST_RING: usize = 128 << 10;
/// How long a process may take to end after it was told to, and its output after it has ended.
const PATIENCE: Duration = Duration::from_secs(5);

impl Start {
    /// Starts `line` with `sh -c`.
    pub fn command_line(line: impl Into<OsString>) -> Self {
        let shell = ["sh", "-c"].map(|word| Text(word.into())).into();
        Self::new(What::Line { shell, line: Text(line.into()) })
    }

    /// Starts the program that the first word names, with the other words as its arguments.
    pub fn argv<W: Into<OsString>>(words: impl IntoIterator<Item = W>) -> Self {
        Self::new(What::Argv(words.into_iter().map(|word| Text(word.into())).collect()))
    }

    fn new(what: What) -> Self {
        Self {
            what,
            workdir: Text(env::current_dir().unwrap_or_else(|_| "/".into()).into()),
            base: env::vars_os().map(|(name, value)| (Text(name), Text(value))).collect(),
            changes: Vec::new(),
            background: false,
            stdin: false,
            scope: None,
            key: None,
            labels: BTreeMap::new(),
            timeout: None,
            kill_after: PATIENCE,
            drain: PATIENCE,
            shares: None,
            max_line: 2 << 10,
            ring: RING,
            lease: None,
        }
    }

    /// The words that a command line is the last argument of, instead of `sh -c`.
    #[must_use]
    pub fn shell<W: Into<OsString>>(mut self, words: impl IntoIterator<Item = W>) -> Self {
        if let What::Line { shell, .. } = &mut self.what {
            *shell = words.into_iter().map(|word| Text(word.into())).collect();
        }
        self
    }

    /// The directory that it is started in; that of the caller unless set.
    #[must_use]
    pub fn workdir(self, directory: impl Into<PathBuf>) -> Self {
        Self { workdir: Text(directory.into().into()), ..self }
    }

    /// Sets a variable of its environment, which is otherwise that of the caller, or removes it.
    #[must_use]
    pub fn variable(mut self, name: impl Into<OsString>, value: Option<impl Into<OsString>>) -> Self {
        self.changes.push((Text(name.into()), value.map(|value| Text(value.into()))));
        self
    }

    /// Notes that nobody means to wait for it.
    #[must_use]
    pub fn background(self) -> Self {
        Self { background: true, ..self }
    }

    /// Makes its standard input a pipe; it is empty otherwise.
    #[must_use]
    pub fn stdin(self) -> Self {
        Self { stdin: true, ..self }
    }

    /// Says whose it is.
    #[must_use]
    pub fn scope(self, scope: impl Into<String>) -> Self {
        Self { scope: Some(scope.into()), ..self }
    }

    /// Makes the start idempotent: with the same key in the same scope a command is run at most once, as long as the
    /// process is remembered.
    #[must_use]
    pub fn key(self, key: impl Into<String>) -> Self {
        Self { key: Some(key.into()), ..self }
    }

    /// Notes something about it.
    #[must_use]
    pub fn label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.labels.insert(name.into(), value.into());
        self
    }

    /// Ends it when it runs this long: with `SIGTERM`, then `SIGKILL`.
    #[must_use]
    pub fn timeout(self, limit: Duration) -> Self {
        Self { timeout: Some(limit), ..self }
    }

    /// How long it may take to end after it was told to, before it is killed; 5 seconds unless set.
    #[must_use]
    pub fn kill_after(self, delay: Duration) -> Self {
        Self { kill_after: delay, ..self }
    }

    /// How long its output may stay open after it has exited; 5 seconds unless set.
    #[must_use]
    pub fn drain(self, limit: Duration) -> Self {
        Self { drain: limit, ..self }
    }

    /// The shares of head and tail, in bytes, of a read from the start of the output.
    #[must_use]
    pub fn shares(self, head: usize, tail: usize) -> Self {
        Self { shares: Some((head, tail)), ..self }
    }

    /// The longest line that reads show, 2048 bytes unless set; 0 for no limit.
    #[must_use]
    pub fn max_line(self, bytes: usize) -> Self {
        Self { max_line: bytes, ..self }
    }

    /// How many of the last bytes are kept: 256 KiB unless set, and 128 KiB at least.
    #[must_use]
    pub fn ring(self, bytes: usize) -> Self {
        Self { ring: bytes.max(LEAST_RING), ..self }
    }

    /// Leases it: once no program has [held](crate::Client::hold) it for this long, it is ended.
    #[must_use]
    pub fn lease(self, linger: Duration) -> Self {
        Self { lease: Some(linger), ..self }
    }

    /// The command line, or the words quoted for a shell.
    #[must_use]
    pub fn command(&self) -> String {
        match &self.what {
            What::Argv(words) => quote(words.iter().map(|Text(word)| word.as_os_str())),
            What::Line { line: Text(line), .. } => line.to_string_lossy().into_owned(),
        }
    }

    /// The words, for people to read.
    pub(crate) fn words(&self) -> Option<Vec<String>> {
        match &self.what {
            What::Argv(words) => {
                Some(words.iter().map(|Text(word)| word.to_string_lossy().into_owned()).collect())
            }
            What::Line { .. } => None,
        }
    }

    /// What is executed, ready but for its descriptors.
    pub(crate) fn to_command(&self) -> Command {
        let words: Vec<&OsStr> = match &self.what {
            What::Argv(words) => words.iter().map(|Text(word)| word.as_os_str()).collect(),
            What::Line { shell, line: Text(line) } => {
                // It is not an option, whatever it begins with.
                let end_of_options = line.as_bytes().starts_with(b"-").then_some(OsStr::new("--"));
                let shell = shell.iter().map(|Text(word)| word.as_os_str());
                shell.chain(end_of_options).chain([line.as_os_str()]).collect()
            }
        };
        let (program, arguments) =
            words.split_first().map_or((OsStr::new(""), &[][..]), |(first, rest)| (*first, rest));
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.workdir.0).env_clear();
        command.envs(self.base.iter().map(|(Text(name), Text(value))| (name, value)));
        for (Text(name), value) in &self.changes {
            match value {
                Some(Text(value)) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
    }

    /// How many bytes are kept of the start and of the end of the output.
    pub(crate) fn held(&self) -> (usize, usize) {
        let (head, tail) = self.shares.unwrap_or((0, 0));
        (head.max(HEAD), tail.max(self.ring))
    }

    /// Why it cannot be started as it stands, where it cannot.
    pub(crate) fn fault(&self) -> Option<String> {
        let has_nul = |text: &OsStr| text.as_bytes().contains(&0);
        let is_empty = match &self.what {
            What::Argv(words) => words.first().is_none_or(|Text(word)| word.is_empty()),
            What::Line { line: Text(line), shell } => line.is_empty() || shell.is_empty(),
        };
        let words: Vec<&OsStr> = match &self.what {
            What::Argv(words) => words.iter().map(|Text(word)| word.as_os_str()).collect(),
            What::Line { line: Text(line), .. } => vec![line],
        };
        let bad_variable = self.changes.iter().find(|(Text(name), value)| {
            let is_named = !name.is_empty() && !name.as_bytes().contains(&b'=');
            !is_named || has_nul(name) || value.as_ref().is_some_and(|Text(value)| has_nul(value))
        });
        if is_empty {
            Some("Command is required.".into())
        } else if words.iter().any(|word| has_nul(word)) || has_nul(&self.workdir.0) {
            Some("a NUL byte in the command or its directory".into())
        } else if let Some((Text(name), _)) = bad_variable {
            // What follows an equals sign was meant to be the value.
            let name = name.as_bytes().split_inclusive(|&byte| byte == b'=').next().unwrap_or_default();
            Some(format!("not a valid environment variable: {}", String::from_utf8_lossy(name)))
        } else if (1..16).contains(&self.max_line) {
            Some(format!("a line limit of {} is too small: 0 (none) or at least 16", self.max_line))
        } else {
            [("scope", &self.scope), ("key", &self.key)]
                .into_iter()
                .find(|(_, text)| text.as_ref().is_some_and(String::is_empty))
                .map(|(name, _)| format!("an empty {name}"))
        }
    }

    /// A number that stands for the parameters that must agree where a key is used again.
    pub(crate) fn fingerprint(&self) -> u128 {
        let agreed = (&self.what, &self.workdir, &self.changes, self.stdin, self.background, self.timeout);
        // Strings, numbers and lists of them can always be written.
        hash(&serde_json::to_vec(&agreed).unwrap_or_default())
    }
}

/// FNV-1a with 128 bits: no two inputs that anybody has collide, and it is the same in every version.
pub(crate) fn hash(bytes: &[u8]) -> u128 {
    bytes.iter().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, |hash, &byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_its_specification() {
        assert_eq!(hash(b""), 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);
        assert_eq!(hash(b"foobar"), 0x343e_1662_793c_64bf_6f0d_3597_ba44_6f18);
    }

    #[test]
    fn a_fingerprint_covers_what_must_agree_and_nothing_else() {
        let start = || Start::command_line("make").workdir("/");
        let same = [start().label("a", "b"), start().scope("s"), start().drain(Duration::ZERO)];
        let others = [
            start().workdir("/tmp"),
            start().stdin(),
            start().background(),
            start().timeout(Duration::from_secs(1)),
            start().variable("A", Some("b")),
            Start::command_line("make -j").workdir("/"),
        ];
        assert!(same.iter().all(|it| it.fingerprint() == start().fingerprint()));
        assert!(others.iter().all(|it| it.fingerprint() != start().fingerprint()));
    }

    #[test]
    fn a_start_survives_its_message() {
        let start = Start::argv(["a", "b c"]).variable("A", None::<&str>).label("x", "y").ring(1);
        let json = serde_json::to_string(&start).expect("JSON");
        assert_eq!(serde_json::from_str::<Start>(&json).expect("a start"), start);
    }
}
