//! The completions, in the shells that they are for.

use std::path::Path;

use crate::program::Program;
use crate::support::{Place, assert_run, skip};

/// `name` with `args`, where the repository is; `None` where there is no such shell.
fn shell(name: &str, args: &[&str]) -> Option<Program> {
    if !Program::new(name).args(["-c", "exit 0"]).succeeds() {
        skip(&format!("there is no {name}"));
        return None;
    }
    let mut shell = Program::new(name);
    shell.args(args).current_dir(Path::new(env!("CARGO_MANIFEST_DIR")));
    Some(shell)
}

#[test]
fn bash_completes_values_commands_files_and_leaves_a_command_its_words() {
    let script = r#"
        . completions/headtail.bash
        # Stands for the completions of other programs.
        _command_offset() { COMPREPLY=("offset $1"); }
        complete_line() {
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
            _headtail_words headtail "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
            echo "${*:2}: ${COMPREPLY[*]}"
        }
        complete_line headtail --al
        complete_line headtail --align ''
        complete_line headtail r
        complete_line headtail file ''
        complete_line headtail run --align l
        complete_line headtail run --timeout 5s --ti
        complete_line headtail run --timeout 5s comm
        complete_line headtail run --head = 5 comm
        complete_line headtail run -- comm --al
        complete_line headtail run comm --al
        complete_line headtail ps output --wait ''
        complete_line headtail ps start --timeout 5s -- comm --al"#;
    let expected = "--al: --align\n--align : byte char line\nr: run\nfile : \nrun --align l: line\n\
                    run --timeout 5s --ti: --timeout\nrun --timeout 5s comm: offset 4\nrun --head = 5 comm: offset 5\n\
                    run -- comm --al: offset 3\nrun comm --al: offset 2\nps output --wait : exit output match idle\n\
                    ps start --timeout 5s -- comm --al: offset 6\n";
    let Some(mut bash) = shell("bash", &["--norc", "-c", script]) else { return };
    assert_run(&mut bash, expected, "", 0);
}

#[test]
fn fish_completes_values_commands_files_and_leaves_a_command_its_words() {
    let script = r#"
        source completions/headtail.fish
        complete -c comm -l own
        function comm; end
        for line in "--al" "--align " "-n 3 --align=l" "mc" "Cargo.t" "run --align l" "run -- comm --o" "ps output --wait o"
            echo "$line:" (complete -C "headtail $line" | string replace -r "\t.*" "")
        end"#;
    let expected = "--al: --align\n--align : byte char line\n-n 3 --align=l: --align=line\nmc: mcp\n\
                    Cargo.t: Cargo.toml\nrun --align l: line\nrun -- comm --o: --own\nps output --wait o: output\n";
    let Some(mut fish) = shell("fish", &["--no-config", "-c", script]) else { return };
    let home = Place::new();
    assert_run(fish.env("HOME", home.path("")), expected, "", 0);
}

#[test]
fn zsh_completes_values_commands_files_and_leaves_a_command_its_words() {
    // Each line is typed at a terminal, and read until what is to be added stands there: a wrong answer runs out of time.
    let script = r#"
        zmodload zsh/zpty
        zpty shell zsh -f -i
        expect() { zpty -r -m shell REPLY "*$1*" || exit 1 }
        zpty -w shell "fpath=(\$PWD/completions \$fpath); autoload -U compinit; compinit -u -D; stty columns 200"
        zpty -w shell "_comm() { compadd from-comm }; compdef _comm comm; bindkey '^I' complete-word; echo read''y"
        expect ready
        complete_line() { zpty -w -n shell "headtail $1"$'\t'; expect "$2"; echo "$1"; zpty -w -n shell $'\x15' }
        complete_line "--max-" "line"
        complete_line "--align c" "har"
        complete_line "Cargo.t" "oml"
        complete_line "run --align l" "ine"
        complete_line "run -- comm " "from-comm"
        complete_line "ps output --wait ou" "tput"
        zpty -d shell"#;
    let expected = "--max-\n--align c\nCargo.t\nrun --align l\nrun -- comm \nps output --wait ou\n";
    let Some(mut zsh) = shell("zsh", &["-f", "-c", script]) else { return };
    assert_run(zsh.env("TERM", "xterm"), expected, "", 0);
}
