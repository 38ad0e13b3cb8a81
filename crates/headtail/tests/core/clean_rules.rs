//! The rules of cleaning, one by one.

use headtail::{Cleaner, Cleaning};

const STRIP: Cleaning = Cleaning::new().strip_ansi(true).collapse_cr(false);
const COLLAPSE: Cleaning = Cleaning::new().strip_ansi(false).collapse_cr(true);
const BOTH: Cleaning = Cleaning::new().strip_ansi(true).collapse_cr(true);

/// `input` cleaned, as text that can be read in a message.
fn clean_with(what: Cleaning, delimiter: u8, line_buffer: usize, input: &[u8]) -> String {
    let mut cleaner = Cleaner::new(what, delimiter, line_buffer).unwrap();
    let mut text = Vec::new();
    for byte in input.chunks(1) {
        cleaner.clean(byte, &mut |piece| text.extend_from_slice(piece));
    }
    text.extend(cleaner.pending().concat());
    let mut whole = Vec::new();
    cleaner.reset();
    cleaner.clean(input, &mut |piece| whole.extend_from_slice(piece));
    whole.extend(cleaner.pending().concat());
    assert_eq!(text, whole, "cut into bytes, and not");
    text.escape_ascii().to_string()
}

fn clean(what: Cleaning, input: &[u8]) -> String {
    clean_with(what, b'\n', 2048, input)
}

/// Each input, with what stripping leaves of it.
fn stripped(cases: &[(&[u8], &str)]) {
    for (input, expected) in cases {
        assert_eq!(clean(STRIP, input), *expected, "{}", input.escape_ascii());
    }
}

/// Each input, with what collapsing leaves of it.
fn collapsed(cases: &[(&str, &str)]) {
    for (input, expected) in cases {
        assert_eq!(
            clean(COLLAPSE, input.as_bytes()),
            expected.as_bytes().escape_ascii().to_string(),
            "{input:?}"
        );
    }
}

#[test]
fn sequences_of_every_kind_are_stripped() {
    stripped(&[
        (b"\x1b[31mred\x1b[m", "red"),
        (b"\x1b[?25l\x1b[>4;2m\x1b[38:2::1:2:3mx\x1b[ q\x1b[1$~", "x"),
        (b"\x1b]0;title\x07a\x1b]8;;http://x\x1b\\b\x1b]8;;\x1b\\c", "abc"),
        (b"\x1bPq#0;2\x07;0\x1b\\a\x1bXs\x1b\\b\x1b^p\x1b\\c\x1b_G\x1b\\d", "abcd"),
        (b"\x1b(Ba\x1b%Gb\x1b #!8c", "abc"),
        (b"\x1b7a\x1b8b\x1bcc\x1b=d\x1bMe\x1b\\f", "abcdef"),
        (b"\x1bNa\x1bOb", "ab"),
        (b"\x9b31ma\x9d0;t\x07b\x9d0;t\x9cc\x90q\x9cd\x98s\x1b\\e\x9ep\x9cf\x9fa\x9cg", "abcdefg"),
    ]);
}

#[test]
fn eight_bit_introducers_inside_characters_are_text() {
    // U+009B in two bytes is a character; so are all that have one of the bytes in them.
    stripped(&[
        (
            "\u{9b}31m Û ě 盛 \u{1f41b}".as_bytes(),
            r"\xc2\x9b31m \xc3\x9b \xc4\x9b \xe7\x9b\x9b \xf0\x9f\x90\x9b",
        ),
        // What no character begins with does not protect it, nor does one that a sequence interrupts.
        (b"\xe0\x9b1ma \xf5\x9b1mb \xc3\x1b[m\x9b1mc", r"\xe0a \xf5b \xc3c"),
        // A string that a character seems to end goes on.
        (b"\x1b]0;\xe4\xbd\x9c\x07a", "a"),
    ]);
}

#[test]
fn sequences_are_cancelled_and_restarted_as_on_a_terminal() {
    stripped(&[
        (b"\x1b[3\x18a\x1b]0;t\x1ab", "ab"),
        (b"\x1b[3\x1b[31ma", "a"),
        (b"\x1b\x1b\x1b[31ma", "a"),
        (b"\x1b[3\x071ma\x1b[\t1mb", r"\x07a\tb"),
        (b"\x1b[31\xc3\xa9", r"\xc3\xa9"),
    ]);
}

#[test]
fn other_control_characters_are_no_sequences() {
    let text = b"\0\x01\x07\x08\t\x0b\x0c\x0e\x0f\x18\x1a\x1c\x7f\x80\x84\x9c\xff\r\n";
    assert_eq!(clean(STRIP, text), text.escape_ascii().to_string());
}

#[test]
fn no_sequence_runs_over_the_end_of_a_line() {
    stripped(&[
        (b"a\x1b\nHello", r"a\nHello"),
        (b"a\x1b[31\nHello", r"a\nHello"),
        (b"a\x1b]0;title\nHello", r"a0;title\nHello"),
        (b"a\x1b]0;title\r\nHello", r"a0;title\r\nHello"),
        // Text in an old encoding, where these bytes are letters, loses them but not what follows.
        (b"mu\x9e \x9d\x9b\xec\nr\x9d \x9b12\n", r"mu \xec\nr 12\n"),
    ]);
    assert_eq!(clean_with(STRIP, 0, 0, b"\x1b[3\0m\x1b]t\0"), r"\x00mt\x00");
}

#[test]
fn a_string_without_an_end_is_text() {
    stripped(&[
        (b"a\x1b]0;title\x1b[31mb", "a0;titleb"),
        (b"a\x1b]0;title", "a0;title"),
        (b"a\x1b]0;title\x1b", "a0;title"),
        (b"a\x9dtitle", "atitle"),
        (b"a\x1b[31", "a"),
        (b"a\x1b", "a"),
    ]);
}

#[test]
fn what_is_removed_leaves_no_sequence_behind() {
    stripped(&[
        (b"\x9b\x1b[m31mX", "31mX"),
        (b"\x9b3\x1b[m1mX", "31mX"),
        (b"\x9b\t31mX", r"\t31mX"),
        (b"\x9b\x9b31m31mX", "31mX"),
        (b"\x1b\x9b\x1b[m[31mX", "[31mX"),
        (b"\x1b]0;t\x9b31mX\n", r"0;t31mX\n"),
        (b"\x1b]0;t\x9b31mX", "0;t31mX"),
        (b"\x9d\x9d\x1b[m0;t\x07X", r"0;t\x07X"),
        (b"\xc2\x1b[m\x9b31mX", r"\xc2X"),
    ]);
    // Nor does what is overwritten.
    assert_eq!(clean(BOTH, b"\xe2\x9b31m\rX\n"), r"X31m\n");
    assert_eq!(clean(BOTH, b" 31m\r\x9b\n"), r" 31m\n");
    // Where sequences are not removed, nothing is.
    let input = b"\x9b\x1b[m31m \x9d\x9b \xc3\n";
    assert_eq!(clean(COLLAPSE, input), input.escape_ascii().to_string());
}

#[test]
fn a_string_of_eight_kibibytes_is_a_sequence_and_a_longer_one_is_text() {
    let text = vec![b'x'; 8192];
    let whole = [b"a\x1b]", &text[..8189], b"\x07b"].concat();
    assert_eq!(clean(STRIP, &whole), "ab");
    let whole = [b"a\x1b]", &text[..8188], b"\x1b\\b"].concat();
    assert_eq!(clean(STRIP, &whole), "ab");
    let longer = [b"a\x1b]", &text[..8190], b"\x07b"].concat();
    assert_eq!(clean(STRIP, &longer), format!("a{}\\x07b", "x".repeat(8190)));
    // Where it is broken off, a character may be in the middle.
    let longer = [b"a\x1b]", &text[..8188], "盛1m".as_bytes()].concat();
    assert_eq!(clean(STRIP, &longer), format!("a{}\\xe7\\x9b\\x9b1m", "x".repeat(8188)));
    let digits = [b"a\x1b[", vec![b'1'; 9000].as_slice(), b"mb"].concat();
    assert_eq!(clean(STRIP, &digits), format!("a{}mb", "1".repeat(810)));
}

#[test]
fn what_is_held_back_is_bounded() {
    for start in [&b"\x1b]"[..], b"\x1bP", b"\x9f", b"\x1b[", b"\r", b"\x1b]\r"] {
        for what in [STRIP, COLLAPSE, BOTH] {
            let mut cleaner = Cleaner::new(what, b'\n', 100).unwrap();
            let mut passed = 0;
            cleaner.clean(start, &mut |piece| passed += piece.len());
            for _ in 0..1000 {
                cleaner.clean(&[b' '; 100], &mut |piece| passed += piece.len());
                assert!(cleaner.pending().concat().len() <= 8192 + 100);
            }
            assert!(passed >= 100_000 - 2 * 8192 - 100, "{what:?} {start:?}: {passed}");
        }
    }
}

#[test]
fn carriage_returns_before_a_line_end_are_removed() {
    collapsed(&[("a\r\nb\r\r\n\r\nc\n", "a\nb\n\nc\n"), ("a\r\n", "a\n"), ("\r", ""), ("50%\r", "50%")]);
    assert_eq!(clean_with(COLLAPSE, 0, 2048, b"a\rb\r\0c\rd\r\ne\0"), r"b\x00d\ne\x00");
    assert_eq!(clean_with(COLLAPSE, b'\r', 2048, b"a\rb\r\n"), r"a\rb\r\n");
}

#[test]
fn later_text_takes_the_place_of_earlier_text() {
    collapsed(&[
        ("10%\r20%\r30%", "30%"),
        ("loading\rdone\n", "doneing\n"),
        ("loading\rdone   \n", "done   \n"),
        ("漢字\ra\n", "a 字\n"),
        ("漢字\rabc\n", "abc \n"),
        ("abc\r漢\n", "漢c\n"),
        ("a漢\r字\n", "字 \n"),
        ("e\u{301}t\ra\n", "at\n"),
        ("a\tb\rcc\n", "cc\tb\n"),
        ("abcdefgh!\r\t.\n", "abcdefgh.\n"),
        ("ab\r\tc\n", "ab\tc\n"),
        ("\tb\r12345678\n", "12345678b\n"),
    ]);
}

#[test]
fn erasing_in_the_line_is_carried_out_and_gone() {
    collapsed(&[
        ("progress 100%\r\x1b[Kdone\n", "done\n"),
        ("progress 100%\x1b[2K\rdone\n", "done\n"),
        ("progress 100%\x1b[1K\rdone\n", "done\n"),
        ("progress 100%\r\x1b[Jdone\n", "done\n"),
        ("progress 100%\r\x1b[2K\n", "\n"),
        ("ab\rc\x1b[Kd\n", "cd\n"),
        ("abc\ra\x1b[1Kx\n", " xc\n"),
        ("abc\x1b[2Kx\n", "   x\n"),
        ("\x1b[01;31m\x1b[Kmatch\x1b[m\x1b[K\n", "\x1b[01;31mmatch\x1b[m\n"),
    ]);
}

#[test]
fn moves_to_the_first_column_are_carriage_returns() {
    collapsed(&[
        ("⠙\x1b[1G\x1b[0K⠹\x1b[G\x1b[0K", ""),
        ("50%\x1b[1000D51%\n", "51%\n"),
        ("50%\x1b[3D51%\n", "51%\n"),
        ("50%\x1b[1`51%\n", "51%\n"),
        ("50%\x08\x08\x08\x0851%\n", "51%\n"),
    ]);
}

#[test]
fn moves_within_the_line_are_followed() {
    collapsed(&[
        ("0/8\x08\x08\x081/8\x08\x08\x08done\n", "done\n"),
        ("N\x08NA\x08AME _\x08x\n", "NAME x\n"),
        ("50%\x1b[2D1\n", "51%\n"),
        ("50%\x1b[2G1\n", "51%\n"),
        ("50%\x1b[2`1\n", "51%\n"),
        ("50%\r\x1b[C1\n", "51%\n"),
        ("50%\r\x1b[0C1\n", "51%\n"),
        ("abc\x08\x08\n", "abc\n"),
        ("abc\x08\x08\x1b[Kd\n", "ad\n"),
        ("abc\x08\x08\x1b[1Kd\n", " dc\n"),
        ("漢字\x1b[Db\n", "漢 b\n"),
        ("漢字\x08\x08\x08\x08a\n", "a 字\n"),
        ("e\u{301}t\x08\x08a\n", "at\n"),
    ]);
}

#[test]
fn a_move_past_the_end_leaves_blanks_if_something_is_written_there() {
    collapsed(&[
        ("Starting\x1b[20G[  OK  ]\r\n", "Starting           [  OK  ]\n"),
        ("a\x1b[3Cb\n", "a   b\n"),
        ("a\x1b[3C\n", "a\n"),
        ("a\x1b[9C\x1b[5Db\n", "a    b\n"),
        ("a\x1b[9C\rb\n", "b\n"),
        ("a\x1b[3C\tb\n", "a       b\n"),
        ("\x1b[31ma\x1b[3C\x1b[mb\n", "\x1b[31ma   \x1b[mb\n"),
    ]);
    // No terminal is so wide.
    let wide = clean(COLLAPSE, b"a\x1b[999999999999999999999Cb\n");
    assert_eq!(wide, format!("a{}b\\n", " ".repeat(998)));
    let again = clean(COLLAPSE, &[&b"x".repeat(1500)[..], b"\x1b[Cy\n"].concat());
    assert_eq!(again, format!("{}y\\n", "x".repeat(1500)));
}

#[test]
fn a_move_into_a_tab_makes_blanks_of_what_is_left_of_the_cursor() {
    collapsed(&[
        ("\tx\x08\x08\x08y\n", "      y\tx\n"),
        ("\tx\x1b[Gy\n", "y\tx\n"),
        ("\tx\x1b[3Gy\n", "  y\tx\n"),
        ("\tx\x1b[8Gy\n", "       yx\n"),
        ("\tx\x1b[3G\n", "\tx\n"),
    ]);
}

#[test]
fn a_line_keeps_its_sequences_until_it_is_rewritten() {
    collapsed(&[
        ("\x1b[32mok\x1b[0m\n", "\x1b[32mok\x1b[0m\n"),
        ("\x1b[32mok\x1b[0m\r\n", "\x1b[32mok\x1b[0m\n"),
        ("\x1b[32mok\r\x1b[0m\n", "\x1b[32mok\x1b[0m\n"),
        ("\x1b[32m50%\x1b[0m\r\x1b[32m51%\x1b[0m\r\n\x1b[32mok\n", "51%\n\x1b[32mok\n"),
        ("\x1b[31mERROR\x1b[0m\rok\n", "okROR\n"),
        ("\x1b[31mno\x08\n", "no\n"),
        ("\x1b[31mno\x1b[2K\x1b[mx\n", "  x\n"),
    ]);
}

#[test]
fn what_has_no_width_stays_with_the_character_before_it() {
    collapsed(&[
        ("\u{feff}text\rm\n", "\u{feff}mext\n"),
        ("\x0750%\r\x0760%\r\x0770%\n", "\x0770%\n"),
        ("ab\x07c\x08\x08d\n", "adc\n"),
        ("ab\x1b[5C\x07\n", "ab     \x07\n"),
    ]);
}

#[test]
fn the_bytes_of_a_broken_character_are_one_character() {
    assert_eq!(clean(COLLAPSE, b"a\xff\xe6\xbcb\r12\n"), r"12\xe6\xbcb\n");
    assert_eq!(clean(COLLAPSE, b"a\xe6\xbcb\r12\n"), r"12b\n");
    // More of it may come, so it stands apart.
    assert_eq!(clean(COLLAPSE, b"abc\r\xe6\xbc"), r"abc\xe6\xbc");
    assert_eq!(clean(COLLAPSE, b"abc\r\xe6\xbc\n"), r"\xe6\xbcbc\n");
}

#[test]
fn what_is_added_is_counted() {
    let added = |input: &[u8]| {
        let mut cleaner = Cleaner::new(BOTH, b'\n', 8).unwrap();
        cleaner.clean(input, &mut |_| {});
        cleaner.added_bytes()
    };
    assert_eq!(added(b"\x1b[31ma\rb\n"), 0);
    assert_eq!(added(b"\x1b[5Ga\n"), 4);
    assert_eq!(added(b"123456789\ra\n"), 1);
    let mut cleaner = Cleaner::new(BOTH, b'\n', 8).unwrap();
    cleaner.clean(b"\x1b[5Ga", &mut |_| {});
    cleaner.reset();
    assert_eq!(cleaner.added_bytes(), 0);
}

#[test]
fn a_million_updates_leave_one() {
    let updates: [&[u8]; 4] = [
        b"\r\x1b[K\x1b[32m  50%\x1b[0m done",
        b"  50% done\x08\x08\x08\x08\x08\x08\x08\x08\x08\x08",
        b"\x1b[1G  50% done\x07",
        b"\x1b[2K\x1b[G  50% done",
    ];
    for update in updates {
        let mut cleaner = Cleaner::new(BOTH, b'\n', 100).unwrap();
        for _ in 0..1_000_000 {
            cleaner.clean(update, &mut |piece| panic!("{piece:?} is not final"));
        }
        let pending = cleaner.pending().concat();
        assert_eq!(pending.strip_suffix(b"\x07").unwrap_or(&pending), b"  50% done");
    }
}

#[test]
fn a_line_that_does_not_fit_passes_and_its_carriage_returns_end_it() {
    let clean = |input: &[u8]| clean_with(BOTH, b'\n', 4, input);
    assert_eq!(clean(b"abcd\rx\n"), r"xbcd\n");
    assert_eq!(clean(b"abcde\rx\n"), r"abcde\nx\n");
    assert_eq!(clean(b"abcde\r\n"), r"abcde\n");
    assert_eq!(clean(b"abcde\rx\ry\n"), r"abcde\ny\n");
    assert_eq!(clean(b"abcde\rx\rabcde\ry\n"), r"abcde\nabcde\ny\n");
    // A line that is rewritten and outgrows the buffer ends where it does.
    assert_eq!(clean("abcd\r漢漢\n".as_bytes()), "abcd\n漢漢\n".as_bytes().escape_ascii().to_string());
    assert_eq!(clean("abcd\ra漢\r!\n".as_bytes()), "abcd\n! \n".as_bytes().escape_ascii().to_string());
    assert_eq!(clean(b"abcd\re\x1b[K\n"), r"e\n");
    // Other moves, and erasing, do nothing in it.
    assert_eq!(clean(b"abcdef\x1b[2Dx\x1b[2C\x1b[3Gy\x1b[2K\x1b[1K\x1b[Kz\n"), r"abcdefxyz\n");
    assert_eq!(clean(b"abcdef\x08x\n"), r"abcdef\x08x\n");
    assert_eq!(clean(b"abcdef\x1b[Gx\n"), r"abcdef\nx\n");
    assert_eq!(clean_with(COLLAPSE, 0, 4, b"abcde\rx\0"), r"abcde\x00x\x00");
}

#[test]
fn text_without_escapes_and_carriage_returns_is_untouched() {
    let text = "tab\tbell\x07back space é漢😀e\u{301}\u{200d}\x7f\0\n\n  \n\u{9b}K".as_bytes();
    let text = [text, b"\xff\xfe\xe6\xbc\n\x80\xa0", &b"long ".repeat(1000)].concat();
    for what in [STRIP, COLLAPSE, BOTH, Cleaning::default()] {
        for delimiter in [b'\n', 0, b'x'] {
            assert_eq!(clean_with(what, delimiter, 64, &text), text.escape_ascii().to_string());
        }
    }
}

#[test]
fn nothing_to_clean_cleans_nothing() {
    let text = b"a\r\x1b[31mb\x1b]";
    assert_eq!(clean(Cleaning::default(), text), text.escape_ascii().to_string());
}
