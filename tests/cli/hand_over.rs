//! Words that the program hands over to `headtail-agent`.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::program::Program;
use crate::support::{PROGRAM, Place, assert_run};

/// A copy of the program in a directory of its own, `bin`, so that no agent is beside it.
fn installed(place: &Place) -> Program {
    let bin = place.path("bin");
    fs::create_dir_all(&bin).expect("a directory");
    // By another process: one that had it open for writing could keep it from being executed.
    let copied = Program::new("cp").arg(PROGRAM).arg(&bin).output().expect("cp");
    assert!(copied.status.success());
    let mut program = Program::new(bin.join("headtail"));
    program.current_dir(place.path(""));
    program
}

/// An agent in `directory` that prints its arguments and exits with 7.
fn install_agent(place: &Place, directory: &str) {
    fs::create_dir_all(place.path(directory)).expect("a directory");
    let name = format!("{directory}/headtail-agent");
    place.write(&name, &format!("#!/bin/sh\necho '{directory}:' \"$@\"\nexit 7\n"));
    fs::set_permissions(place.path(&name), fs::Permissions::from_mode(0o755)).expect("a mode");
}

#[test]
fn the_agent_beside_the_program_is_given_all_arguments() {
    let place = Place::new();
    install_agent(&place, "bin");
    install_agent(&place, "path");
    for word in ["ps", "serve", "mcp"] {
        let mut program = installed(&place);
        program.env("PATH", format!("{}:/usr/bin:/bin", place.path("path").display()));
        assert_run(
            program.args([word, "--help", "-c", "x y"]),
            format!("bin: {word} --help -c x y\n"),
            "",
            7,
        );
    }
}

#[test]
fn without_one_the_agent_of_the_path_is_taken() {
    let place = Place::new();
    let mut program = installed(&place);
    install_agent(&place, "path");
    program.env("PATH", format!("{}:/usr/bin:/bin", place.path("path").display()));
    assert_run(program.args(["ps", "--all"]), "path: ps --all\n", "", 7);
}

#[test]
fn where_there_is_no_agent_that_is_said() {
    let place = Place::new();
    let message = "headtail: headtail-agent: neither beside this program nor on PATH\n";
    assert_run(installed(&place).env("PATH", "/nonexistent").arg("ps"), "", message, 1);
}

#[test]
fn a_file_of_such_a_name_is_given_by_its_path() {
    let place = Place::new();
    place.write("ps", "text\n");
    assert_run(&mut place.headtail(&["./ps"]), "text\n", "", 0);
    assert_run(&mut place.headtail(&["-q", "ps"]), "text\n", "", 0);
}

#[test]
fn the_program_and_the_agent_beside_it_are_installed_elsewhere_without_a_shell() {
    let place = Place::new();
    install_agent(&place, "bin");
    fs::create_dir(place.path("to")).expect("a directory");
    // A program that is there is replaced.
    place.write("to/headtail", "old");
    assert_run(installed(&place).args(["install-to", "to"]), "", "", 0);
    for name in ["headtail", "headtail-agent"] {
        let (from, to) = (place.path(&format!("bin/{name}")), place.path(&format!("to/{name}")));
        assert!(fs::read(&from).expect("a file") == fs::read(&to).expect("a file"), "{name} differs");
        assert_eq!(to.metadata().expect("a file").permissions().mode() & 0o777, 0o755, "{name}");
    }
    assert_eq!(fs::read_dir(place.path("to")).expect("a directory").count(), 2);
    let missing = "headtail: nowhere: No such file or directory\n";
    assert_run(installed(&place).args(["install-to", "nowhere"]), "", missing, 1);
}
