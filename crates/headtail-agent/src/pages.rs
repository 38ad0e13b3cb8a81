//! Man pages and completions of all words, made from the tables of options. `make pages` writes them; without
//! `HEADTAIL_WRITE_PAGES` the test compares, and fails where they are stale.

#[path = "../../../src/cli/options/mod.rs"]
#[expect(dead_code, reason = "the parser needs more of it")]
mod options;

use std::path::Path;
use std::{env, fs};

use clap::{Command, CommandFactory};
use clap_complete::{Shell, generate};

use self::options::HelpStyle;
use crate::CommandLine;

/// The pages that have a source in `man/src`, and the words whose options they list.
const PAGES: [(&str, &[&str]); 5] = [
    ("headtail", &[]),
    ("headtail-run", &["run"]),
    ("headtail-ps", &["ps"]),
    ("headtail-serve", &["serve"]),
    ("headtail-mcp", &["mcp"]),
];

/// Where the options go in a source.
const PLACE: &str = ".\\\" OPTIONS\n";

/// Words as one tree, as it looks from a shell, each with its options alone: generators take operands for words, or offer their
/// placeholders.
fn tree() -> Command {
    let words = CommandLine::command();
    let filter = options::filter(HelpStyle::Headings);
    let tree = Command::new("headtail").args(filter.get_arguments().filter(|arg| !arg.is_positional()));
    let mut tree = tree
        .about("Keep both ends of what is read")
        .version("0")
        .disable_help_flag(true)
        .disable_version_flag(true)
        .subcommand(options::run(HelpStyle::Headings).name("run"))
        .subcommands(words.get_subcommands());
    for word in tree.get_subcommands_mut() {
        *word = word.clone().disable_help_subcommand(true);
    }
    let mut tree = tree.disable_help_subcommand(true);
    tree.build();
    tree
}

fn page(source: &str, words: &[&str]) -> String {
    let tree = tree();
    let command = words.iter().fold(&tree, |command, word| command.find_subcommand(word).expect("a word"));
    let mut text = options_of(command, true);
    for verb in command.get_subcommands().filter(|_| !words.is_empty()) {
        let usage = verb.clone().render_usage().to_string();
        let usage = usage.trim_start_matches("Usage: ").replace('-', "\\-");
        let about = verb.get_about().map(ToString::to_string).unwrap_or_default();
        text += &[".SS ", &usage, "\n", &about, ".\n", &options_of(verb, false)].concat();
    }
    source.replace(PLACE, &text)
}

/// The options of `command` under subheadings; those that all verbs have where `with_global` is set.
fn options_of(command: &Command, with_global: bool) -> String {
    let command = command.clone().mut_args(|arg| {
        let is_hidden = arg.is_positional() || arg.is_global_set() && !with_global;
        let arg = arg.hide(is_hidden).hide_short_help(false);
        if !arg.get_action().takes_values() {
            return arg;
        }
        // In a sentence: the list would take six lines.
        let values = arg.get_possible_values();
        let values: Vec<_> = values.iter().map(clap::builder::PossibleValue::get_name).collect();
        match arg.get_help().map(ToString::to_string) {
            Some(help) if !values.is_empty() => {
                let help = format!("{help}: {}", values.join(", "));
                arg.hide_possible_values(true).help(help)
            }
            _ => arg,
        }
    });
    let mut text = Vec::new();
    clap_mangen::Man::new(command).render_options_section(&mut text).expect("memory takes everything");
    let text = String::from_utf8(text).expect("a page is text").replace(r"\*(Aq", r"\(aq");
    let lines = text.lines().filter_map(|line| match line.strip_prefix(".SH ") {
        Some("OPTIONS") => None,
        Some(heading) => Some(format!(".SS {}{}", &heading[..1], heading[1..].to_lowercase())),
        None => Some(line.to_owned()),
    });
    // The first two define what was replaced.
    lines
        .filter(|line| !line.starts_with(".ie") && !line.starts_with(".el") && !line.is_empty())
        .map(|line| line + "\n")
        .collect()
}

fn completion(shell: Shell) -> String {
    let mut script = Vec::new();
    let mut tree = tree();
    generate(shell, &mut tree, "headtail", &mut script);
    let script = String::from_utf8(script).expect("a script is text");
    let run = tree.find_subcommand("run").expect("a word");
    let with_values = run.get_opts().filter(|arg| !arg.is_require_equals_set()).flat_map(|arg| {
        let short = arg.get_short().map(|short| format!("-{short}"));
        short.into_iter().chain(arg.get_long().map(|long| format!("--{long}")))
    });
    let with_values: Vec<_> = with_values.collect();
    match shell {
        Shell::Bash => {
            let (function, _) =
                script.split_once("\nif [[ \"${BASH_VERSINFO[0]}\" -eq 4").expect("where it is registered");
            format!("{function}{}", BASH.replace("OPTIONS", &with_values.join("|")))
        }
        Shell::Zsh => {
            // A first word that is none of these is a file; so are all after that.
            let script = script.replace(
                "    _describe -t commands 'headtail commands' commands \"$@\"\n",
                "    _describe -t commands 'headtail commands' commands \"$@\"\n    _files\n",
            );
            let state = "        case $line[1] in\n";
            script.replacen(
                state,
                &format!("{state}            (^(run|ps|serve|mcp)) _files && ret=0 ;;\n"),
                1,
            )
        }
        _ => {
            // An option whose value is being typed has none yet.
            let script = script.replace("-- $cmd 2>/dev/null", "-- $cmd '' 2>/dev/null");
            let script = script.replace("if set -q argv[1]", "if test -n \"$argv[1]\"");
            // A word that is none of these is a file.
            let script = script.replace("needs_command\" -f -a", "needs_command\" -a");
            format!("{script}{}", FISH.replace("OPTIONS", &with_values.join(" ")))
        }
    }
}

/// Words after a command are its own, and those of the filter are files, which `-o default` completes.
const BASH: &str = include_str!("../../../completions/src/headtail.bash");
const FISH: &str = include_str!("../../../completions/src/headtail.fish");

#[test]
fn pages_and_completions_are_those_of_the_options() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let check = |path: String, text: String| {
        let path = root.join(path);
        if env::var_os("HEADTAIL_WRITE_PAGES").is_some() {
            fs::write(&path, text).expect("a file to write");
        } else if fs::read_to_string(&path).ok().as_ref() != Some(&text) {
            panic!("{} is stale: run `make pages`", path.display());
        }
    };
    for (name, words) in PAGES {
        let source = fs::read_to_string(root.join(format!("man/src/{name}.1"))).expect("a source");
        assert!(source.contains(PLACE), "{name} has no place for options");
        check(format!("man/{name}.1"), page(&source, words));
    }
    for (shell, name) in
        [(Shell::Bash, "headtail.bash"), (Shell::Zsh, "_headtail"), (Shell::Fish, "headtail.fish")]
    {
        check(format!("completions/{name}"), completion(shell));
    }
}
