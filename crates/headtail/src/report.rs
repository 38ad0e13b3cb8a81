//! The account of what is shown and what is missing.

use std::fmt;

/// What became of the input, in bytes of the input unless said otherwise.
///
/// `original_bytes` and `added_bytes` are together always the sum of [`shown_bytes`](Self::shown_bytes),
/// `clipped_bytes`, `omitted_bytes` and `cleaned_bytes`.
///
/// ```
/// use headtail::{HeadTail, Limits};
///
/// let mut buffer = HeadTail::new(Limits::new().head(2).tail(3))?;
/// buffer.push(b"0123456789");
/// let report = buffer.report();
/// assert_eq!(report.original_bytes, 10);
/// assert_eq!((report.omitted_start, report.omitted_end()), (2, 7));
/// assert_eq!(report.shown_bytes(), 5);
/// assert!(report.is_truncated());
/// assert_eq!(headtail::Report::STRATEGY, "head_tail");
/// # Ok::<(), headtail::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Length of the input.
    pub original_bytes: u64,
    /// Length of the output, marker included.
    pub retained_bytes: u64,
    /// Length of the gap between head and tail, without the lines of it that are shown; 0 where there is none.
    pub omitted_bytes: u64,
    /// Position of the first omitted byte; 0 where there is no gap.
    pub omitted_start: u64,
    /// Lines of the output that were shortened.
    pub clipped_lines: u64,
    /// Bytes that those lines lost.
    pub clipped_bytes: u64,
    /// Bytes that cleaning removed. Positions are those of what it left.
    pub cleaned_bytes: u64,
    /// Bytes that cleaning added: blanks where a program moved the cursor past the end of a line, and line ends
    /// where a line that did not fit the line buffer was started over.
    pub added_bytes: u64,
    /// The lines of the gap that match; `None` where none were looked for.
    pub matches: Option<Matches>,
}

/// The lines of the gap that match: those that are shown in the marker are not omitted.
///
/// ```
/// # #[cfg(feature = "keep")] {
/// use std::sync::Arc;
///
/// use headtail::{HeadTail, Limits, Marker};
///
/// let errors = Arc::new(|content: &[u8]| content.starts_with(b"error"));
/// let mut buffer = HeadTail::with_matcher(Limits::new().head(2).tail(2).keep(12), Marker::default(), errors)?;
/// buffer.push(b"1\nerror: 1\nerror: 2\n3\n");
/// let matches = buffer.report().matches.expect("lines were looked for");
/// assert_eq!((matches.matched_lines, matches.kept_lines, matches.kept_bytes), (2, 1, 9));
/// # }
/// # Ok::<(), headtail::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Matches {
    /// Lines of the gap that match.
    pub matched_lines: u64,
    /// How many of them are shown, the first ones.
    pub kept_lines: u64,
    /// Bytes of the input that these show, delimiters included.
    pub kept_bytes: u64,
    /// Bytes that these lost, since they are too long: part of `clipped_bytes`.
    pub kept_clipped_bytes: u64,
}

impl Report {
    /// How the text was shortened: its head and its tail are kept.
    pub const STRATEGY: &'static str = "head_tail";

    /// Whether the output differs from the input.
    #[must_use]
    pub const fn is_truncated(&self) -> bool {
        let has_kept = matches!(self.matches, Some(matches) if matches.kept_lines > 0);
        self.omitted_bytes > 0
            || has_kept
            || self.clipped_lines > 0
            || self.cleaned_bytes > 0
            || self.added_bytes > 0
    }

    /// Position just after the last omitted byte: the end of the gap, in which kept lines may stand.
    #[must_use]
    pub const fn omitted_end(&self) -> u64 {
        let kept = match self.matches {
            Some(matches) => matches.kept_bytes + matches.kept_clipped_bytes,
            None => 0,
        };
        self.omitted_start + self.omitted_bytes + kept
    }

    /// Bytes of the input that are in the output, those that cleaning added included.
    #[must_use]
    pub const fn shown_bytes(&self) -> u64 {
        self.original_bytes + self.added_bytes - self.clipped_bytes - self.omitted_bytes - self.cleaned_bytes
    }
}

/// The numbers in a sentence: what is shown and, where they are not 0, the others.
///
/// ```
/// use headtail::{HeadTail, Limits};
///
/// let mut buffer = HeadTail::new(Limits::new().head(2).tail(3))?;
/// buffer.push(b"0123456789");
/// assert_eq!(buffer.report().to_string(), "10 bytes: 5 shown, 5 omitted from position 2 on");
/// # Ok::<(), headtail::Error>(())
/// ```
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes: {} shown", self.original_bytes, self.shown_bytes())?;
        if self.omitted_bytes > 0 {
            write!(f, ", {} omitted from position {} on", self.omitted_bytes, self.omitted_start)?;
        }
        if self.clipped_lines > 0 {
            write!(f, ", {} clipped (lines: {})", self.clipped_bytes, self.clipped_lines)?;
        }
        if self.cleaned_bytes > 0 {
            write!(f, ", {} cleaned", self.cleaned_bytes)?;
        }
        if self.added_bytes > 0 {
            write!(f, ", {} added by cleaning", self.added_bytes)?;
        }
        if let Some(Matches { matched_lines, kept_lines, .. }) = self.matches {
            write!(f, ", {kept_lines} of {matched_lines} matching lines kept")?;
        }
        Ok(())
    }
}

/// The object that the program `headtail` prints as `truncated`: the fields in their order, those of cleaning where they
/// are not 0, those of matching lines where some were looked for, and [`STRATEGY`](Report::STRATEGY) as `strategy`.
#[cfg(feature = "serde")]
impl serde_core::Serialize for Report {
    fn serialize<S: serde_core::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde_core::ser::SerializeStruct;

        let cleaning = [("cleaned_bytes", self.cleaned_bytes), ("added_bytes", self.added_bytes)];
        let cleaning = cleaning.into_iter().filter(|(_, bytes)| *bytes > 0);
        let matches = self.matches.into_iter().flat_map(|matches| {
            let Matches { matched_lines, kept_lines, kept_bytes, .. } = matches;
            [("matched_lines", matched_lines), ("kept_lines", kept_lines), ("kept_bytes", kept_bytes)]
        });
        let optional = cleaning.chain(matches);
        let mut object = serializer.serialize_struct("Report", 7 + optional.clone().count())?;
        object.serialize_field("original_bytes", &self.original_bytes)?;
        object.serialize_field("retained_bytes", &self.retained_bytes)?;
        object.serialize_field("omitted_bytes", &self.omitted_bytes)?;
        object.serialize_field("omitted_start", &self.omitted_start)?;
        object.serialize_field("clipped_lines", &self.clipped_lines)?;
        object.serialize_field("clipped_bytes", &self.clipped_bytes)?;
        for (name, number) in optional {
            object.serialize_field(name, &number)?;
        }
        object.serialize_field("strategy", Self::STRATEGY)?;
        object.end()
    }
}
