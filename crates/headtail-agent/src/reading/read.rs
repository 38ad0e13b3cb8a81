//! A read: the stretch of a stream from an offset on, within a budget, with an exact account.

use headtail::{Align, Cleaner, Cleaning, HeadTail, Limits, Marker, Report, Split};

use super::held::Held;
use crate::model::{Query, Truncated};

/// How much a read may show, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Budget {
    /// Most bytes, marker included.
    pub(crate) max_bytes: usize,
    /// Shares of head and tail of a read from the start, where these were given.
    pub(crate) shares: Option<(usize, usize)>,
    /// Longest line; 0 for no limit.
    pub(crate) max_line: usize,
    /// Whether the text is cleaned.
    pub(crate) clean: bool,
}

/// What is cleaned where a reader asks for it.
const CLEANING: Cleaning = Cleaning::new().strip_ansi(true).collapse_cr(true);

/// Shows the stretch of `held` from `after` to the end, at most its length. What is no longer held of it counts as
/// omitted. `truncated` is `None` exactly where the text is all of the stretch.
///
/// # Errors
///
/// There is no memory for it; this is the message.
pub(crate) fn read(
    held: &Held<'_>,
    after: u64,
    budget: &Budget,
) -> Result<(Vec<u8>, Option<Truncated>), String> {
    if let Some(text) = budget.untouched(held, after) {
        return Ok((text, None));
    }
    let mut buffer = budget
        .least_for(held.total().saturating_sub(after))
        .buffer(after)
        .map_err(|error| error.to_string())?;
    let mut offset = after;
    for (start, piece) in held.from(after) {
        buffer.skip(start - offset);
        buffer.push(piece);
        offset = start + piece.len() as u64;
    }
    buffer.skip(held.total() - offset);
    let snapshot = buffer.snapshot();
    let report = *snapshot.report();
    let truncated = report.is_truncated().then(|| Truncated {
        original_bytes: report.original_bytes,
        retained_bytes: report.retained_bytes,
        omitted_bytes: report.omitted_bytes,
        omitted_start: budget.omitted_start(held, after, &report),
        clipped_lines: report.clipped_lines,
        clipped_bytes: report.clipped_bytes,
        cleaned_bytes: report.cleaned_bytes,
        added_bytes: report.added_bytes,
        strategy: Report::STRATEGY.into(),
    });
    Ok((snapshot.to_vec(), truncated))
}

impl Budget {
    /// The budget of `query` for a process that was started with these shares and this longest line.
    pub(crate) fn new(query: &Query, shares: Option<(usize, usize)>, max_line: usize) -> Self {
        Self { max_bytes: query.max_bytes, shares, max_line, clean: query.clean }
    }

    /// What shows a stretch of so many bytes as this does, in no more memory than that takes.
    fn least_for(&self, bytes: u64) -> Self {
        // Clean text can be longer, as a cursor is moved over blanks; shares may show less than all.
        if self.clean || self.shares.is_some() {
            return *self;
        }
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX).max(Query::MAX_BYTES.0);
        Self { max_bytes: self.max_bytes.min(bytes), ..*self }
    }

    /// The stretch from `after` to the end, where it is so short that nothing of it can be left out: that takes no buffer.
    fn untouched(&self, held: &Held<'_>, after: u64) -> Option<Vec<u8>> {
        let len = usize::try_from(held.total().saturating_sub(after)).ok()?;
        let is_short = len <= self.max_bytes && (self.max_line == 0 || len <= self.max_line);
        if !is_short || self.clean || self.shares.is_some() {
            return None;
        }
        let mut text = Vec::new();
        held.stretch(after, &mut text);
        (text.len() == len).then_some(text)
    }

    fn buffer(&self, after: u64) -> Result<HeadTail, Box<dyn std::error::Error>> {
        let marker = Marker::default();
        let longest = Limits::new().longest_marker(&marker, b"");
        let limits = match self.shares.filter(|_| after == 0) {
            Some((head, tail)) if head.saturating_add(tail).saturating_add(longest) <= self.max_bytes => {
                Limits::new().head(head).tail(tail)
            }
            Some((head, tail)) => {
                let part = |bytes| u32::try_from(bytes).unwrap_or(u32::MAX);
                let split = Split::new(part(head), part(tail)).unwrap_or(Split::EVEN);
                Limits::new().cap(self.max_bytes, split)
            }
            None => Limits::new().cap(self.max_bytes, Split::EVEN),
        };
        let limits = limits.align(Align::Line).max_line(self.max_line);
        let limits = if self.clean { limits.clean(CLEANING) } else { limits };
        Ok(HeadTail::with_marker(limits, marker)?)
    }

    /// The offset of the gap in the stream. The report speaks of the text, which is shorter where it was cleaned.
    fn omitted_start(&self, held: &Held<'_>, after: u64, report: &Report) -> u64 {
        if report.omitted_bytes == 0 || !self.clean {
            return after + report.omitted_start;
        }
        // A gap begins before the first byte that is not held.
        let mut raw = Vec::new();
        let is_held = held.stretch(after, &mut raw) == Some(after);
        after + if is_held { self.raw_len(&raw, report.omitted_start) } else { 0 }
    }

    /// How many bytes of `raw` it takes until `len` bytes are left of them when they are cleaned; all where they are
    /// not enough.
    fn raw_len(&self, raw: &[u8], len: u64) -> u64 {
        let line = if self.max_line == 0 { 64 << 10 } else { self.max_line };
        let Ok(mut cleaner) = Cleaner::new(CLEANING, b'\n', line) else { return 0 };
        let mut passed = 0;
        for (count, byte) in raw.iter().enumerate() {
            let pending: usize = cleaner.pending().iter().map(|text| text.len()).sum();
            if passed + pending as u64 >= len {
                return count as u64;
            }
            cleaner.clean(&[*byte], &mut |text: &[u8]| passed += text.len() as u64);
        }
        raw.len() as u64
    }
}
