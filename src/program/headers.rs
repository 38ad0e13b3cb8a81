//! The `==> NAME <==` lines between the results of several inputs.

use crate::program::name::Name;

/// When a result is preceded by the name of its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Headers {
    /// Where there are several inputs.
    Several,
    Always,
    Never,
}

impl Headers {
    /// Whether a run over `inputs` inputs has headers.
    pub(crate) fn apply(self, inputs: usize) -> bool {
        match self {
            Self::Several => inputs > 1,
            Self::Always => true,
            Self::Never => false,
        }
    }
}

/// The header of the result for `name`, as `head` prints it: a blank line separates it from what came before.
pub(crate) fn header(name: &Name, is_first: bool) -> Vec<u8> {
    let separator: &[u8] = if is_first { b"" } else { b"\n" };
    [separator, b"==> ", name.as_bytes(), b" <==\n"].concat()
}
