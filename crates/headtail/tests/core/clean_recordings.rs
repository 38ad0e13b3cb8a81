//! What real programs wrote to a terminal, cleaned to what a person would want to read.

use headtail::{Cleaner, Cleaning};

/// Checks that `raw` cleans to `expected`, however it is cut.
fn check(raw: &[u8], expected: &str) {
    let what = Cleaning::new().strip_ansi(true).collapse_cr(true);
    for size in [1, 2, 3, 7, 100, 4096, raw.len()] {
        let mut cleaner = Cleaner::new(what, b'\n', 2048).unwrap();
        let mut text = Vec::new();
        raw.chunks(size).for_each(|piece| cleaner.clean(piece, &mut |out| text.extend_from_slice(out)));
        text.extend(cleaner.pending().concat());
        assert_eq!(String::from_utf8(text).unwrap(), expected, "in pieces of {size}");
    }
}

/// Checks that a terminal shows `expected` for `raw`, trailing blanks aside.
fn check_terminal(raw: &[u8], expected: &str) {
    let rows = u16::try_from(expected.lines().count() + 1).unwrap();
    let mut terminal = vt100::Parser::new(rows.try_into().unwrap(), 400.try_into().unwrap(), 0);
    terminal.process(raw);
    let lines =
        |text: &str| text.trim_end().lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
    let expected = expected.lines().map(expand).collect::<Vec<_>>().join("\n");
    assert_eq!(lines(&terminal.screen().contents()), lines(&expected));
}

/// Tabs as blanks.
fn expand(line: &str) -> String {
    let parts: Vec<_> =
        line.split('\t').map(|part| format!("{part:0$}", part.chars().count() / 8 * 8 + 8)).collect();
    parts.concat()
}

macro_rules! recordings {
    ($($test:ident: $name:literal $(, $on_terminal:ident)?;)*) => { $(
        #[test]
        fn $test() {
            let raw = include_bytes!(concat!("../fixtures/terminal/", $name, ".raw"));
            let expected = include_str!(concat!("../fixtures/terminal/", $name, ".txt"));
            check(raw, expected);
            $($on_terminal(raw, expected);)?
        }
    )* };
}

recordings! {
    cargo_build_reads_without_its_progress_bar: "cargo", check_terminal;
    pip_install_reads_with_its_bars_at_the_end: "pip", check_terminal;
    npm_install_reads_without_its_spinner: "npm", check_terminal;
    pytest_reads_without_its_colours: "pytest", check_terminal;
    git_clone_reads_with_its_last_counts: "git", check_terminal;
    mke2fs_reads_without_its_counters: "mke2fs", check_terminal;
    apt_update_reads_without_its_percentages: "apt", check_terminal;
    boot_messages_read_with_their_results_in_a_column: "boot", check_terminal;
    libfuzzer_reads_as_it_is: "libfuzzer", check_terminal;
    // Its rows above the last are not followed.
    docker_pull_reads_without_its_layers: "docker";
}
