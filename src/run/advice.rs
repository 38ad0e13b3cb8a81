//! Commands that are a detour: they only dump or list files.

use std::process::Command;

const DUMP: &str = "the command only prints files: reading them directly is simpler and omits nothing";
const LIST: &str = "the command only lists files: reading those that matter directly says more";

/// What to do instead of `command`, if it only dumps or lists files.
pub(crate) fn on(command: &Command) -> Option<&'static str> {
    let words: Option<Vec<_>> =
        [command.get_program()].into_iter().chain(command.get_args()).map(|word| word.to_str()).collect();
    match words?.as_slice() {
        // The words of a script that is one plain command.
        [shell, "-c", script] if is_shell(base(shell)) => {
            let is_plain = !script.contains(|char: char| "|&;<>()$`\\\"*?[]{}~#\n".contains(char));
            let words: Vec<_> = script.split_ascii_whitespace().map(|word| word.trim_matches('\'')).collect();
            words.split_first().filter(|_| is_plain).and_then(|(program, args)| on_words(program, args))
        }
        [program, args @ ..] => on_words(program, args),
        [] => None,
    }
}

fn on_words(program: &str, args: &[&str]) -> Option<&'static str> {
    match base(program) {
        "cat" => args.iter().any(|arg| *arg != "-" && (!arg.starts_with('-'))).then_some(DUMP),
        "grep" | "egrep" | "fgrep" => on_search(args, "efmABCdD", false),
        "rg" => on_search(args, "efgtTmABCjMrE", true),
        _ => None,
    }
}

/// A search by `args`, whose options in `with_value` take a value.
fn on_search(args: &[&str], with_value: &str, is_rg: bool) -> Option<&'static str> {
    let search = Search::parse(args, with_value);
    let all_lines = ["", ".*", "^", "$", "^.*$"];
    if search.has(&["l", "L", "files-with-matches", "files-without-match"]) || is_rg && search.has(&["files"])
    {
        return Some(LIST);
    }
    let passes_all = is_rg && search.has(&["passthru", "passthrough", "include-all"]);
    let counts =
        ["c", "q", "o", "m", "v", "count", "quiet", "silent", "only-matching", "max-count", "invert-match"];
    let has_files = !search.operands.is_empty();
    let matches_all = search.pattern.is_some_and(|pattern| all_lines.contains(&pattern));
    (has_files && (passes_all || matches_all) && !search.has(&counts)).then_some(DUMP)
}

/// The command line of a search, as `getopt_long` reads it.
#[derive(Debug, Default)]
struct Search<'a> {
    /// Short and long, without dashes and values.
    options: Vec<&'a str>,
    pattern: Option<&'a str>,
    /// The files.
    operands: Vec<&'a str>,
}

impl<'a> Search<'a> {
    fn parse(args: &[&'a str], with_value: &str) -> Self {
        let mut search = Self::default();
        let mut args = args.iter().copied();
        // One that only options give it.
        let mut pattern = None;
        while let Some(arg) = args.next() {
            if arg == "--" {
                search.operands.extend(args);
                break;
            } else if let Some(option) = arg.strip_prefix("--") {
                let (name, value) =
                    option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
                search.options.push(name);
                match name {
                    "regexp" => pattern = value.or_else(|| args.next()),
                    // Their patterns are in a file.
                    "file" => pattern = value.or_else(|| args.next()).and(Some("file")),
                    _ => {}
                }
            } else if let Some(options) = arg.strip_prefix('-').filter(|options| !options.is_empty()) {
                search.add_short(options, with_value, &mut args, &mut pattern);
            } else {
                search.operands.push(arg);
            }
        }
        if pattern.is_none() && !search.operands.is_empty() {
            pattern = Some(search.operands.remove(0));
        }
        search.pattern = pattern;
        search
    }

    /// A word of short options: the first that takes a value ends it.
    fn add_short(
        &mut self,
        word: &'a str,
        with_value: &str,
        rest: &mut impl Iterator<Item = &'a str>,
        pattern: &mut Option<&'a str>,
    ) {
        for (at, letter) in word.char_indices() {
            let after = at + letter.len_utf8();
            self.options.push(&word[at..after]);
            if with_value.contains(letter) {
                let value = Some(&word[after..]).filter(|value| !value.is_empty()).or_else(|| rest.next());
                match letter {
                    'e' => *pattern = value,
                    'f' => *pattern = value.and(Some("file")),
                    _ => {}
                }
                break;
            }
        }
    }

    fn has(&self, options: &[&str]) -> bool {
        self.options.iter().any(|option| options.contains(option))
    }
}

fn base(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

fn is_shell(program: &str) -> bool {
    ["sh", "bash", "dash", "zsh", "ksh"].contains(&program)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on_line(line: &[&str]) -> Option<&'static str> {
        let mut command = Command::new(line[0]);
        command.args(&line[1..]);
        on(&command)
    }

    #[test]
    fn commands_that_print_whole_files_are_advised_on() {
        let lines: [&[&str]; 16] = [
            &["cat", "FILE"],
            &["/bin/cat", "-n", "FILE", "OTHER"],
            &["sh", "-c", "cat FILE"],
            &["bash", "-c", " cat  'FILE' "],
            &["grep", "", "FILE"],
            &["grep", "-n", "^", "FILE"],
            &["grep", "-ne", ".*", "FILE"],
            &["grep", "-n", "-e.*", "FILE"],
            &["grep", "--regexp=", "FILE"],
            &["grep", "--regexp", "$", "FILE"],
            &["grep", "--", "", "FILE"],
            &["egrep", "^.*$", "FILE"],
            &["rg", "-N", "", "FILE"],
            &["rg", "--passthru", "word", "FILE"],
            &["rg", "--include-all", "word", "FILE"],
            &["sh", "-c", "grep '' FILE"],
        ];
        for line in lines {
            assert_eq!(on_line(line), Some(DUMP), "{line:?}");
        }
    }

    #[test]
    fn commands_that_only_list_files_are_advised_on() {
        let lines: [&[&str]; 6] = [
            &["grep", "-rl", "word", "."],
            &["grep", "-L", "word", "FILE"],
            &["grep", "--files-with-matches", "word", "FILE"],
            &["rg", "--files"],
            &["rg", "-l", "word"],
            &["sh", "-c", "rg -il word src"],
        ];
        for line in lines {
            assert_eq!(on_line(line), Some(LIST), "{line:?}");
        }
    }

    #[test]
    fn other_commands_are_not() {
        let lines: [&[&str]; 22] = [
            &["true"],
            &["cat"],
            &["cat", "-"],
            &["tac", "FILE"],
            &["concatenate", "FILE"],
            &["sh", "-c", "cat FILE | sort"],
            &["sh", "-c", "cat FILE; make"],
            &["sh", "-c", "cat $(ls)"],
            &["sh", "-c", "cat > FILE"],
            &["sh", "-c", ""],
            &["sh", "cat", "FILE"],
            &["grep", "word", "FILE"],
            &["grep", "-n", "word", "FILE"],
            &["grep", "-A", "l", "word", "FILE"],
            &["grep", "-e", "-l", "FILE"],
            &["grep", "-c", "", "FILE"],
            &["grep", "-m1", "", "FILE"],
            &["grep", "-v", "^", "FILE"],
            &["grep", "--", "-l", "FILE"],
            &["grep", "-f", "", "FILE"],
            &["grep"],
            &["rg", "-g", "l", "word"],
        ];
        for line in lines {
            assert_eq!(on_line(line), None, "{line:?}");
        }
    }
}
