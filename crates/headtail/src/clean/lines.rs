//! Where lines end, and where the cursor moves back in them.

use memchr::{memchr2, memchr3, memrchr2};

pub(crate) const BACKSPACE: u8 = 0x08;

/// How much is played at least.
const PLAYED: usize = 4 << 10;

/// What a line ends with: the delimiter, or a newline.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lines {
    delimiter: u8,
}

impl Lines {
    pub(crate) fn new(delimiter: u8) -> Self {
        Self { delimiter }
    }

    pub(crate) fn delimiter(self) -> u8 {
        self.delimiter
    }

    pub(crate) fn is_end(self, byte: u8) -> bool {
        byte == b'\n' || byte == self.delimiter
    }

    /// Where the first carriage return or end of a line is.
    pub(crate) fn find_return_or_end(self, text: &[u8]) -> Option<usize> {
        memchr3(b'\n', self.delimiter, b'\r', text)
    }

    /// The length of the line that `bytes` begin with; of all of them if it does not end there.
    pub(crate) fn line_len(self, bytes: &[u8]) -> usize {
        memchr2(b'\n', self.delimiter, bytes).map_or(bytes.len(), |end| end + 1)
    }

    /// How many of `bytes` to play before looking again for lines that need not be: some, to the end of a line.
    pub(crate) fn len_to_play(self, bytes: &[u8]) -> usize {
        let some = bytes.len().min(PLAYED);
        some + self.line_len(&bytes[some..])
    }

    /// Hands on whole lines in which the cursor does not move back, without holding them. Returns what follows,
    /// which is at the start of a line.
    pub(crate) fn pass<'a>(self, mut text: &'a [u8], out: &mut impl FnMut(&[u8])) -> &'a [u8] {
        loop {
            let to_move = self.find_move(text);
            let (lines, rest) = text.split_at(to_move.unwrap_or(text.len()));
            if rest.first() == Some(&b'\r') && rest.get(1).is_some_and(|&byte| self.is_end(byte)) {
                out(lines);
                text = &rest[1..];
                continue;
            }
            let Some(last) = memrchr2(b'\n', self.delimiter, lines) else { return text };
            out(&lines[..=last]);
            return &text[last + 1..];
        }
    }

    /// Where the first byte is that moves the cursor back.
    fn find_move(self, text: &[u8]) -> Option<usize> {
        match self.delimiter {
            b'\r' => memchr2(BACKSPACE, BACKSPACE, text),
            BACKSPACE => memchr2(b'\r', b'\r', text),
            _ => memchr2(b'\r', BACKSPACE, text),
        }
    }
}
