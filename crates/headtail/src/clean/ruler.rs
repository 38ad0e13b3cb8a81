//! How long whole lines are once they are cleaned, without cleaning them.
//!
//! Of a long input only the first and the last lines are shown; of those between, nothing but the length matters. And of
//! most lines that is simple: they have no sequences but colours, and what is written over is ASCII text.

use memchr::{memchr, memchr3, memrchr2};

use super::cell;
use super::control::{Effect, Part, effect};
use super::escape::{self, ESC};
use super::lines::{BACKSPACE, Lines};
use super::scan;
use crate::limits::Cleaning;

/// Plain text is looked for in pieces of this length, so that it is looked at twice while it is in the cache.
const PIECE: usize = 4 << 10;

/// Measures whole lines.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ruler {
    what: Cleaning,
    lines: Lines,
    /// Size of the line buffer.
    buffer: usize,
}

impl Ruler {
    pub(crate) fn new(what: Cleaning, lines: Lines, buffer: usize) -> Self {
        Self { what, lines, buffer }
    }

    /// How many of the first of `text`, which begins at the start of a line, are whole lines that are simple, and how
    /// many bytes of them are left. With `flat`, no line in which the cursor moves or something is erased is.
    pub(crate) fn measure(self, text: &[u8], flat: bool) -> (usize, usize) {
        let (mut len, mut left) = (0, 0);
        let mut may_be_plain = self.lines.delimiter() < 0x20;
        while len < text.len() {
            if may_be_plain {
                let plain = self.plain_lines(&text[len..]);
                (len, left) = (len + plain, left + plain);
            }
            let Some(line) = self.line(&text[len..], flat) else { break };
            (len, left) = (len + line.len, left + line.left);
            // Where one line has sequences, or is rewritten, the next one likely is, too.
            may_be_plain = line.is_plain;
        }
        (len, left)
    }

    /// The length of the first whole lines of `text` in which nothing needs a closer look.
    fn plain_lines(self, text: &[u8]) -> usize {
        let mut clear = 0;
        for piece in text.chunks(PIECE) {
            let len = match self.what.collapse_cr {
                _ if !piece.is_ascii() => scan::clear_len(piece, |byte| {
                    scan::is_candidate(byte) || byte == b'\r' || byte == BACKSPACE
                }),
                true => memchr3(ESC, b'\r', BACKSPACE, piece).unwrap_or(piece.len()),
                false => memchr(ESC, piece).unwrap_or(piece.len()),
            };
            clear += len;
            if len < piece.len() {
                break;
            }
        }
        memrchr2(b'\n', self.lines.delimiter(), &text[..clear]).map_or(0, |last| last + 1)
    }

    /// Measures the line that `text` begins with; `None` if that takes playing it.
    pub(crate) fn line(self, text: &[u8], flat: bool) -> Option<Measured> {
        if self.lines.delimiter() >= 0x20 {
            return None;
        }
        let Cleaning { strip_ansi, collapse_cr } = self.what;
        let mut width = Width { buffer: self.buffer, ..Width::default() };
        let mut at = 0;
        loop {
            let plain = cell::plain_len(&text[at..]);
            width.write(plain, at)?;
            at += plain;
            let byte = *text.get(at)?;
            let mut len = 1;
            match byte {
                _ if self.lines.is_end(byte) => return width.end(at + 1),
                ESC => {
                    len = escape::usual_len(&text[at..])?;
                    match effect(&text[at..at + len]) {
                        _ if !collapse_cr => {}
                        Effect::None if strip_ansi => {}
                        Effect::None => width.keep(len),
                        _ if flat => return None,
                        effect => width.apply(effect, at)?,
                    }
                }
                b'\r' | BACKSPACE if collapse_cr && flat => return None,
                b'\r' if collapse_cr => width.is_returned = true,
                BACKSPACE if collapse_cr => width.step_back()?,
                _ if escape::introduces(byte) && !cell::continues(&text[..at], byte) => return None,
                _ => {
                    width.has_others = true;
                    width.write(1, at)?;
                }
            }
            at += len;
        }
    }
}

/// A line that was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Measured {
    /// Its length, with its end.
    pub(crate) len: usize,
    /// How many bytes of it are left.
    pub(crate) left: usize,
    /// Whether all of it is left, and has no sequence.
    pub(crate) is_plain: bool,
    /// Whether it is rewritten: then no sequence is left.
    pub(crate) is_rewritten: bool,
    /// Where the last text begins that everything before is hidden by; 0 if there is none.
    pub(crate) visible: usize,
}

/// How long a line is on which only printable ASCII characters are written over.
#[derive(Clone, Copy, Debug, Default)]
struct Width {
    /// Size of the line buffer: what has been longer, and is rewritten, takes playing.
    buffer: usize,
    /// Where the cursor is.
    column: usize,
    /// Bytes of characters in the line.
    len: usize,
    /// Bytes of sequences that stay in the line unless it is rewritten.
    kept: usize,
    /// The most that `len` and `kept` have been together.
    most: usize,
    /// Where the text begins that was written last from the first column on.
    first: usize,
    /// The last such place of a line that is rewritten from which on it hides all that was written before.
    visible: usize,
    /// Whether the cursor has been moved back, or the line erased.
    is_rewritten: bool,
    /// Whether the cursor moves to the first column before anything else is written.
    is_returned: bool,
    /// Whether there are characters that are not printable ASCII.
    has_others: bool,
}

impl Width {
    /// Writes characters of a byte and, where anything is written over, a column each; they stand at `at` in the input.
    fn write(&mut self, count: usize, at: usize) -> Option<()> {
        if count > 0 {
            self.start_over(at)?;
            if self.column > self.len {
                return None;
            }
            self.column += count;
            self.len = self.len.max(self.column);
            self.most = self.most.max(self.len + self.kept);
            self.see();
        }
        Some(())
    }

    /// Leaves a sequence in the line.
    fn keep(&mut self, len: usize) {
        if !self.is_rewritten {
            self.kept += len;
            self.most = self.most.max(self.len + self.kept);
        }
    }

    /// Carries out a backspace.
    fn step_back(&mut self) -> Option<()> {
        if !self.is_returned && self.column > 0 {
            self.column -= 1;
            self.is_rewritten = true;
        }
        (!self.has_others && self.most <= self.buffer).then_some(())
    }

    /// Carries out a sequence that moves the cursor or erases.
    fn apply(&mut self, effect: Effect, at: usize) -> Option<()> {
        match effect {
            Effect::To(0) => self.is_returned = true,
            Effect::Erase(Part::Right) => {
                self.start_over(at)?;
                self.len = self.len.min(self.column);
                self.see();
            }
            Effect::Erase(Part::All) => {
                self.is_rewritten = true;
                self.start_over(at)?;
                self.len = 0;
            }
            _ => return None,
        }
        Some(())
    }

    /// Carries out a move to the first column; `None` if what follows takes playing.
    fn start_over(&mut self, at: usize) -> Option<()> {
        if std::mem::take(&mut self.is_returned) {
            self.is_rewritten |= self.column > 0;
            (self.column, self.first) = (0, at);
            if self.most > self.buffer {
                return None;
            }
        }
        (!self.is_rewritten || !self.has_others).then_some(())
    }

    /// Notes where the cursor is at the end of the line, so that all of it was written since the last move back.
    fn see(&mut self) {
        if self.is_rewritten && self.column == self.len {
            self.visible = self.first;
        }
    }

    /// The line that ends here, after `len` bytes of input.
    fn end(self, len: usize) -> Option<Measured> {
        let Self { is_rewritten, visible, .. } = self;
        let kept = if is_rewritten { 0 } else { self.kept };
        let fits = !is_rewritten || self.most <= self.buffer;
        let left = self.len + kept + 1;
        let is_plain = left == len && kept == 0;
        fits.then_some(Measured { len, left, is_plain, is_rewritten, visible })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::Cleaner;

    /// Short for what a line may be made of.
    const PIECES: [&[u8]; 13] = [
        b"a",
        b"bcd",
        b"\t",
        b"\x07",
        "é".as_bytes(),
        b"\x9B",
        b"\r",
        b"\x08",
        b"\x1B[1m",
        b"\x1B[K",
        b"\x1B[2K",
        b"\x1B[G",
        b"\x1B[C",
    ];

    /// Checks all lines that begin with `line` and go on with at most so many pieces; counts those that are measured.
    fn check(what: Cleaning, buffer: usize, line: &[u8], pieces: usize) -> usize {
        let text = [line, b"\n"].concat();
        let mut cleaner = Cleaner::new(what, b'\n', buffer).unwrap();
        let (mut played, mut whole) = (Vec::new(), Vec::new());
        // A byte at a time, all lines are played.
        for byte in text.chunks(1) {
            cleaner.clean(byte, &mut |piece| played.extend_from_slice(piece));
        }
        cleaner.clean(&text, &mut |piece| whole.extend_from_slice(piece));
        assert_eq!(whole.escape_ascii().to_string(), played.escape_ascii().to_string());
        let left = played.len();
        let ruler = cleaner.ruler;
        let (measured, len) = ruler.measure(&text, false);
        if measured > 0 {
            assert_eq!((measured, len), (text.len(), left), "{} {buffer} {what:?}", line.escape_ascii());
        }
        assert!(measured > 0 || ruler.measure(&text, true).0 == 0);
        let more = if pieces == 0 { &[][..] } else { &PIECES };
        let longer = more.iter().map(|piece| check(what, buffer, &[line, piece].concat(), pieces - 1));
        usize::from(measured > 0) + longer.sum::<usize>()
    }

    #[test]
    fn every_line_that_is_measured_is_as_long_as_it_is_once_cleaned() {
        let both = Cleaning { strip_ansi: true, collapse_cr: true };
        for what in [both, Cleaning { strip_ansi: false, ..both }, Cleaning { collapse_cr: false, ..both }] {
            for buffer in [3, 5, 100] {
                assert!(check(what, buffer, b"", 4) > 2000, "{what:?} {buffer}");
            }
        }
    }
}
