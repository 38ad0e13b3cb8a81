//! Cleaned text, compared with what a terminal emulator shows of the raw input.

use headtail::{Cleaner, Cleaning};
use proptest::collection::vec;
use proptest::prelude::*;

/// A terminal on which nothing wraps and nothing scrolls away.
fn screen(text: &[u8]) -> vt100::Parser {
    let rows = u16::try_from(text.split(|&byte| byte == b'\n').count()).unwrap();
    // A tab is the most columns that a byte can take.
    let columns = u16::try_from(8 * text.len() + 1).unwrap().min(400);
    let mut terminal = vt100::Parser::new(rows.try_into().unwrap(), columns.try_into().unwrap(), 0);
    // As a terminal driver does for programs.
    text.split_inclusive(|&byte| byte == b'\n').for_each(|line| match line.split_last() {
        Some((b'\n', line)) => terminal.process(&[line, b"\r\n"].concat()),
        _ => terminal.process(line),
    });
    terminal
}

/// The rows of the terminal, without the blanks they end in.
fn shown(text: &[u8]) -> String {
    let contents = screen(text).screen().contents();
    contents.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

/// The rows of text that has nothing in it but text and tabs, without a terminal.
fn read(text: &[u8]) -> String {
    let lines = std::str::from_utf8(text).unwrap().lines().map(|line| {
        let mut row = String::new();
        let mut column = 0;
        for char in line.chars() {
            let width = unicode_width::UnicodeWidthChar::width(char).unwrap_or(8 - column % 8);
            row.push_str(&if char == '\t' { " ".repeat(width) } else { char.to_string() });
            column += width;
        }
        row.trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

fn clean(what: Cleaning, input: &[u8]) -> Vec<u8> {
    let mut cleaner = Cleaner::new(what, b'\n', 4096).unwrap();
    let mut text = Vec::new();
    cleaner.clean(input, &mut |piece| text.extend_from_slice(piece));
    text.extend(cleaner.pending().concat());
    text
}

/// With both options the text is, read as it is, what the terminal shows; without `strip_ansi`, what another
/// terminal shows of it.
fn check(input: &[u8]) -> Result<(), TestCaseError> {
    let expected = shown(input);
    let both = clean(Cleaning::new().strip_ansi(true).collapse_cr(true), input);
    prop_assert_eq!(read(&both), &*expected, "both, {}", input.escape_ascii());
    let collapsed = clean(Cleaning::new().strip_ansi(false).collapse_cr(true), input);
    prop_assert_eq!(shown(&collapsed), expected, "collapsed, {}", input.escape_ascii());
    Ok(())
}

fn piece(combines: bool) -> impl Strategy<Value = String> {
    let always = [
        "\r",
        "\r",
        "\r",
        "\r",
        "\r\n",
        "\n",
        "\r\r\n",
        "\x1b[K",
        "\x1b[0K",
        "\x1b[1K",
        "\x1b[2K",
        "\x1b[J",
        "\x1b[1G",
        "\x1b[G",
        "\x1b[500D",
        "\x08",
        "\x08\x08\x08",
        "\x1b[D",
        "\x1b[2D",
        "\x1b[C",
        "\x1b[3C",
        "\x1b[0C",
        "\x1b[4G",
        "\x1b[30G",
        "\x1b[9`",
        "\x1b[m",
        "\x1b[1;32m",
        "\x1b[38;5;208m",
        "\x1b]0;title\x07",
        "\x1b(B",
        "\x1b[?25l",
        "\x1b]8;;x\x1b\\",
        "a",
        "b",
        "done",
        "50%",
        "   ",
        "é",
        "━━━",
        "⠙",
        "╸",
    ];
    // What a terminal does where a combining character has nothing to combine with, it alone knows.
    let combining = ["e\u{301}", "漢\u{301}", "é\u{301}"];
    let other = ["漢字", "😀", "한", "\t", "x\t", "\t.."];
    let some = if combines { &combining[..] } else { &other };
    let text = prop_oneof![4 => "[ -~]{1,12}", 1 => "[a漢é😀]{1,6}"];
    let known: Vec<_> = always.iter().chain(some).map(|piece| (*piece).to_owned()).collect();
    prop_oneof![3 => prop::sample::select(known), 1 => text]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, ..ProptestConfig::default() })]

    #[test]
    fn rewritten_lines_read_as_a_terminal_shows_them(pieces in vec(piece(false), 0..30)) {
        check(pieces.concat().as_bytes())?;
    }

    #[test]
    fn rewritten_lines_with_combining_characters_read_as_a_terminal_shows_them(pieces in vec(piece(true), 0..30)) {
        check(pieces.concat().as_bytes())?;
    }
}

/// Every sequence of this many of them, which is where the odd cases meet.
#[test]
fn every_short_line_reads_as_a_terminal_shows_it() {
    let pieces = [
        "\r", "a", "漢", "\t", "\u{301}", "\x1b[K", "\x1b[1K", "\x1b[2K", "\x1b[4G", "\x08", "\x1b[2C",
        "bc\n",
    ];
    for number in 0..pieces.len().pow(5) {
        let digits = (0..5).map(|digit| number / pieces.len().pow(digit) % pieces.len());
        let input = digits.map(|digit| pieces[digit]).collect::<String>();
        // A combining character has to have something to combine with: what a terminal does with it in the
        // first column, it alone knows.
        if !combines_with_nothing(&input) {
            check(input.as_bytes()).unwrap();
        }
    }
}

fn combines_with_nothing(input: &str) -> bool {
    let mut terminal = vt100::Parser::new(6.try_into().unwrap(), 50.try_into().unwrap(), 0);
    input.split_inclusive('\u{301}').any(|before| {
        let Some(before) = before.strip_suffix('\u{301}') else { return false };
        terminal.process(before.replace('\n', "\r\n").as_bytes());
        let (row, column) = terminal.screen().cursor_position();
        let left = column.checked_sub(1).and_then(|column| terminal.screen().cell(row, column));
        !left.is_some_and(|cell| cell.has_contents() && !cell.is_wide() || cell.is_wide_continuation())
    })
}
