//! What text leaves switched on in a terminal.

use memchr::memchr;

const ESCAPE: u8 = 0x1b;
const CANCEL: u8 = 0x18;
const SUBSTITUTE: u8 = 0x1a;
const BELL: u8 = 0x07;

/// What has to be written after `text` so that a terminal shows what follows plainly: nothing, or the end of a
/// sequence that `text` leaves unfinished, or the end of all colours and attributes, or both.
pub(crate) fn switch_off(text: &[u8]) -> &'static [u8] {
    let mut attributes = Attributes::default();
    let mut rest = text;
    while let Some(at) = memchr(ESCAPE, rest) {
        rest = &rest[at + 1..];
        // Control characters are obeyed as if they came before the sequence.
        rest = &rest[rest.iter().take_while(|&&byte| is_control(byte)).count()..];
        let Some(end) = sequence_end(rest) else {
            // A string terminator ends every kind of sequence.
            return if attributes == Attributes::default() { b"\x1b\\" } else { b"\x1b\\\x1b[0m" };
        };
        let (sequence, after) = rest.split_at(end);
        match sequence {
            [b'[', parameters @ .., b'm'] => attributes.select(parameters),
            b"c" => attributes = Attributes::default(),
            _ => {}
        }
        rest = after;
    }
    if attributes == Attributes::default() { b"" } else { b"\x1b[0m" }
}

/// Whether it is a control character that neither ends nor begins a sequence.
fn is_control(byte: u8) -> bool {
    byte == 0x7f || byte < 0x20 && !matches!(byte, ESCAPE | CANCEL | SUBSTITUTE)
}

/// Length of the sequence whose escape came just before `text`; `None` if it has no end there.
fn sequence_end(text: &[u8]) -> Option<usize> {
    let ends_any = |byte: u8| matches!(byte, CANCEL | SUBSTITUTE);
    let (first, body) = text.split_first()?;
    let from_body = |end: usize| end + 1;
    match first {
        // Up to its final byte.
        b'[' => {
            let end =
                body.iter().position(|byte| matches!(byte, 0x40..=0x7e | &ESCAPE) || ends_any(*byte))?;
            // An escape begins the next sequence.
            Some(from_body(end) + usize::from(body[end] != ESCAPE))
        }
        b']' | b'P' | b'X' | b'^' | b'_' => {
            let end = body.iter().position(|&byte| matches!(byte, BELL | ESCAPE) || ends_any(byte))?;
            Some(from_body(end) + usize::from(body[end] != ESCAPE))
        }
        0x20..=0x2f => Some(from_body(body.iter().position(|byte| matches!(byte, 0x30..=0x7e))? + 1)),
        &ESCAPE => Some(0),
        _ => Some(1),
    }
}

/// The colours and attributes that are not those of plain text, by the parameter that switches them off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Attributes(u128);

impl Attributes {
    /// Does what the parameters of one selection say.
    fn select(&mut self, parameters: &[u8]) {
        if parameters.iter().any(|&byte| is_control(byte)) {
            // Too strange to be told apart: whatever it is, it is to be switched off.
            return self.switch_on(127);
        }
        if parameters.iter().any(|byte| !matches!(byte, b'0'..=b'9' | b';' | b':')) {
            // Not a selection, for all that it ends like one.
            return;
        }
        let mut groups = parameters.split(|&byte| byte == b';');
        while let Some(group) = groups.next() {
            let mut numbers = group.split(|&byte| byte == b':').map(number);
            let code = numbers.next().unwrap_or(0);
            let detail = numbers.next();
            match (code, detail) {
                (0, _) => *self = Self::default(),
                (1 | 2, _) => self.switch_on(22),
                (3 | 20, _) => self.switch_on(23),
                (4, Some(0)) => self.switch_off(24),
                (4 | 21, _) => self.switch_on(24),
                (5 | 6, _) => self.switch_on(25),
                (7..=9, _) => self.switch_on(code + 20),
                (11..=19, _) => self.switch_on(10),
                (26, _) => self.switch_on(50),
                (30..=37 | 90..=97, _) => self.switch_on(39),
                (40..=47 | 100..=107, _) => self.switch_on(49),
                (38 | 48 | 58, _) => {
                    self.switch_on(code + 1);
                    // Without colons the colour is in the next parameters: one number of a palette or three.
                    let count = match detail {
                        Some(_) => 0,
                        None => match groups.next().map(number) {
                            Some(5) => 1,
                            Some(2) => 3,
                            _ => 0,
                        },
                    };
                    groups.by_ref().take(count).for_each(drop);
                }
                (51 | 52, _) => self.switch_on(54),
                (53, _) => self.switch_on(55),
                (60..=64, _) => self.switch_on(65),
                (73 | 74, _) => self.switch_on(75),
                (10 | 22..=25 | 27..=29 | 39 | 49 | 50 | 54 | 55 | 59 | 65 | 75, _) => self.switch_off(code),
                _ => {}
            }
        }
    }

    fn switch_on(&mut self, code: u8) {
        self.0 |= 1 << code;
    }

    fn switch_off(&mut self, code: u8) {
        self.0 &= !(1 << code);
    }
}

/// The decimal number, which is 0 if it is not said. What is too large means nothing, as the largest does.
fn number(digits: &[u8]) -> u8 {
    digits.iter().fold(0, |number: u8, digit| number.saturating_mul(10).saturating_add(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::num::NonZero;

    #[test]
    fn only_what_is_left_on_is_switched_off() {
        let texts: [(&str, &str); 20] = [
            ("plain", ""),
            ("\x1b[31mred\x1b[0m", ""),
            ("\x1b[31mred\x1b[m", ""),
            ("\x1b[31mred", "\x1b[0m"),
            ("\x1b[31mred\x1b[39m", ""),
            ("\x1b[1;31mbold\x1b[39m", "\x1b[0m"),
            ("\x1b[0;1m", "\x1b[0m"),
            ("\x1b[1;0m", ""),
            ("\x1b[38;5;0mblack", "\x1b[0m"),
            ("\x1b[38;2;0;0;0mblack\x1b[0m", ""),
            ("\x1b[48:2::0:0:0mblack", "\x1b[0m"),
            ("\x1b[4:3mcurly\x1b[4:0m", ""),
            ("\x1b[?25l\x1b[2K\x1b[>4m", ""),
            ("\x1b[7minverse\x1bc", ""),
            ("cut\x1b", "\x1b\\"),
            ("cut\x1b[3", "\x1b\\"),
            ("cut\x1b]0;title", "\x1b\\"),
            ("\x1b[31mred and cut\x1b[0", "\x1b\\\x1b[0m"),
            ("\x1b]0;title\x07\x1b(B\x1bM", ""),
            ("\x1b[3\x1b[1m", "\x1b[0m"),
        ];
        for (text, end) in texts {
            assert_eq!(
                switch_off(text.as_bytes()).escape_ascii().to_string(),
                end.as_bytes().escape_ascii().to_string(),
                "{text:?}"
            );
        }
    }

    #[test]
    fn whatever_came_before_a_terminal_shows_what_follows_plainly() {
        let parts: [&[u8]; 16] = [
            b"", b"\x1b", b"[", b"]", b"P", b"1", b"31", b";", b"38;5;", b"0", b"m", b"x", b"\x07",
            b"\x1b\\", b"\x1b[7m", b"\x18",
        ];
        let size = |size| NonZero::new(size).expect("not 0");
        for code in 0..parts.len().pow(4) {
            let digit = |place: u32| parts[code / parts.len().pow(place) % parts.len()];
            let text = [b"\x1b[1m\x1b", digit(0), digit(1), digit(2), digit(3)].concat();
            let mut terminal = vt100::Parser::new(size(2), size(40), 0);
            terminal.process(&text);
            terminal.process(switch_off(&text));
            terminal.process(b"\r\n!");
            let cell = terminal.screen().cell(1, 0).expect("a cell");
            let is_plain = !cell.bold() && !cell.inverse() && cell.fgcolor() == vt100::Color::Default;
            assert!(cell.contents() == "!" && is_plain, "{:?}", text.escape_ascii().to_string());
        }
    }
}
