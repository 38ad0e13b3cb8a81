//! Inputs in pieces, written one after the other: what the targets that feed a keeper share.

use arbitrary::Arbitrary;

use crate::oracle::Params;

/// Longest input; enough for any size of head and tail here to be small beside it.
const MOST: usize = 1 << 14;

/// A part of the input, and what happens after it.
#[derive(Arbitrary, Debug)]
pub(crate) struct Piece<'a> {
    pub(crate) text: Text<'a>,
    pub(crate) then: Then,
}

#[derive(Arbitrary, Debug)]
pub(crate) enum Text<'a> {
    Bytes(&'a [u8]),
    Repeated(&'a [u8], u16),
    Characters(&'a str),
    Line(u8),
    Delimiter,
}

#[derive(Arbitrary, Debug)]
pub(crate) enum Then {
    /// The next piece belongs to the same write.
    Nothing,
    Write,
    WriteByteByByte,
    WriteAndLook,
}

#[derive(Arbitrary, Debug)]
pub(crate) enum Delimiter {
    Newline,
    Null,
    Any(u8),
}

impl Delimiter {
    pub(crate) fn byte(&self) -> u8 {
        match self {
            Self::Newline => b'\n',
            Self::Null => 0,
            Self::Any(byte) => *byte,
        }
    }
}

impl Text<'_> {
    pub(crate) fn append_to(&self, input: &mut Vec<u8>, params: &Params) {
        let room = MOST.saturating_sub(input.len());
        match self {
            Self::Bytes(bytes) => input.extend(bytes.iter().take(room)),
            Self::Repeated(bytes, times) => {
                let len = (bytes.len() * usize::from(*times)).min(room);
                input.extend(bytes.iter().cycle().take(len));
            }
            Self::Characters(characters) => input.extend(characters.bytes().take(room)),
            // About as long as the limit, so that it need not be found byte by byte.
            Self::Line(len) => {
                let len = (params.max_line + usize::from(*len)).saturating_sub(128).min(room);
                input.extend(std::iter::repeat_n(b'x', len));
            }
            Self::Delimiter => input.extend([params.delimiter].iter().take(room)),
        }
    }
}
