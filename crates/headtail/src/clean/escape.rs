//! Telling escape sequences from text.
//!
//! The state machine is that of the VT500 series as terminals build it, with the bounds that [`Cleaner`] documents.
//!
//! Why none of the crates for this is used: `vte`, the parser of Alacritty, is made to drive a terminal. It reports
//! what a sequence means, not which bytes it was, so a sequence can't be kept as it came; it decodes the text and
//! replaces what is not UTF-8; a string without an end swallows the rest of the stream; an 8-bit introducer does not
//! begin a sequence. `strip-ansi-escapes` is built on it. `anstyle-parse`, in `anstream`, descends from it and drops
//! BEL, backspace, NUL and bytes that are not UTF-8 as well; what it makes of `ESC [ 3 LF 1 m` depends on how the input
//! was cut; and it is many times slower on plain text.
//!
//! [`Cleaner`]: super::Cleaner

use std::collections::TryReserveError;

use super::cell;
use super::scan::{Recent, candidate};

/// The longest sequence: enough for the 4 KiB that a terminal graphics protocol sends at a time.
pub(crate) const MAX_SEQUENCE: usize = 8 << 10;

/// Most bytes held of a sequence: that many, and a last one.
pub(crate) const MAX_HELD: usize = MAX_SEQUENCE + 1;

/// Nearly all sequences are control sequences with no more parameter bytes.
const MAX_USUAL: usize = 64;

pub(crate) const ESC: u8 = 0x1B;
const BEL: u8 = 0x07;
const CAN: u8 = 0x18;
const SUB: u8 = 0x1A;
/// The 8-bit string terminator.
const ST: u8 = 0x9C;

/// A piece of the input. A `Sequence` is whole, or broken off.
pub(crate) enum Token<'a> {
    Text(&'a [u8]),
    Sequence(&'a [u8]),
}

/// Where in a sequence the input is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// In none.
    Text,
    /// After ESC.
    Escape,
    /// After ESC and intermediate bytes.
    Intermediate,
    /// After CSI.
    Control,
    /// In a string; `bell` if BEL ends it.
    String { bell: bool },
    /// After an ESC in such a string, which ends it if a backslash follows.
    StringEscape { bell: bool },
}

/// Cuts the input into text and sequences.
#[derive(Clone, Debug)]
pub(crate) struct Escapes {
    delimiter: u8,
    /// Whether whole sequences stay in the text.
    keeps_sequences: bool,
    state: State,
    /// The sequence that the input is in, from its introducer; empty in `Text`. `MAX_HELD` bytes at most;
    /// never reallocated.
    held: Vec<u8>,
    /// The last bytes of the text that the input is in, three at most: enough to know whether the next byte
    /// belongs to a character that began in them. In `Text` alone.
    recent: Recent,
}

impl Escapes {
    pub(crate) fn new(delimiter: u8, keeps_sequences: bool) -> Result<Self, TryReserveError> {
        let mut held = Vec::new();
        held.try_reserve_exact(MAX_HELD)?;
        Ok(Self { delimiter, keeps_sequences, state: State::Text, held, recent: Recent::default() })
    }

    /// Back to text, of which nothing has come.
    pub(crate) fn reset(&mut self) {
        self.start_text();
    }

    /// Takes the next bytes and hands on what they are, in order.
    pub(crate) fn pass(&mut self, mut bytes: &[u8], out: &mut impl FnMut(Token)) {
        while let Some((&byte, rest)) = bytes.split_first() {
            if self.state == State::Text {
                let text = self.text_len(bytes);
                if text > 0 {
                    out(Token::Text(&bytes[..text]));
                }
                bytes = &bytes[text..];
                let usual = usual_len(bytes).filter(|_| self.delimiter < 0x20);
                if let Some(usual) = usual {
                    out(Token::Sequence(&bytes[..usual]));
                    self.start_text();
                    bytes = &bytes[usual..];
                } else if let Some((&introducer, rest)) = bytes.split_first() {
                    self.start_sequence(introducer);
                    bytes = rest;
                }
            } else if self.advance(byte, out) {
                bytes = rest;
            }
        }
    }

    /// The sequence that the input is in.
    pub(crate) fn held(&self) -> &[u8] {
        &self.held
    }

    /// What of it is text if it is broken off here.
    pub(crate) fn held_text(&self) -> &[u8] {
        let end = self.held.len() - usize::from(matches!(self.state, State::StringEscape { .. }));
        &self.held[self.text_start()..end]
    }

    /// Whether the input is in no sequence.
    pub(crate) fn is_in_text(&self) -> bool {
        self.state == State::Text
    }

    /// How many of the first of `bytes` are text, which does not begin a sequence.
    fn text_len(&mut self, bytes: &[u8]) -> usize {
        let mut from = 0;
        loop {
            let at = from + candidate(&bytes[from..]);
            let Some(&byte) = bytes.get(at) else {
                self.recent.extend(bytes);
                return at;
            };
            if byte != self.delimiter
                && (byte == ESC || introduces(byte) && !self.recent.continued(&bytes[..=at]))
            {
                return at;
            }
            from = at + 1;
        }
    }

    /// Begins the sequence that `introducer` introduces.
    fn start_sequence(&mut self, introducer: u8) {
        self.held.clear();
        self.held.push(introducer);
        self.state = string_or_control(introducer).unwrap_or(State::Escape);
    }

    fn start_text(&mut self) {
        self.held.clear();
        self.recent = Recent::default();
        self.state = State::Text;
    }

    /// Takes the next byte within a sequence. False if that ends before `byte`, which is then still to be
    /// taken.
    fn advance(&mut self, byte: u8, out: &mut impl FnMut(Token)) -> bool {
        if let State::StringEscape { bell } = self.state {
            return self.end_string(bell, byte, out);
        }
        let ends_line = byte == self.delimiter || byte == b'\n' || byte == b'\r';
        if ends_line || self.held.len() == MAX_SEQUENCE {
            self.break_off(out);
            return false;
        }
        match self.state {
            _ if byte == CAN || byte == SUB => self.end(byte, out),
            State::String { bell } => match byte {
                ESC => self.go_on(byte, State::StringEscape { bell }),
                BEL if bell => self.end(byte, out),
                0x80.. if !cell::continues(&self.held[self.text_start()..], byte) => match byte {
                    ST => self.end(byte, out),
                    // Were it text one day, it could introduce a sequence.
                    _ if !self.keeps_sequences && introduces(byte) => {}
                    _ => self.held.push(byte),
                },
                _ => self.held.push(byte),
            },
            _ if byte == ESC || byte >= 0x80 => {
                self.break_off(out);
                return false;
            }
            // A control character is carried out at once and is no part of the sequence. Bytes never change
            // places, so where the sequence may stay, it ends before.
            _ if byte < 0x20 || byte == 0x7F => {
                if self.keeps_sequences || self.held.first() != Some(&ESC) {
                    self.break_off(out);
                    return false;
                }
                out(Token::Text(&[byte]));
            }
            state => match next(state, byte) {
                State::Text => self.end(byte, out),
                next => self.go_on(byte, next),
            },
        }
        true
    }

    /// Takes the byte after an ESC in a string. False if it does not belong to that: the ESC begins another
    /// sequence.
    fn end_string(&mut self, bell: bool, byte: u8, out: &mut impl FnMut(Token)) -> bool {
        if byte == b'\\' && byte != self.delimiter {
            self.end(byte, out);
            return true;
        }
        self.held.pop();
        self.state = State::String { bell };
        self.break_off(out);
        self.start_sequence(ESC);
        false
    }

    fn go_on(&mut self, byte: u8, state: State) {
        self.held.push(byte);
        self.state = state;
    }

    /// Ends the sequence with `byte`.
    fn end(&mut self, byte: u8, out: &mut impl FnMut(Token)) {
        self.held.push(byte);
        out(Token::Sequence(&self.held));
        self.start_text();
    }

    /// Ends the sequence here, before its end. What of it is text is handed on as such.
    fn break_off(&mut self, out: &mut impl FnMut(Token)) {
        let (sequence, text) = self.held.split_at(self.text_start());
        out(Token::Sequence(sequence));
        if !text.is_empty() {
            out(Token::Text(text));
        }
        let mut recent = Recent::default();
        recent.extend(text);
        self.start_text();
        self.recent = recent;
    }

    /// Where in `held` the text begins that it is if it is broken off: after the introducer of a string; after an
    /// introducer of one byte, which may have been a letter of an old encoding; nowhere else, because parameters
    /// are not text.
    fn text_start(&self) -> usize {
        match (self.held.first(), self.state) {
            (Some(&ESC), State::String { .. } | State::StringEscape { .. }) => 2,
            (Some(&ESC) | None, _) => self.held.len(),
            (Some(_), _) => 1,
        }
    }
}

/// How long the control sequence is that `bytes` begin with; `None` if it takes a closer look to know. No byte but the
/// first is below 0x20.
#[inline]
pub(crate) fn usual_len(bytes: &[u8]) -> Option<usize> {
    // Nearly all have less than eight parameter bytes.
    if let Some(&[introducer, bracket, ref parameters @ ..]) = bytes.first_chunk::<10>() {
        if introducer != ESC || bracket != b'[' {
            return None;
        }
        let word = u64::from_le_bytes(*parameters);
        let others = not_parameters(word);
        if others != 0 {
            let len = others.trailing_zeros() / 8;
            let [last, ..] = (word >> (8 * len)).to_le_bytes();
            return is_last(last).then_some(2 + len as usize + 1);
        }
    }
    longer_len(bytes)
}

/// Likewise, a byte at a time.
fn longer_len(bytes: &[u8]) -> Option<usize> {
    let parameters = bytes.strip_prefix(b"\x1B[")?;
    let parameters = &parameters[..parameters.len().min(MAX_USUAL)];
    let len = parameters.iter().take_while(|byte| (0x20..=0x3F).contains(*byte)).count();
    parameters.get(len).is_some_and(|&last| is_last(last)).then_some(2 + len + 1)
}

fn is_last(byte: u8) -> bool {
    (0x40..=0x7E).contains(&byte)
}

/// Marks the bytes that are not 0x20 to 0x3F, which a control sequence has between its introducer and its last byte.
#[inline]
fn not_parameters(word: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    // Zero where the byte is a parameter, else a multiple of 0x20: no byte carries into the next.
    let others = (word & (ONES * 0xE0)) ^ (ONES * 0x20);
    (others | ((others >> 1) + ONES * 0x70)) & (ONES * 0x80)
}

/// Whether `byte`, where it is not part of a character, introduces a sequence.
pub(crate) fn introduces(byte: u8) -> bool {
    string_or_control(byte).is_some()
}

/// The state that an 8-bit introducer, or ESC and the byte that is 0x40 less, leads to.
fn string_or_control(introducer: u8) -> Option<State> {
    match introducer {
        0x9B => Some(State::Control),
        0x9D => Some(State::String { bell: true }),
        0x90 | 0x98 | 0x9E | 0x9F => Some(State::String { bell: false }),
        _ => None,
    }
}

/// The state after `byte`, 0x20 to 0x7E, in `state`; `Text` if it is the last of the sequence.
fn next(state: State, byte: u8) -> State {
    match (state, byte) {
        (State::Escape | State::Intermediate, 0x20..=0x2F) => State::Intermediate,
        (State::Escape, 0x40..=0x5F) => string_or_control(byte + 0x40).unwrap_or(State::Text),
        (State::Control, 0x20..=0x3F) => State::Control,
        _ => State::Text,
    }
}
