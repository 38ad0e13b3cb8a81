//! What people read who don't know the program yet: help, version, and hints where hands slip.

use crate::support::{Place, assert_run, headtail};
use crate::tmux::Tmux;

fn help(args: &[&str], columns: &str) -> String {
    let output = headtail(args).env("COLUMNS", columns).output().expect("the program can be started");
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).expect("the help is text")
}

fn widest(text: &str) -> usize {
    text.lines().map(|line| line.chars().count()).max().unwrap_or_default()
}

#[test]
fn the_short_help_fits_a_terminal_of_24_rows_and_80_columns() {
    for args in [&["-h"][..], &["run", "-h"]] {
        let help = help(args, "200");
        assert!(help.lines().count() <= 24 && widest(&help) <= 80, "{help}");
        for part in ["\nUsage: ", "\nExamples:\n", "\nOptions:\n  "] {
            assert!(help.contains(part), "{part:?} is missing in\n{help}");
        }
    }
}

#[test]
fn the_long_help_has_every_option_under_a_heading() {
    let common = ["\n\nLimits:\n", "\n\nCuts:\n", "\n\nCleaning:\n", "\n\nOutputs:\n", "\n\nInformation:\n"];
    for (args, own) in [
        (&["--help"][..], &["\n\nCommands:\n"][..]),
        (&["run", "--help"], &["\n\nCommand:\n", "\n\nTime:\n"]),
    ] {
        let help = help(args, "200");
        assert!(widest(&help) <= 80, "{help}");
        assert!(!help.contains("\n\nOptions:\n"), "options without a heading:\n{help}");
        for part in common.iter().chain(own).chain(&[
            "-L, --max-line <SIZE>\n",
            "-z, --zero-terminated\n",
            "--head <SIZE>\n",
        ]) {
            assert!(help.contains(part), "{part:?} is missing in\n{help}");
        }
    }
}

#[test]
fn help_is_wrapped_to_a_narrower_terminal() {
    let options = help(&["--help"], "60");
    let (_, options) = options.split_once("\n\nLimits:\n").expect("the options");
    assert!(widest(options) <= 60, "{options}");
}

#[test]
fn the_commands_are_listed() {
    let help = help(&["-h"], "80");
    for word in ["run", "ps", "serve", "mcp"] {
        assert!(help.contains(&format!("\n  {word} ")), "{word} is missing in\n{help}");
    }
}

#[test]
fn the_version_is_the_package_s_and_on_request_says_what_was_built() {
    let version = env!("CARGO_PKG_VERSION");
    assert_run(&mut headtail(&["-V"]), format!("headtail {version}\n"), "", 0);
    let output = headtail(&["--version"]).output().expect("the program can be started");
    let text = String::from_utf8(output.stdout).expect("text");
    let lines: Vec<_> = text.lines().collect();
    assert!(lines[0].starts_with(&format!("headtail {version}")), "{text}");
    assert!(lines[1].starts_with("target: ") && lines[2].starts_with("features: "), "{text}");
    assert_eq!((lines.len(), output.status.code()), (3, Some(0)), "{text}");
}

#[test]
fn options_of_other_programs_get_a_hint() {
    let cases = [
        ("-5", "-5", "for 5 lines of each end, use '-n 5'"),
        ("-120", "-1", "for 120 lines of each end, use '-n 120'"),
        ("-H9", "-H", "for the start, use '--head SIZE' or '--head-lines N'"),
        ("-T", "-T", "for the end, use '--tail SIZE' or '--tail-lines N'"),
        ("-f", "-f", "to follow a file, use 'tail -f FILE | headtail --live'"),
    ];
    for (word, argument, hint) in cases {
        let error = |usage, help| {
            format!(
                "error: unexpected argument '{argument}' found\n\n  tip: {hint}\n\n\
                 Usage: {usage}\n\nFor more information, try '{help}'.\n"
            )
        };
        let filter = error("headtail [OPTIONS] [FILE]...", "--help");
        assert_run(&mut headtail(&[word]), "", &filter, 2);
        let run = error("headtail run [OPTIONS] [--] COMMAND [ARG]...", "headtail run --help");
        assert_run(&mut headtail(&["run", word, "true"]), "", &run, 2);
    }
}

#[test]
fn an_option_with_a_slip_gets_the_one_that_is_like_it() {
    let error = "error: unexpected argument '--haed' found\n\n  tip: a similar argument exists: '--head'\n\n\
                 Usage: headtail --head <SIZE> [FILE]...\n\nFor more information, try '--help'.\n";
    assert_run(&mut headtail(&["--haed=5"]), "", error, 2);
}

#[test]
fn a_size_in_the_wrong_case_gets_a_hint() {
    let cases = [("16kb", "16K", "16kB"), ("2Mib", "2M", "2MB"), ("7g", "7G", "7GB")];
    for (size, binary, decimal) in cases {
        let error = format!(
            "error: invalid value '{size}' for '--head <SIZE>': not a whole number with an optional suffix such \
             as b, kB, K, KiB, MB, M or MiB\n\n  tip: '{binary}' counts in powers of 1024, '{decimal}' in powers \
             of 1000\n\nFor more information, try '--help'.\n"
        );
        assert_run(&mut headtail(&["--head", size]), "", &error, 2);
    }
}

#[test]
fn a_missing_file_with_the_name_of_a_command_gets_a_hint_and_one_that_is_there_is_read() {
    let place = Place::new();
    let error = |what: &str| {
        format!(
            "error: there is no file {what}\n\nUsage: headtail [OPTIONS] [FILE]...\n\n\
             For more information, try '--help'.\n"
        )
    };
    let run = error("'run' to read; to run a command, write 'run' first: 'headtail run [OPTIONS] COMMAND'");
    assert_run(&mut place.headtail(&["-q", "run", "make"]), "", &run, 2);
    let help = error("'help' to read; for help, write 'headtail --help' or 'headtail run --help'");
    assert_run(&mut place.headtail(&["help"]), "", &help, 2);
    place.write("run", "text\n");
    place.write("help", "text\n");
    assert_run(&mut place.headtail(&["-q", "run", "help"]), "text\ntext\n", "", 0);
}

#[test]
fn a_command_that_only_a_shell_knows_gets_a_hint() {
    let cases: [(&[&str], &str); 5] = [
        (&["true | false"], "true | false: No such file or directory (to have a shell run it, use --shell)"),
        (&["cd", "/"], "cd: No such file or directory (to have a shell run it, use --shell)"),
        (&["A=b", "true"], "A=b: No such file or directory (to set a variable, use --env NAME=VALUE)"),
        (&["no such program", "x"], "no such program: No such file or directory"),
        (&["no-such-program"], "no-such-program: No such file or directory"),
    ];
    for (words, message) in cases {
        assert_run(headtail(&["run"]).args(words), "", &format!("headtail: {message}\n"), 127);
    }
}

#[test]
fn on_a_bare_terminal_it_says_what_it_waits_for() {
    let Some(tmux) = Tmux::start() else { return };
    tmux.enter("clear; $HEADTAIL");
    let hint = "headtail: reading what is typed until Ctrl-D; see also headtail --help";
    tmux.wait_for(|screen| screen.ends_with(hint));
    tmux.run(&["send-keys", "C-d"]);
    tmux.wait_for(|screen| screen.ends_with("\n$"));
}
