//! How long whole lines are once they are cleaned, without cleaning them.
//!
//! Of a long input only the first and the last lines are shown; of those between, nothing but the length matters. And of
//! most lines that is simple: they have no sequences but colours, and what is written over is ASCII text.

use memchr::{memchr, memchr2, memchr3, memrchr2};

use super::cell;
use super::control::{Effect, Part, effect};
use super::escape::{self, ESC};
use super::lines::{BACKSPACE, Lines};
use super::scan::{self, Places};
use crate::limits::Cleaning;

/// Plain text is looked for in pieces of this length, so that it is looked at twice while it is in the cache.
const PIECE: usize = 4 << 10;

/// The sequence that erases what is right of the cursor, as nearly all programs write it.
const ERASE: &[u8] = b"\x1B[K";

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
    /// many bytes of them are left.
    pub(crate) fn measure(self, text: &[u8]) -> (usize, usize) {
        let (mut len, mut left) = (0, 0);
        loop {
            let flat = self.measure_flat(&text[len..]);
            (len, left) = (len + flat.len, left + flat.left);
            let mut next = flat.next;
            // Where one line is rewritten, the next one likely is, too.
            while let Some(line) = next.filter(|line| !line.is_flat) {
                (len, left) = (len + line.len, left + line.left);
                next = self.line(&text[len..]);
            }
            if next.is_none() {
                return (len, left);
            }
        }
    }

    /// Measures the first lines of `text` in which the cursor does not move and nothing is erased.
    pub(crate) fn measure_flat(self, text: &[u8]) -> Flat {
        let (mut len, mut left) = (0, 0);
        loop {
            if self.is_able() {
                let lines = self.flat_lines(&text[len..]);
                (len, left) = (len + lines.0, left + lines.1);
            }
            let next = self.line(&text[len..]);
            match next {
                Some(line) if line.is_flat => (len, left) = (len + line.len, left + line.left),
                _ => return Flat { len, left, next },
            }
        }
    }

    /// Whether lines end with bytes that are neither text nor part of a sequence.
    fn is_able(self) -> bool {
        self.lines.delimiter() < 0x20 && self.lines.delimiter() != ESC
    }

    /// The length of the first whole lines of `text` in which nothing but usual sequences needs a closer look, and how
    /// many bytes of them are left.
    fn flat_lines(self, text: &[u8]) -> (usize, usize) {
        let (mut len, mut removed) = (0, 0);
        for piece in text.chunks(PIECE) {
            let flat = if self.is_plain(piece) {
                (piece.len(), 0)
            } else {
                self.flat_sequences(&text[len..], self.clear_len(piece))
            };
            (len, removed) = (len + flat.0, removed + flat.1);
            if flat.0 < piece.len() {
                break;
            }
        }
        let end = memrchr2(b'\n', self.lines.delimiter(), &text[..len]).map_or(0, |last| last + 1);
        removed -= self.flat_sequences(&text[end..], len - end).1;
        (end, end - removed)
    }

    /// Whether nothing in `piece` needs a closer look. One pass for both questions, with the vector instructions that all
    /// processors have, takes as long.
    fn is_plain(self, piece: &[u8]) -> bool {
        let follows_moves = self.what.collapse_cr;
        let special = if follows_moves { memchr3(ESC, b'\r', BACKSPACE, piece) } else { memchr(ESC, piece) };
        special.is_none() && piece.is_ascii()
    }

    /// How many bytes of `piece` come before the first that needs a closer look, sequences aside.
    fn clear_len(self, piece: &[u8]) -> usize {
        let to_move = if self.what.collapse_cr { memchr2(b'\r', BACKSPACE, piece) } else { None };
        let piece = &piece[..to_move.unwrap_or(piece.len())];
        if piece.is_ascii() { piece.len() } else { scan::clear_len(piece, scan::may_introduce) }
    }

    /// How many of the first `len` bytes of `text` come before the first sequence that begins there and is unusual, or acts
    /// within the line; and how many bytes of sequences before it are removed.
    fn flat_sequences(self, text: &[u8], len: usize) -> (usize, usize) {
        let Cleaning { strip_ansi, collapse_cr } = self.what;
        let mut removed = 0;
        let Some(first) = memchr(ESC, &text[..len]) else { return (len, 0) };
        for at in Places::new(&text[first..len], |byte| byte == ESC) {
            let sequence = &text[first + at..];
            let usual = escape::usual_len(sequence);
            let Some(usual) = usual.filter(|&len| !collapse_cr || effect(&sequence[..len]) == Effect::None)
            else {
                return (first + at, removed);
            };
            removed += if strip_ansi { usual } else { 0 };
        }
        (len, removed)
    }

    /// Measures the line that `text` begins with; `None` if that takes playing it.
    pub(crate) fn line(self, text: &[u8]) -> Option<Measured> {
        if !self.is_able() {
            return None;
        }
        let mut specials = Places::new(text, scan::is_special);
        let Cleaning { strip_ansi, collapse_cr } = self.what;
        let mut width = Width::default();
        loop {
            let at = specials.next()?;
            let byte = text[at];
            match byte {
                ESC => {
                    let len = escape::usual_len(&text[at..])?;
                    match effect(&text[at..at + len]) {
                        _ if !collapse_cr => width.leave_out(len),
                        Effect::None if strip_ansi => width.leave_out(len),
                        Effect::None => width.keep(len),
                        effect => width.apply(effect, at, len)?,
                    }
                }
                _ if self.lines.is_end(byte) => return width.end(at, self.buffer),
                b'\r' if collapse_cr => {
                    width.move_to_first(at, 1);
                    // What most programs do next, at once.
                    if text[at + 1..].starts_with(ERASE) {
                        specials.next();
                        width.erase_right(at + 1, ERASE.len());
                    }
                }
                BACKSPACE if collapse_cr => width.step_back(at),
                _ if escape::introduces(byte) && !cell::continues(&text[..at], byte) => return None,
                _ => width.has_others = true,
            }
        }
    }
}

/// Lines that were measured, in which the cursor does not move and nothing is erased.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flat {
    /// Their length.
    pub(crate) len: usize,
    /// How many bytes of them are left.
    pub(crate) left: usize,
    /// The line after them, if it can be measured.
    pub(crate) next: Option<Measured>,
}

/// A line that was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Measured {
    /// Its length, with its end.
    pub(crate) len: usize,
    /// How many bytes of it are left.
    pub(crate) left: usize,
    /// Whether the cursor does not move in it and nothing is erased.
    pub(crate) is_flat: bool,
    /// Whether it is rewritten: then no sequence is left.
    pub(crate) is_rewritten: bool,
    /// Where the last text begins that everything before is hidden by; 0 if there is none.
    pub(crate) visible: usize,
    /// Whether from there on only sequences are to be removed.
    pub(crate) shows_text: bool,
}

/// How long a line is on which only printable ASCII characters are written over.
///
/// Text is not counted as it comes: how much of it there is follows from where the next byte stands that is more.
#[derive(Clone, Copy, Debug, Default)]
struct Width {
    /// The cursor is in the column that is as far from the first as the input is from here.
    origin: usize,
    /// Bytes of characters in the line, except for the text since the last [`look`](Self::look).
    len: usize,
    /// Bytes of sequences that stay in the line unless it is rewritten.
    kept: usize,
    /// The most that `len` and `kept` have been together.
    most: usize,
    /// Where what followed the last move to the first column, and erasing there, begins.
    first: usize,
    /// Where what followed the last move or erasing begins; 0 if there was none.
    moved: usize,
    /// The last such place from which on all that was written before is hidden. Of a line that is rewritten.
    visible: usize,
    /// The column that the cursor was in when it did not move with what was erased; 0 if it has moved back since. Text there
    /// would leave a gap.
    erased: usize,
    /// Whether the cursor has been moved back, or the line erased.
    is_rewritten: bool,
    /// After a move to the first column that only sequences have followed: whether that was from another column.
    returned: Option<bool>,
    /// Whether there are characters that are not printable ASCII.
    has_others: bool,
    /// Whether text has left a gap.
    has_gap: bool,
}

impl Width {
    /// Skips a sequence.
    fn leave_out(&mut self, len: usize) {
        self.origin += len;
    }

    /// Leaves a sequence in the line.
    fn keep(&mut self, len: usize) {
        self.origin += len;
        if !self.is_rewritten {
            self.kept += len;
        }
    }

    /// Moves the cursor to the first column, by `len` bytes at `at`.
    fn move_to_first(&mut self, at: usize, len: usize) {
        let column = self.look(at);
        self.returned = Some(self.returned == Some(true) || column > 0);
        (self.origin, self.first, self.moved, self.erased) = (at + len, at + len, at + len, 0);
    }

    /// Carries out a backspace at `at`.
    fn step_back(&mut self, at: usize) {
        let column = self.look(at);
        self.moved = at + 1;
        self.origin += 1;
        if column > 0 {
            self.origin += 1;
            self.is_rewritten = true;
            self.has_gap |= self.erased > 0;
        }
    }

    /// Carries out a sequence of `len` bytes at `at` that moves the cursor or erases; `None` if that takes playing.
    fn apply(&mut self, effect: Effect, at: usize, len: usize) -> Option<()> {
        match effect {
            Effect::To(0) => self.move_to_first(at, len),
            Effect::Erase(Part::Right) => self.erase_right(at, len),
            Effect::Erase(Part::All) => {
                let column = self.look(at);
                (self.len, self.erased, self.is_rewritten) = (0, column, true);
                self.erase_right(at, len);
            }
            _ => return None,
        }
        Some(())
    }

    /// Erases what is right of the cursor, by `len` bytes at `at`.
    #[inline]
    fn erase_right(&mut self, at: usize, len: usize) {
        let column = self.look(at);
        self.start_over();
        self.len = self.len.min(column);
        (self.origin, self.moved) = (self.origin + len, at + len);
        if column == 0 {
            self.first = self.moved;
        }
        self.see(column);
    }

    /// Counts the text that ends at `at`. Returns the column that the cursor is in.
    fn look(&mut self, at: usize) -> usize {
        let column = at - self.origin;
        if column > 0 {
            self.start_over();
        }
        if self.erased > 0 {
            self.has_gap |= column > self.erased;
        } else {
            self.len = self.len.max(column);
        }
        self.most = self.most.max(self.len + self.kept);
        self.see(column);
        column
    }

    /// Carries out a move to the first column that something follows.
    fn start_over(&mut self) {
        if let Some(has_moved) = self.returned.take() {
            self.is_rewritten |= has_moved;
        }
    }

    /// Notes where the cursor is at the end of the line, so that all of it was written since the last move back.
    fn see(&mut self, column: usize) {
        if self.is_rewritten && column == self.len {
            self.visible = self.first;
        }
    }

    /// The line that ends at `at`, if it fits the line buffer or is not rewritten.
    fn end(mut self, at: usize, buffer: usize) -> Option<Measured> {
        self.look(at);
        let Self { is_rewritten, visible, moved, .. } = self;
        let is_flat = moved == 0;
        let is_too_long = self.most > buffer && !is_flat;
        let is_odd = self.has_gap || is_too_long || is_rewritten && self.has_others;
        let kept = if is_rewritten { 0 } else { self.kept };
        let (len, left) = (at + 1, self.len + kept + 1);
        let shows_text = is_rewritten && visible == moved;
        (!is_odd).then_some(Measured { len, left, is_flat, is_rewritten, visible, shows_text })
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
        let (measured, len) = ruler.measure(&text);
        if measured > 0 {
            assert_eq!((measured, len), (text.len(), left), "{} {buffer} {what:?}", line.escape_ascii());
        }
        assert!(measured > 0 || ruler.measure_flat(&text).len == 0);
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

    #[test]
    fn lines_that_end_with_an_introducer_are_not_measured() {
        let text = b"a\x1B[1mb\x1Bc\rd\x1B[K\x1B";
        let what = Cleaning { strip_ansi: true, collapse_cr: true };
        let [mut one, mut many] = [(); 2].map(|()| Cleaner::new(what, ESC, 100).unwrap());
        let (mut whole, mut played) = (Vec::new(), Vec::new());
        one.clean(text, &mut |piece| whole.extend_from_slice(piece));
        text.chunks(1).for_each(|byte| many.clean(byte, &mut |piece| played.extend_from_slice(piece)));
        assert_eq!(whole.escape_ascii().to_string(), played.escape_ascii().to_string());
        assert_eq!(one.ruler.measure(text), (0, 0));
    }

    /// Sequences across pieces and blocks, lines of all kinds next to each other.
    #[test]
    fn long_texts_are_cleaned_and_counted_as_their_bytes_are() {
        let mut number = 1_u64;
        let mut below = |end: u64| {
            number ^= number << 13;
            number ^= number >> 7;
            number ^= number << 17;
            usize::try_from(number % end).unwrap()
        };
        let both = Cleaning { strip_ansi: true, collapse_cr: true };
        for round in 0..300 {
            // How many kinds of pieces there are: at first only colours.
            let kinds = [1, 2, 6, 13][round % 4];
            let mut text = Vec::new();
            while text.len() < 3 * PIECE {
                match below(12) {
                    0..4 => text.extend_from_slice(PIECES[(8 + below(kinds)) % 13]),
                    4 => text.push(b'\n'),
                    _ => text.extend(std::iter::repeat_n(b'x', below(40))),
                }
            }
            text.push(b'\n');
            for what in
                [both, Cleaning { strip_ansi: false, ..both }, Cleaning { collapse_cr: false, ..both }]
            {
                let [mut one, mut many, mut counter] =
                    [(); 3].map(|()| Cleaner::new(what, b'\n', 300).unwrap());
                let (mut whole, mut played, mut left) = (Vec::new(), Vec::new(), 0);
                one.clean(&text, &mut |piece| whole.extend_from_slice(piece));
                text.chunks(1)
                    .for_each(|byte| many.clean(byte, &mut |piece| played.extend_from_slice(piece)));
                counter.count(&text, &mut |len, _| left += len);
                assert_eq!(whole.escape_ascii().to_string(), played.escape_ascii().to_string());
                assert_eq!((left, counter.added_bytes()), (played.len() as u64, many.added_bytes()));
            }
        }
    }
}
