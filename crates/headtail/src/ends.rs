//! Both ends of a source that can seek: the middle, which nobody will see, is not read.

use std::io::{self, Read, Seek, SeekFrom};

use crate::head_tail::HeadTail;
use crate::skip::TailSearch;

/// The tail is looked for in this part of the way to the end, the last, so that a search in vain (for the start
/// of a line that is longer) adds little to the reading that follows.
const PART: u64 = 8;

/// It is not looked for any further than this many times the bytes that are needed: no search takes long.
const REACH: u64 = 1024;

/// Moves `source` on over the bytes that `kept` need not see, if that can be: the next read goes on near the
/// end or, if not, where it would have gone on anyway. Output and report are those of reading it all.
///
/// `kept` has been given all that `source` holds from some position up to where it stands, and nothing else.
/// Call it once, as soon as [`HeadTail::may_skip`] allows, and then read on to the end, since a file may have
/// grown meanwhile. If it shrinks while a tail that is longer than `chunk` is read, `kept` is reset and
/// `source` is back where it began.
///
/// A source that doesn't know its end, or says so and is wrong, is left alone. So is one whose last lines are
/// too long, compared to the rest, to find the start of one. Reads no more than the length of
/// `chunk` at a time.
///
/// # Errors
///
/// `source` can't be moved back to where it was, or the rest of a tail that is longer than `chunk` can't be
/// read. What else fails is left to the reading that follows.
///
/// ```
/// use std::io::{Cursor, Read};
///
/// use headtail::{HeadTail, Limits, skip_middle};
///
/// let mut source = Cursor::new(b"one line of many\n".repeat(1_000_000));
/// let mut kept = HeadTail::new(Limits::new().head(17).tail(17))?;
/// let mut chunk = [0; 4096];
/// let (mut reads, mut skipped) = (0, false);
/// loop {
///     let count = source.read(&mut chunk)?;
///     if count == 0 {
///         break;
///     }
///     kept.push(&chunk[..count]);
///     reads += 1;
///     if kept.may_skip() && !skipped {
///         skip_middle(&mut source, &mut kept, &mut chunk)?;
///         skipped = true;
///     }
/// }
/// assert_eq!(reads, 1);
/// assert_eq!(
///     kept.snapshot().to_vec(),
///     b"one line of many\n\n\n... [omitted 16999966 bytes] ...\n\none line of many\n"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn skip_middle(source: &mut (impl Read + Seek), kept: &mut HeadTail, chunk: &mut [u8]) -> io::Result<()> {
    let Ok(here) = source.stream_position() else { return Ok(()) };
    let Some(first) = here.checked_sub(kept.total_written()) else { return Ok(()) };
    if !kept.may_skip() || chunk.is_empty() {
        return Ok(());
    }
    let Ok(Some(tail)) = find_tail(source, kept, chunk, here) else {
        source.seek(SeekFrom::Start(here))?;
        return Ok(());
    };
    // Its first piece is at hand, and mostly that is all of it: nothing can come in between any more.
    kept.skip(tail.start - here);
    kept.push(&chunk[..tail.piece]);
    if !push_exact(source, kept, chunk, tail.end - tail.start - tail.piece as u64)? {
        kept.reset();
        source.seek(SeekFrom::Start(first))?;
    }
    Ok(())
}

/// The end of a source, from a line start from which it fills the tail.
struct Tail {
    start: u64,
    end: u64,
    /// Length of the piece of it that was read, as much as a chunk holds.
    piece: usize,
}

/// Finds the tail of `source` after `from`, and reads its first piece.
fn find_tail(
    source: &mut (impl Read + Seek),
    kept: &HeadTail,
    chunk: &mut [u8],
    from: u64,
) -> io::Result<Option<Tail>> {
    let end = source.seek(SeekFrom::End(0))?;
    let Some(start) = find_start(source, kept, chunk, from, end)? else { return Ok(None) };
    source.seek(SeekFrom::Start(start))?;
    let piece = usize::try_from(end - start).unwrap_or(usize::MAX).min(chunk.len());
    source.read_exact(&mut chunk[..piece])?;
    Ok(Some(Tail { start, end, piece }))
}

/// Finds a line start after `from` from which all up to `end` fills the tail.
fn find_start(
    source: &mut (impl Read + Seek),
    kept: &HeadTail,
    chunk: &mut [u8],
    from: u64,
    end: u64,
) -> io::Result<Option<u64>> {
    let need = kept.filling_len();
    let limits = kept.limits();
    if limits.max_line == 0 {
        // Nothing is shortened, so it does not matter where the lines are.
        let room = end.checked_sub(from).and_then(|rest| rest.checked_sub(need as u64));
        return Ok(room.map(|room| from + room));
    }
    let mut search = TailSearch::new(need, limits.max_line, limits.delimiter);
    let reach = (need as u64).saturating_add(limits.max_line as u64).saturating_mul(REACH);
    let farthest = end - (end.saturating_sub(from) / PART).min(reach);
    let mut start = end;
    // Lines may be of any length, so it is not known how far to go: twice as far each time.
    let mut step = need.saturating_mul(2);
    while start > farthest {
        let most = usize::try_from(start - farthest).unwrap_or(usize::MAX);
        let len = step.min(chunk.len()).min(most);
        start -= len as u64;
        source.seek(SeekFrom::Start(start))?;
        source.read_exact(&mut chunk[..len])?;
        if let Some(line) = search.look(&chunk[..len]) {
            return Ok(Some(start + line as u64));
        }
        step = step.saturating_mul(2);
    }
    Ok(None)
}

/// Gives `kept` the next `count` bytes of `source`; says whether there are as many.
fn push_exact(
    source: &mut impl Read,
    kept: &mut HeadTail,
    chunk: &mut [u8],
    mut count: u64,
) -> io::Result<bool> {
    while count > 0 {
        let most = chunk.len().min(usize::try_from(count).unwrap_or(usize::MAX));
        match source.read(&mut chunk[..most]) {
            Ok(0) => return Ok(false),
            Ok(len) => {
                kept.push(&chunk[..len]);
                count -= len as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}
