//! Which lines are looked for.

use std::fmt;
use std::sync::Arc;

use memchr::memchr;

/// Says which lines match: a function of a line's content, or a search that goes through many lines at once.
///
/// The content is that of the stored stream: cleaned, with long lines shortened, without the delimiter.
///
/// ```
/// # #[cfg(feature = "keep")] {
/// use headtail::Matcher;
///
/// struct Level(&'static str);
///
/// impl Matcher for Level {
///     fn is_match(&self, content: &[u8]) -> bool {
///         content.starts_with(self.0.as_bytes())
///     }
/// }
///
/// let errors = Level("error");
/// assert!(errors.is_match(b"error: disk full"));
/// assert_eq!(errors.find(b"info\nerror: disk full\n", b'\n'), Some(5));
/// # }
/// ```
pub trait Matcher: Send + Sync {
    /// Whether a line with this content matches.
    fn is_match(&self, content: &[u8]) -> bool;

    /// A position in the first of `lines` that matches, all of which end with `delimiter`; `None` where none does.
    ///
    /// Implement it where a search through all of them is faster than a look at each.
    fn find(&self, lines: &[u8], delimiter: u8) -> Option<usize> {
        let mut start = 0;
        while let Some(len) = memchr(delimiter, &lines[start..]) {
            if self.is_match(&lines[start..start + len]) {
                return Some(start);
            }
            start += len + 1;
        }
        None
    }
}

/// A function of a line's content.
impl<F: Fn(&[u8]) -> bool + Send + Sync> Matcher for F {
    fn is_match(&self, content: &[u8]) -> bool {
        self(content)
    }
}

/// A matcher that buffers share.
#[derive(Clone)]
pub(crate) struct Shared(pub(crate) Arc<dyn Matcher>);

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Matcher")
    }
}
