//! The oracle of cleaning: the same rules as naive code over the whole input.
//!
//! [`tokens`] cuts the input into text and sequences, [`Screen`] plays them on a row that is a list of
//! characters.

use unicode_width::UnicodeWidthChar;

/// The longest sequence.
const MAX_SEQUENCE: usize = 8192;

/// What of `input` is left when it is cleaned.
pub(crate) fn clean(input: &[u8], strip: bool, collapse: bool, delimiter: u8, line_buffer: usize) -> Vec<u8> {
    if !strip && !collapse {
        return input.to_vec();
    }
    let (tokens, held) = tokens(input, delimiter, !strip);
    let held = if strip { held.text } else { held.all };
    if !collapse {
        let text = tokens.into_iter().filter_map(|token| match token {
            Token::Text(text) => Some(text),
            Token::Sequence(_) => None,
        });
        return [text.collect::<Vec<_>>().concat(), held].concat();
    }
    let mut screen = Screen { delimiter, keep: !strip, room: line_buffer, ..Screen::default() };
    for token in tokens {
        match token {
            Token::Text(text) => screen.text(&text),
            Token::Sequence(sequence) => screen.sequence(&sequence),
        }
    }
    screen.end_line();
    screen.out.extend(held);
    screen.out
}

#[derive(Debug)]
enum Token {
    Text(Vec<u8>),
    Sequence(Vec<u8>),
}

/// The sequence that the input ends in, and what of it counts as text.
#[derive(Default)]
struct Held {
    all: Vec<u8>,
    text: Vec<u8>,
}

/// Cuts `input` into text, no two next to each other, and sequences.
fn tokens(input: &[u8], delimiter: u8, keep: bool) -> (Vec<Token>, Held) {
    let mut tokens = Vec::new();
    // Text since the last sequence.
    let mut run = Vec::new();
    let mut at = 0;
    while at < input.len() {
        let byte = input[at];
        let introduces = match byte {
            _ if byte == delimiter => false,
            0x1B => true,
            0x90 | 0x98 | 0x9B | 0x9D | 0x9E | 0x9F => !belongs_to_character(&run, byte),
            _ => false,
        };
        if !introduces {
            run.push(byte);
            text(&mut tokens, &[byte]);
            at += 1;
            continue;
        }
        match parse(&input[at..], delimiter, keep, &mut tokens) {
            Parsed::Sequence(len) => {
                run.clear();
                at += len;
            }
            Parsed::Text { len, start } => {
                run = input[at + start..at + len].to_vec();
                at += len;
            }
            Parsed::Held(held) => return (tokens, held),
        }
    }
    (tokens, Held::default())
}

fn text(tokens: &mut Vec<Token>, bytes: &[u8]) {
    match tokens.last_mut() {
        _ if bytes.is_empty() => {}
        Some(Token::Text(text)) => text.extend(bytes),
        _ => tokens.push(Token::Text(bytes.to_vec())),
    }
}

/// Whether `byte` goes on with a character that `run` ends in the middle of.
fn belongs_to_character(run: &[u8], byte: u8) -> bool {
    let text = [run, &[byte]].concat();
    (2..=text.len().min(4)).any(|len| match std::str::from_utf8(&text[text.len() - len..]) {
        Ok(text) => text.chars().count() == 1,
        Err(error) => error.valid_up_to() == 0 && error.error_len().is_none(),
    })
}

enum Parsed {
    /// So many bytes were a sequence, or parts of one.
    Sequence(usize),
    /// So many bytes, and from `start` on they are text.
    Text { len: usize, start: usize },
    /// All that is left is a sequence without an end.
    Held(Held),
}

/// Takes the sequence that `input` begins with.
fn parse(input: &[u8], delimiter: u8, keep: bool, tokens: &mut Vec<Token>) -> Parsed {
    let ends_line = |byte: u8| byte == delimiter || byte == b'\n' || byte == b'\r';
    let eight_bit = input[0] != 0x1B;
    let mut sequence = vec![input[0]];
    let mut at = 1;
    while !begins_string(&sequence) {
        let Some(&byte) = input.get(at) else {
            let text = if eight_bit { sequence.clone() } else { Vec::new() };
            return Parsed::Held(Held { all: sequence, text });
        };
        let is_cut = ends_line(byte) || sequence.len() == MAX_SEQUENCE;
        if !is_cut && (byte == 0x18 || byte == 0x1A) {
            sequence.push(byte);
            tokens.push(Token::Sequence(sequence));
            return Parsed::Sequence(at + 1);
        }
        let is_control = byte < 0x20 || byte == 0x7F;
        // Bytes never change places: a control character is only taken out of what is removed.
        if is_cut || byte == 0x1B || byte >= 0x80 || is_control && (eight_bit || keep) {
            if eight_bit {
                text(tokens, &sequence);
                // No byte of it begins a character.
                return Parsed::Text { len: at, start: at };
            }
            tokens.push(Token::Sequence(sequence));
            return Parsed::Sequence(at);
        }
        at += 1;
        if is_control {
            text(tokens, &[byte]);
            continue;
        }
        sequence.push(byte);
        if is_whole(&sequence) {
            tokens.push(Token::Sequence(sequence));
            return Parsed::Sequence(at);
        }
    }
    parse_string(&sequence, &input[at..], delimiter, tokens, at)
}

/// Takes the string `content...` that `introducer` introduces. `before` bytes were taken before.
fn parse_string(
    introducer: &[u8],
    content: &[u8],
    delimiter: u8,
    tokens: &mut Vec<Token>,
    before: usize,
) -> Parsed {
    let eight_bit = introducer.len() == 1;
    let bell = matches!(introducer, [0x9D] | [0x1B, b']']);
    let mut broken = None;
    for (at, &byte) in content.iter().enumerate() {
        let ends_line = byte == delimiter || byte == b'\n' || byte == b'\r';
        if ends_line || introducer.len() + at == MAX_SEQUENCE {
            broken = Some(at);
            break;
        }
        let end = match byte {
            0x18 | 0x1A => at + 1,
            0x07 if bell => at + 1,
            0x9C if !belongs_to_character(&content[..at], byte) => at + 1,
            0x1B if content.get(at + 1) == Some(&b'\\') && delimiter != b'\\' => at + 2,
            0x1B if at + 1 < content.len() => {
                broken = Some(at);
                break;
            }
            _ => continue,
        };
        tokens.push(Token::Sequence([introducer, &content[..end]].concat()));
        return Parsed::Sequence(before + end);
    }
    let kept = if eight_bit { introducer } else { &[] };
    if let Some(at) = broken {
        if !eight_bit {
            tokens.push(Token::Sequence(introducer.to_vec()));
        }
        text(tokens, kept);
        text(tokens, &content[..at]);
        return Parsed::Text { len: before + at, start: before - kept.len() };
    }
    let shown = content.strip_suffix(b"\x1B").unwrap_or(content);
    Parsed::Held(Held { all: [introducer, content].concat(), text: [kept, shown].concat() })
}

fn begins_string(sequence: &[u8]) -> bool {
    matches!(sequence, [0x90 | 0x98 | 0x9D..=0x9F] | [0x1B, b'P' | b'X' | b']' | b'^' | b'_'])
}

fn is_whole(sequence: &[u8]) -> bool {
    match sequence {
        [0x9B, rest @ ..] | [0x1B, b'[', rest @ ..] => {
            rest.last().is_some_and(|byte| (0x40..=0x7E).contains(byte))
        }
        [0x1B, .., last] => *last >= 0x30 && !begins_string(sequence),
        _ => false,
    }
}

/// Something written: a character, a byte that belongs to none, or a sequence.
#[derive(Clone, Debug)]
struct Item {
    bytes: Vec<u8>,
    width: usize,
    is_sequence: bool,
}

impl Item {
    fn new(bytes: &[u8], width: usize) -> Self {
        Self { bytes: bytes.to_vec(), width, is_sequence: false }
    }

    /// A tab is as wide as where it stands makes it.
    fn width_at(&self, column: usize) -> usize {
        if self.bytes == b"\t" { 8 - column % 8 } else { self.width }
    }
}

fn items(text: &[u8]) -> Vec<Item> {
    let mut items = Vec::new();
    for chunk in text.utf8_chunks() {
        items.extend(chunk.valid().chars().map(|char| {
            let width = if char == '\t' { 1 } else { char.width().unwrap_or(0).min(2) };
            Item::new(char.encode_utf8(&mut [0; 4]).as_bytes(), width)
        }));
        items.extend(chunk.invalid().iter().map(|&byte| Item::new(&[byte], 1)));
    }
    items
}

fn bytes(items: &[Item]) -> Vec<u8> {
    items.iter().flat_map(|item| item.bytes.clone()).collect()
}

/// The row that is written to, and what is above it.
#[allow(clippy::struct_excessive_bools)]
#[derive(Default)]
struct Screen {
    delimiter: u8,
    keep: bool,
    room: usize,
    out: Vec<u8>,
    /// What is left of the cursor.
    left: Vec<Item>,
    /// What is right of it: no sequences.
    right: Vec<Item>,
    column: usize,
    /// Nothing was written since all that is left was erased.
    is_erased: bool,
    is_returned: bool,
    is_overlong: bool,
}

impl Screen {
    fn text(&mut self, text: &[u8]) {
        let is_end = |&byte: &u8| byte == b'\r' || byte == b'\n' || byte == self.delimiter;
        let len = text.iter().position(is_end).unwrap_or(text.len());
        for item in items(&text[..len]) {
            self.start_over();
            if item.bytes == b"\t" { self.tab() } else { self.write(item) }
        }
        let Some((&end, rest)) = text[len..].split_first() else { return };
        if end == b'\r' && end != self.delimiter {
            self.is_returned = true;
        } else {
            self.end_line();
            self.out.push(end);
        }
        self.text(rest);
    }

    fn end_line(&mut self) {
        let after = self.left.iter().rposition(|item| !item.is_sequence).map_or(0, |last| last + 1);
        if !(self.is_erased && self.right.is_empty()) {
            self.out.extend(bytes(&self.left[..after]));
        }
        self.out.extend(bytes(&self.right));
        self.out.extend(bytes(&self.left[after..]));
        *self = Self {
            delimiter: self.delimiter,
            keep: self.keep,
            room: self.room,
            out: std::mem::take(&mut self.out),
            ..Self::default()
        };
    }

    /// Left of the cursor: the text, and the sequences after it.
    fn take_left(&mut self) -> (Vec<u8>, Vec<Item>) {
        let after = self.left.iter().rposition(|item| !item.is_sequence).map_or(0, |last| last + 1);
        let sequences = self.left.split_off(after);
        self.left.retain(|item| !item.is_sequence);
        (bytes(&std::mem::take(&mut self.left)), sequences)
    }

    fn start_over(&mut self) {
        if !std::mem::take(&mut self.is_returned) {
            return;
        }
        if self.is_overlong {
            self.out.extend(bytes(&self.right));
            self.out.push(self.delimiter);
            self.right.clear();
            self.is_overlong = false;
        } else {
            let is_erased = self.is_erased && self.right.is_empty();
            let (text, sequences) = self.take_left();
            let text = if is_erased { Vec::new() } else { text };
            self.right = items(&[text, bytes(&self.right)].concat());
            self.left = sequences;
        }
        self.is_erased = false;
        self.column = 0;
    }

    /// How many items the first character to the right and all without width around it are, and which of them
    /// it is.
    fn first_cell(&self) -> (usize, Option<usize>) {
        let char = self.right.iter().position(|item| item.width > 0);
        let after = char.map_or(0, |char| char + 1);
        let next = self.right[after..].iter().position(|item| item.width > 0);
        (next.map_or(self.right.len(), |next| after + next), char)
    }

    fn write(&mut self, item: Item) {
        let end = self.column + item.width;
        let mut column = self.column;
        while column < end && !self.right.is_empty() {
            let (len, char) = self.first_cell();
            let Some(char) = char else {
                self.right.clear();
                break;
            };
            let width = self.right[char].width_at(column);
            if column + width <= end {
                self.right.drain(..len);
            } else if self.right[char].bytes == b"\t" {
                self.right.drain(..char);
            } else {
                self.right.splice(..len, [Item::new(b" ", 1)]);
            }
            column += width;
        }
        self.column = end;
        self.is_erased = false;
        self.place(item);
    }

    fn place(&mut self, item: Item) {
        let len = bytes(&self.left).len() + item.bytes.len() + bytes(&self.right).len();
        if len > self.room && !self.is_overlong {
            self.is_overlong = true;
            self.out.extend(bytes(&std::mem::take(&mut self.left)));
        }
        if self.is_overlong {
            self.out.extend(item.bytes);
        } else {
            self.left.push(item);
        }
    }

    fn tab(&mut self) {
        let stop = (self.column / 8 + 1) * 8;
        while self.column < stop && !self.right.is_empty() {
            let (len, char) = self.first_cell();
            let width = char.map_or(0, |char| self.right[char].width_at(self.column));
            if self.column + width > stop {
                return;
            }
            self.is_erased = false;
            for item in self.right.drain(..len).collect::<Vec<_>>() {
                self.place(item);
            }
            self.column += width;
        }
        if self.column < stop {
            self.write(Item::new(b"\t", stop - self.column));
        }
    }

    fn sequence(&mut self, sequence: &[u8]) {
        let text = String::from_utf8_lossy(sequence.strip_prefix(b"\x9B").unwrap_or(sequence)).into_owned();
        let text = text.strip_prefix("\x1B[").unwrap_or(if sequence[0] == 0x9B { &text } else { "" });
        let is_plain = text.chars().rev().skip(1).all(|char| char.is_ascii_digit() || char == ';');
        let (number, last) = text.split_at(text.len().saturating_sub(1));
        let number = number.split(';').next().unwrap_or_default();
        let number = number.trim_start_matches('0');
        match (last, number) {
            _ if !is_plain => self.keep(sequence),
            ("K" | "J", "") | ("K", "1" | "2") if self.is_overlong && self.is_returned => {
                self.start_over();
                self.keep(sequence);
            }
            ("K", "1" | "2") if self.is_overlong => self.keep(sequence),
            ("K" | "J", "") => {
                self.start_over();
                self.right.clear();
            }
            ("K", "1") => {
                self.start_over();
                self.erase_left();
            }
            ("K", "2") => {
                self.start_over();
                self.erase_left();
                self.right.clear();
            }
            ("G" | "`", "" | "1") => self.is_returned = true,
            ("D", _) if self.is_returned => {}
            ("D", _) if self.is_overlong => self.keep(sequence),
            ("D", count) => {
                let count = if count.is_empty() { 1 } else { count.parse().unwrap_or(u128::MAX) };
                if count >= self.column as u128 { self.is_returned = true } else { self.keep(sequence) }
            }
            _ => self.keep(sequence),
        }
    }

    fn keep(&mut self, sequence: &[u8]) {
        if self.keep {
            self.place(Item { is_sequence: true, ..Item::new(sequence, 0) });
        }
    }

    fn erase_left(&mut self) {
        let (text, sequences) = self.take_left();
        self.left = blank(&items(&text));
        self.left.extend(sequences);
        self.is_erased = true;
        if !self.right.is_empty() {
            let (len, char) = self.first_cell();
            let under: Vec<_> = char.map(|char| self.right[char].clone()).into_iter().collect();
            self.right.splice(..len, blank(&under));
        }
    }
}

fn blank(items: &[Item]) -> Vec<Item> {
    let blank = |item: &Item| if item.bytes == b"\t" { b"\t".to_vec() } else { vec![b' '; item.width] };
    items.iter().flat_map(blank).map(|byte| Item::new(&[byte], 1)).collect()
}
