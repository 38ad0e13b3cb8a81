//! Cleaning the input before anything is kept of it: escape sequences away, and of a line that a program wrote
//! over and over only what a terminal would show in the end.
//!
//! The bytes go through two rooms. `escape` tells sequences from text; `line` plays the text of a line, which
//! it holds in `row`, the way a terminal would. `control` knows what the few sequences mean that act within a
//! line, `cell` how wide a character is.

mod cell;
mod control;
mod escape;
mod line;
mod row;

use std::collections::TryReserveError;

use self::escape::{Escapes, Piece};
use self::line::Line;

/// What is cleaned from the input. Nothing by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Cleaning {
    /// Remove escape sequences.
    pub strip_ansi: bool,
    /// Keep of each line what a terminal would show of it.
    pub collapse_cr: bool,
}

/// Cleans a stream of any bytes as it passes, in fixed memory.
///
/// What it has handed on is final. Together with [`pending`](Self::pending) it makes the cleaned stream, which
/// is never longer than the input and does not depend on how the input was cut into pieces. Text that has
/// neither escape sequences nor carriage returns is not changed, and no line end is ever removed.
///
/// ```
/// use headtail::{Cleaner, Cleaning};
///
/// let what = Cleaning { strip_ansi: true, collapse_cr: true };
/// let mut cleaner = Cleaner::new(what, b'\n', 2048)?;
/// let mut text = Vec::new();
/// let mut out = |piece: &[u8]| text.extend_from_slice(piece);
/// cleaner.clean(b"\x1b[32mcopied  50%\x1b[0m\r\x1b[32mcopied 100%\x1b[0m\r\n2 war", &mut out);
/// cleaner.clean(b"nings", &mut out);
/// assert_eq!(text, b"copied 100%\n");
/// assert_eq!(cleaner.pending().concat(), b"2 warnings");
/// # Ok::<(), std::collections::TryReserveError>(())
/// ```
///
/// # Escape sequences
///
/// They are told from text as a terminal tells them: CSI sequences; the strings OSC, DCS, SOS, PM and APC up to
/// ST (OSC to BEL as well); all other sequences that ESC introduces. CAN and SUB cancel a sequence, ESC starts
/// another; other control characters within a sequence are taken out of it, or break it off where it is not
/// removed or its introducer has 8 bits. The bytes 0x90 to 0x9F introduce
/// sequences too, and 0x9C is ST, but only where they are not part of a UTF-8 character. Control characters on
/// their own are text, and so is what follows a single shift (ESC N, ESC O).
///
/// Where a terminal would lose text to a sequence that is broken off, this does not:
///
/// - a sequence never runs over the end of a line, or a carriage return;
/// - a string that isn't ended there, or is broken off by another sequence, or is longer than 8 KiB, or that
///   the input ends in, was none: its introducer is a sequence of its own, what followed is text;
/// - an 8-bit introducer of a sequence that is broken off is text as well.
///
/// # Carriage returns
///
/// One or more carriage returns before the end of a line are removed with nothing else changed. Any other goes
/// back to the first column, and what follows takes the place of what stood there, column by column: wide
/// characters take two, combining and control characters none, a byte that is not UTF-8 one, a tab those up to
/// the next multiple of eight. Half of a wide character that is overwritten leaves a blank. A carriage return
/// that nothing follows leaves the line as it is. Lines end with the delimiter and with a newline.
///
/// Sequences that act within the line are carried out, and are gone with or without `strip_ansi`: erasing in
/// the line (EL) and to the end of the screen (ED 0), and moves to the first column (CHA and HPA 1, CUB by as
/// many columns as there are). All others have no width: cursor moves between lines are not followed. Without
/// `strip_ansi` they stay with the character that is written after them, and are gone when the line is started
/// over and that character overwritten; what is left of text from before is shown without them.
///
/// A line is held until it ends, as long as it fits the line buffer. Where it does not, what stands left of
/// the cursor is handed on, and so is all that follows; a carriage return in such a line ends it, and is replaced by
/// the delimiter, so that what a program writes last is seen however long a line was before.
#[derive(Clone, Debug)]
pub struct Cleaner {
    what: Cleaning,
    escapes: Escapes,
    line: Line,
}

impl Cleaner {
    /// A cleaner at the start of a stream of lines that end with `delimiter`, with a line buffer of so many
    /// bytes. Reserves all its memory: the line buffer, once more if sequences are kept in it, and 8 KiB.
    ///
    /// # Errors
    ///
    /// The memory can't be had.
    pub fn new(what: Cleaning, delimiter: u8, line_buffer: usize) -> Result<Self, TryReserveError> {
        let line_buffer = if what.collapse_cr { line_buffer } else { 0 };
        let keep_sequences = what.collapse_cr && !what.strip_ansi;
        Ok(Self {
            what,
            escapes: Escapes::new(delimiter, keep_sequences)?,
            line: Line::new(delimiter, line_buffer, keep_sequences)?,
        })
    }

    /// Takes the next bytes of the input and hands on the text that has become final, in pieces as long as
    /// they come. Does not allocate.
    pub fn clean(&mut self, bytes: &[u8], out: &mut impl FnMut(&[u8])) {
        let Self { what, escapes, line } = self;
        if what.collapse_cr {
            escapes.pass(bytes, &mut |piece| match piece {
                Piece::Text(text) => line.text(text, out),
                Piece::Sequence(sequence) => line.sequence(sequence, out),
            });
        } else if what.strip_ansi {
            escapes.pass(bytes, &mut |piece| {
                if let Piece::Text(text) = piece {
                    out(text);
                }
            });
        } else {
            out(bytes);
        }
    }

    /// Most bytes that [`pending`](Self::pending) has with a line buffer of so many.
    pub(crate) const fn most_pending(line_buffer: usize) -> usize {
        line_buffer.saturating_mul(2).saturating_add(escape::MAX_SEQUENCE)
    }

    /// What would follow if the input ended here: at most the line buffer and 8 KiB.
    #[must_use]
    pub fn pending(&self) -> [&[u8]; 5] {
        let held = if self.what.strip_ansi { self.escapes.held_text() } else { self.escapes.held() };
        let [first, second, third, fourth] = self.line.pending();
        [first, second, third, fourth, held]
    }

    /// Back to new, keeping the memory.
    pub fn reset(&mut self) {
        self.escapes.reset();
        self.line.reset();
    }
}
