//! Compares the program with others, side by side in one run: `make bench`.
//!
//! Prints what it measures, and writes `benches/RESULTS.md` and `benches/results.svg`. Every tool gets the same
//! input from the fastest producer there is, one tool after the other, round by round. `ROUNDS` (20) and `MIB`
//! (1024, the input of a round) in the environment make it longer or shorter; `HEADTAIL` names another binary to measure
//! than the one that cargo builds for the benchmark. Arguments name the parts to measure, for example `cleaning starts`:
//! these are printed alone, and no file is written.

mod chart;
mod cleaning;
mod every;
mod files;
mod instructions;
mod keep;
mod memory;
mod pipe;
mod roles;
mod run;
mod sample;
mod shapes;
mod starts;
mod table;

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    if let Some(result) = roles::play(&args) {
        return result;
    }
    run::settle(run::Cpu::Measured);
    let directory = tempfile::tempdir()?;
    // As it is installed: the linker leaves the file in small pieces in the system's memory, which shows.
    let built = env::var("HEADTAIL").unwrap_or_else(|_| env!("CARGO_BIN_EXE_headtail").to_owned());
    let program = directory.path().join("headtail");
    fs::copy(built, &program)?;
    let program = program.to_str().ok_or(io::ErrorKind::InvalidFilename)?;
    let rounds = number("ROUNDS", 20);
    let total = number("MIB", 1024) << 20;
    let parts: Vec<&str> = args.iter().map(String::as_str).filter(|arg| !arg.starts_with('-')).collect();
    for part in &parts {
        let text = match *part {
            "pipe" => pipe::text(&pipe::measure(program, rounds, total)?),
            "cleaning" => cleaning::text(&cleaning::measure(program, rounds, total)?),
            "keep" => keep::text(&keep::measure(program, rounds, total)?),
            "every" => every::text(&every::measure(program, rounds, total)?),
            "files" => files::text(&files::measure(program, rounds * 10)?),
            "starts" => starts::text(&starts::measure(program, rounds * 10)?),
            "memory" => memory::text(&memory::measure(program)?),
            "instructions" => instructions::measure(program)?,
            _ => return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("no such part: {part}"))),
        };
        println!("{text}");
    }
    if !parts.is_empty() {
        return Ok(());
    }
    let pipe = pipe::measure(program, rounds, total)?;
    let cleaning = cleaning::measure(program, rounds, total)?;
    let keep = keep::measure(program, rounds, total)?;
    let every = every::measure(program, rounds, total)?;
    let files = files::measure(program, rounds * 10)?;
    let starts = starts::measure(program, rounds * 10)?;
    let memory = memory::measure(program)?;
    let instructions = instructions::measure(program)?;
    let benches = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches");
    let text = [
        run::machine(program, rounds),
        pipe::text(&pipe),
        cleaning::text(&cleaning),
        keep::text(&keep),
        every::text(&every),
        files::text(&files),
        starts::text(&starts),
        memory::text(&memory),
        instructions,
    ];
    fs::write(benches.join("RESULTS.md"), text.join("\n"))?;
    fs::write(benches.join("results.svg"), chart::draw(&pipe))
}

fn number(name: &str, default: usize) -> usize {
    env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}
