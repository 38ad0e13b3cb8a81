//! The lines of the gap that are shown: one after the other, over the whole stored stream.

use super::{Origin, Stored};

/// Which lines match, and how many bytes of them are printed at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Keep {
    pub(crate) needle: Needle,
    pub(crate) size: usize,
}

/// What is looked for in the content of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needle {
    Anything,
    Nothing,
    Empty,
    Contains(&'static [u8]),
    Starts(&'static [u8]),
    Ends(&'static [u8]),
}

impl Needle {
    pub(crate) fn is_match(&self, content: &[u8]) -> bool {
        match self {
            Self::Anything => true,
            Self::Nothing => false,
            Self::Empty => content.is_empty(),
            Self::Contains(part) => content.windows(part.len()).any(|window| window == *part),
            Self::Starts(start) => content.starts_with(start),
            Self::Ends(end) => content.ends_with(end),
        }
    }
}

/// The lines of a gap that match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) matched: usize,
    pub(crate) kept: usize,
    /// Bytes of the input that the kept ones show, counted one by one.
    pub(crate) shown: usize,
    /// Delimiters of the kept ones.
    pub(crate) delimiters: usize,
    /// Kept lines that were shortened, and what they lost.
    pub(crate) clipped_lines: usize,
    pub(crate) clipped: usize,
    pub(crate) text: Vec<u8>,
}

/// Looks at each line of what is missing.
pub(crate) fn find(missing: &[Stored], keep: Keep, delimiter: u8) -> Found {
    let mut found = Found::default();
    let mut ended = false;
    for line in missing.chunk_by(|one, next| one.line == next.line) {
        let is_content = |stored: &&Stored| stored.origin != Origin::Delimiter;
        let content: Vec<u8> = line.iter().filter(is_content).map(|stored| stored.byte).collect();
        if !keep.needle.is_match(&content) {
            continue;
        }
        found.matched += 1;
        let mut text = format!("{}:", line[0].line).into_bytes();
        text.extend(content);
        text.push(delimiter);
        ended |= found.text.len() + text.len() > keep.size;
        if ended {
            continue;
        }
        found.kept += 1;
        found.text.extend(text);
        for stored in line {
            match stored.origin {
                Origin::Content => found.shown += 1,
                Origin::Delimiter => {
                    found.shown += 1;
                    found.delimiters += 1;
                }
                Origin::Mark => {}
                Origin::MarkEnd => {
                    found.clipped_lines += 1;
                    found.clipped += stored.width;
                }
            }
        }
    }
    found
}
