//! Reading both ends of a source that can seek, without its middle.

use std::io::{self, Read, Seek, SeekFrom};

use crate::head_tail::HeadTail;
use crate::line::tail_search::TailSearch;

/// Length of the pieces that [`copy`] reads.
const CHUNK: usize = 64 << 10;

/// The tail is looked for in this part of the way to the end, the last, so that a search in vain (for the start
/// of a line that is longer) adds little to the reading that follows.
const PART: u64 = 8;

/// It is not looked for any further than this many times the bytes that are needed: no search takes long.
const REACH: u64 = 1024;

/// Reads `source` from its current position to its end into `buffer`, without reading the middle that will be omitted.
/// Returns how many bytes it went over, skipped ones included.
///
/// Output and report are those of reading every byte, but the time does not depend on the length of the source. All
/// is read where that is not possible: of a source that doesn't know its end, into a buffer that was written to
/// before, if the marker counts lines or the input is cleaned, and where the last lines are so long that the start
/// of one is not found. A source that grows meanwhile is read to its new end.
///
/// # Errors
///
/// The first error of `source` other than [`io::ErrorKind::Interrupted`]. `buffer` has all bytes before it.
///
/// ```
/// use std::io::Cursor;
///
/// use headtail::{HeadTail, Limits};
///
/// let mut source = Cursor::new(b"one line of many\n".repeat(1_000_000));
/// let mut buffer = HeadTail::new(Limits::new().head(17).tail(17))?;
/// assert_eq!(headtail::seek::copy(&mut source, &mut buffer)?, 17_000_000);
/// assert_eq!(
///     buffer.snapshot().to_vec(),
///     b"one line of many\n\n... [omitted 16999966 bytes] ...\n\none line of many\n"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn copy(source: &mut (impl Read + Seek), buffer: &mut HeadTail) -> io::Result<u64> {
    let mut chunk = vec![0; CHUNK];
    let before = buffer.total_written();
    let mut may_skip = before == 0;
    loop {
        match source.read(&mut chunk) {
            Ok(0) => return Ok(buffer.total_written() - before),
            Ok(count) => buffer.push(&chunk[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if may_skip && buffer.may_skip() {
            may_skip = false;
            skip_middle(source, buffer, &mut chunk)?;
        }
    }
}

/// Moves `source` on over the bytes that `buffer` need not see, if that can be: the next read goes on near the
/// end or, if not, where it would have gone on anyway. Output and report are those of reading it all.
///
/// `buffer` has been given all that `source` holds from some position up to where it stands, and nothing else.
/// Call it once, as soon as [`HeadTail::may_skip`] allows, and then read on to the end, since a file may have
/// grown meanwhile. If it shrinks while a tail that is longer than `chunk` is read, `buffer` is reset and
/// `source` is back where it began.
///
/// A source that doesn't know its end, or says so and is wrong, is left alone. So is one whose last lines are
/// too long, compared to the rest, to find the start of one. Reads no more than the length of `chunk` at a time.
///
/// # Errors
///
/// `source` can't be moved back to where it was, or the rest of a tail that is longer than `chunk` can't be
/// read. What else fails is left to the reading that follows.
#[doc(hidden)]
pub fn skip_middle(
    source: &mut (impl Read + Seek),
    buffer: &mut HeadTail,
    chunk: &mut [u8],
) -> io::Result<()> {
    let Ok(here) = source.stream_position() else { return Ok(()) };
    let Some(first) = here.checked_sub(buffer.total_written()) else { return Ok(()) };
    if !buffer.may_skip() || chunk.is_empty() {
        return Ok(());
    }
    let Ok(Some(tail)) = find_tail(source, buffer, chunk, here) else {
        source.seek(SeekFrom::Start(here))?;
        return Ok(());
    };
    // Its first piece is at hand, and mostly that is all of it: nothing can come in between any more.
    buffer.skip(tail.start - here);
    buffer.push(&chunk[..tail.piece]);
    if !push_exact(source, buffer, chunk, tail.end - tail.start - tail.piece as u64)? {
        buffer.reset();
        source.seek(SeekFrom::Start(first))?;
    }
    Ok(())
}

/// The end of a source, from a line start from which it fills the tail.
struct TailStart {
    start: u64,
    end: u64,
    /// Length of the piece of it that was read, as much as a chunk holds.
    piece: usize,
}

/// Finds the tail of `source` after `from`, and reads its first piece.
fn find_tail(
    source: &mut (impl Read + Seek),
    buffer: &HeadTail,
    chunk: &mut [u8],
    from: u64,
) -> io::Result<Option<TailStart>> {
    let end = source.seek(SeekFrom::End(0))?;
    let Some(start) = find_start(source, buffer, chunk, from, end)? else { return Ok(None) };
    source.seek(SeekFrom::Start(start))?;
    let piece = usize::try_from(end - start).unwrap_or(usize::MAX).min(chunk.len());
    source.read_exact(&mut chunk[..piece])?;
    Ok(Some(TailStart { start, end, piece }))
}

/// Finds a line start after `from` from which all up to `end` fills the tail.
fn find_start(
    source: &mut (impl Read + Seek),
    buffer: &HeadTail,
    chunk: &mut [u8],
    from: u64,
    end: u64,
) -> io::Result<Option<u64>> {
    let need = buffer.filling_len();
    let limits = buffer.limits();
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
        if let Some(line) = search.look(&chunk[..len], <[u8]>::len) {
            return Ok(Some(start + line as u64));
        }
        step = step.saturating_mul(2);
    }
    Ok(None)
}

/// Gives `buffer` the next `count` bytes of `source`; says whether there are as many.
fn push_exact(
    source: &mut impl Read,
    buffer: &mut HeadTail,
    chunk: &mut [u8],
    mut count: u64,
) -> io::Result<bool> {
    while count > 0 {
        let most = chunk.len().min(usize::try_from(count).unwrap_or(usize::MAX));
        match source.read(&mut chunk[..most]) {
            Ok(0) => return Ok(false),
            Ok(len) => {
                buffer.push(&chunk[..len]);
                count -= len as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}
