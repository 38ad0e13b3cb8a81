//! Cleaning the input before anything of it is stored: removing escape sequences, and playing lines that a program
//! rewrites, so that what a terminal would show in the end is left of them.
//!
//! [`escape`] tells sequences from text; [`scan`] finds where they may begin. [`line`](mod@line) plays the text of a
//! line the way a terminal would, and holds it in a [`row`] until it ends; [`ruler`] knows how long most lines are without playing them; [`control`] knows the few sequences that act
//! within a line, [`cell`] how wide a character is. [`lines`] finds ends of lines. [`gather`] puts short pieces of the
//! cleaned text together.

mod cell;
mod control;
mod escape;
mod gather;
mod line;
mod lines;
mod row;
mod ruler;
mod scan;

use std::collections::TryReserveError;

use memchr::memchr;

use self::escape::{ESC, Escapes, Token};
use self::gather::Gather;
use self::line::Line;
use self::lines::Lines;
use self::ruler::{Flat, Measured, Ruler};
use crate::limits::Cleaning;
use crate::utf8;

/// Cleans a stream of any bytes as it passes, in fixed memory.
///
/// What it has handed on is final. Followed by [`pending`](Self::pending) it is the cleaned stream, which does not
/// depend on how the input was cut into pieces. Text that has no escape sequences, carriage returns and backspaces is
/// not changed, and no line end is ever removed.
///
/// ```
/// # #[cfg(feature = "clean")]
/// # fn main() -> Result<(), std::collections::TryReserveError> {
/// use headtail::{Cleaner, Cleaning};
///
/// let what = Cleaning::new().strip_ansi(true).collapse_cr(true);
/// let mut cleaner = Cleaner::new(what, b'\n', 2048)?;
/// let mut text = Vec::new();
/// let mut out = |piece: &[u8]| text.extend_from_slice(piece);
/// cleaner.clean(b"\x1b[32mcopied  50%\x1b[0m\r\x1b[32mcopied 100%\x1b[0m\r\n2 war", &mut out);
/// cleaner.clean(b"nings", &mut out);
/// assert_eq!(text, b"copied 100%\n");
/// assert_eq!(cleaner.pending().concat(), b"2 warnings");
/// assert_eq!(cleaner.added_bytes(), 0);
/// cleaner.reset();
/// assert!(cleaner.pending().concat().is_empty());
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "clean"))]
/// # fn main() {}
/// ```
///
/// # Escape sequences
///
/// They are recognised as a terminal recognises them: CSI sequences; the strings OSC, DCS, SOS, PM and APC up to ST
/// (OSC up to BEL as well); all other sequences that ESC introduces. The bytes 0x90, 0x98, 0x9B and 0x9D to 0x9F
/// introduce sequences too, and 0x9C is ST, but only where they are not part of a UTF-8 character. CAN and SUB cancel a
/// sequence, ESC starts another. A control character within a sequence stays in the text and the sequence goes on;
/// where the sequence itself may stay, or its introducer has 8 bits, it breaks the sequence off. Control characters
/// elsewhere are text, and so is what follows a single shift (ESC N, ESC O).
///
/// Where a terminal would lose text to a sequence that is broken off, the text is kept:
///
/// - a sequence never runs over the end of a line, or a carriage return;
/// - an unterminated string, whether a line end, another sequence, the end of the input or its length of 8 KiB cuts it
///   short, is treated as text, without its introducer;
/// - so is what follows an 8-bit introducer, in other encodings a letter, that is broken off.
///
/// What is handed on with `strip_ansi` has no escape sequence: an introducer is always removed, even if it introduces
/// nothing. So stripping the cleaned text again changes nothing, and taking a sequence out of another leaves none.
///
/// # Lines that are rewritten
///
/// Carriage returns before the end of a line are removed with nothing else changed. Any other moves the cursor back
/// to the first column, and what follows takes the place of what stood there, column by column: wide characters take
/// two, combining and control characters none, the bytes of a broken character one, a tab those up to the next
/// multiple of eight. Half of a wide character that is overwritten leaves a blank. A carriage return that nothing
/// follows leaves the line as it is. Lines end with the delimiter and with a newline.
///
/// Other moves within the line are followed too, and removed, with or without `strip_ansi`: backspaces and the
/// sequences CUF, CUB, CHA and HPA. Text that is written past the end of the line after such a move leaves blanks in
/// between, at most up to the thousandth column. Erasing in the line (EL) and to the end of the screen (ED 0) is
/// carried out and removed as well. A line gets as wide as a program writes it: terminals wrap, this does not. Moves
/// between lines are not followed.
///
/// Without `strip_ansi` all other sequences stay in the text, until the cursor is moved back in the line or the line is
/// erased: from then on to its end it has none.
///
/// A line is held until it ends, as long as it fits the line buffer. What does not fit is handed on as it comes, and
/// neither moves nor erasing are followed in it. A move to the first column in such a line ends it with a delimiter of
/// its own, so that what a program writes last is seen however long the line was before; so does rewriting a
/// line if that makes it too long.
#[derive(Clone, Debug)]
pub struct Cleaner {
    what: Cleaning,
    escapes: Escapes,
    line: Line,
    lines: Lines,
    ruler: Ruler,
    /// Empty between calls.
    gather: Gather,
}

impl Cleaner {
    /// A cleaner at the start of a stream of lines that end with `delimiter`, with a line buffer of this many
    /// bytes. Allocates all its memory: twice the line buffer, if lines are played, and 12 KiB.
    ///
    /// # Errors
    ///
    /// Allocation failed.
    pub fn new(what: Cleaning, delimiter: u8, line_buffer: usize) -> Result<Self, TryReserveError> {
        let line_buffer = if what.collapse_cr { line_buffer } else { 0 };
        let keep_sequences = what.collapse_cr && !what.strip_ansi;
        Ok(Self {
            what,
            escapes: Escapes::new(delimiter, keep_sequences)?,
            line: Line::new(delimiter, line_buffer, keep_sequences)?,
            lines: Lines::new(delimiter),
            ruler: Ruler::new(what, Lines::new(delimiter), line_buffer),
            gather: Gather::new()?,
        })
    }

    /// Takes the next bytes of the input and hands on the text that has become final, in pieces as long as
    /// they come. Does not allocate.
    pub fn clean(&mut self, bytes: &[u8], out: &mut impl FnMut(&[u8])) {
        match self.what {
            Cleaning { collapse_cr: true, .. } => self.play(bytes, out),
            Cleaning { strip_ansi: true, .. } => self.strip(bytes, out),
            _ => return out(bytes),
        }
        self.gather.flush(out);
    }

    /// Hands on the text.
    fn strip(&mut self, mut bytes: &[u8], out: &mut impl FnMut(&[u8])) {
        while !bytes.is_empty() {
            if self.escapes.is_in_text() {
                (bytes, _) = self.pass_flat(bytes, out);
            }
            let (lines, rest) = bytes.split_at(self.lines.len_to_play(bytes));
            self.escapes.pass(lines, &mut |piece| {
                if let Token::Text(text) = piece {
                    self.gather.push(text, out);
                }
            });
            bytes = rest;
        }
    }

    /// Plays the text and the sequences, except for lines of which nothing would change but the sequences.
    fn play(&mut self, mut bytes: &[u8], out: &mut impl FnMut(&[u8])) {
        while !bytes.is_empty() {
            let mut next = None;
            if self.line.is_at_start() && self.escapes.is_in_text() {
                (bytes, next) = self.pass_flat(bytes, out);
            }
            let len = match next.filter(|line| line.is_rewritten) {
                Some(Measured { visible, len, shows_text: true, .. }) => {
                    self.pass_text(&bytes[visible..len], out);
                    len
                }
                Some(Measured { visible, len, .. }) => {
                    self.line.begin_rewritten();
                    self.play_all(&bytes[visible..len], out);
                    len
                }
                None => {
                    let len = self.lines.len_to_play(bytes);
                    self.play_all(&bytes[..len], out);
                    len
                }
            };
            bytes = &bytes[len..];
        }
    }

    /// Hands on the first lines, if nothing but sequences is to be removed from them. Returns what follows, and the first
    /// line of that if it could be measured.
    fn pass_flat<'a>(
        &mut self,
        bytes: &'a [u8],
        out: &mut impl FnMut(&[u8]),
    ) -> (&'a [u8], Option<Measured>) {
        let Flat { len, left, next } = self.ruler.measure_flat(bytes);
        let (lines, rest) = bytes.split_at(len);
        if left < len {
            self.pass_text(lines, out);
        } else if len > 0 {
            self.gather.push(lines, out);
            self.escapes.reset();
        }
        (rest, next)
    }

    /// Hands on the text of whole lines in which all sequences are usual.
    fn pass_text(&mut self, mut lines: &[u8], out: &mut impl FnMut(&[u8])) {
        while let Some(at) = memchr(ESC, lines) {
            self.gather.push(&lines[..at], out);
            lines = &lines[at + escape::usual_len(&lines[at..]).unwrap_or(1)..];
        }
        self.gather.push(lines, out);
        self.escapes.reset();
    }

    /// Plays the text and the sequences.
    fn play_all(&mut self, bytes: &[u8], out: &mut impl FnMut(&[u8])) {
        let Self { escapes, line, gather, .. } = self;
        let out = &mut |text: &[u8]| gather.push(text, out);
        escapes.pass(bytes, &mut |piece| match piece {
            Token::Text(text) => line.text(text, out),
            Token::Sequence(sequence) => line.sequence(sequence, out),
        });
    }

    /// Takes whole lines of which only the length matters, at the start of a line. Hands on how many bytes are left of
    /// them, and some text that has as many line ends.
    pub(crate) fn count(&mut self, mut lines: &[u8], out: &mut impl FnMut(u64, &[u8])) {
        while !lines.is_empty() {
            let (len, left) = self.ruler.measure(lines);
            out(left as u64, &lines[..len]);
            lines = &lines[len..];
            let line = self.lines.line_len(lines);
            self.clean(&lines[..line], &mut |text| out(text.len() as u64, text));
            lines = &lines[line..];
        }
    }

    /// How many bytes are left of these whole lines, at least.
    pub(crate) fn least_left(&self, lines: &[u8]) -> usize {
        self.ruler.measure(lines).1
    }

    /// Most bytes that [`pending`](Self::pending) has with a line buffer of this many: the line, the beginning of a
    /// character after it, and a sequence.
    pub(crate) const fn most_pending(line_buffer: usize) -> usize {
        line_buffer.saturating_add(utf8::MAX_PARTIAL + escape::MAX_HELD)
    }

    /// What would follow if the input ended here: at most the line buffer and a little more than 8 KiB.
    #[must_use]
    pub fn pending(&self) -> [&[u8]; 4] {
        let held = if self.what.strip_ansi { self.escapes.held_text() } else { self.escapes.held() };
        let [left, right, partial] = self.line.pending();
        [left, right, partial, held]
    }

    /// How many bytes of the cleaned stream were not in the input: blanks that cursor moves left, and the line ends
    /// of lines that did not fit the line buffer. Some of these may have been removed again.
    #[must_use]
    pub fn added_bytes(&self) -> u64 {
        self.line.added()
    }

    /// Back to new, keeping the memory.
    pub fn reset(&mut self) {
        self.escapes.reset();
        self.line.reset();
    }
}
