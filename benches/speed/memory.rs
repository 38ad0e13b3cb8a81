//! How much memory the program has at most.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::process::{Command, Stdio};

use crate::shapes::Shape;
use crate::{run, table};

/// KiB at most.
pub(crate) struct Row {
    input: String,
    peak: u64,
}

/// Most KiB that are good enough.
const TARGET: u64 = 4 << 10;

/// Measures with inputs of all sizes.
pub(crate) fn measure(program: &str) -> io::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for shape in [Shape::Log, Shape::NoNewline] {
        for (name, len) in [("1 MiB", 1_u64 << 20), ("1 GiB", 1 << 30), ("64 GiB", 64 << 30)] {
            let mut producer = run::producer(&["lend", shape.name(), &len.to_string()])?;
            let output = producer.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
            rows.push(Row {
                input: format!("{}, {name}, pipe", shape.name()),
                peak: peak(program, output.into())?,
            });
            producer.wait()?;
        }
    }
    let directory = tempfile::tempdir()?;
    let file = directory.path().join("file");
    for (name, len) in [("1 MiB", 1_u64 << 20), ("1 GiB", 1 << 30), ("64 GiB", 64 << 30)] {
        File::create(&file)?.set_len(len)?;
        let name = format!("a hole, {name}, file");
        rows.push(Row { input: name, peak: peak(program, File::open(&file)?.into())? });
    }
    for row in &rows {
        println!("{:30} {} KiB", row.input, row.peak);
    }
    Ok(rows)
}

fn peak(program: &str, input: Stdio) -> io::Result<u64> {
    let mut child = Command::new(std::env::current_exe()?)
        .args(["peak", program])
        .stdin(input)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut text = String::new();
    child.stderr.take().ok_or(io::ErrorKind::BrokenPipe)?.read_to_string(&mut text)?;
    child.wait()?;
    text.trim().parse().map_err(io::Error::other)
}

/// The results as Markdown.
pub(crate) fn text(rows: &[Row]) -> String {
    let mut text = String::from("## Memory\n\nThe most that was resident, with default limits.\n\n");
    text += &table::header(&["input", "KiB"]);
    for row in rows {
        text += &table::row([row.input.clone(), row.peak.to_string()].into_iter());
    }
    let most = rows.iter().map(|row| row.peak).max().unwrap_or(0);
    let _ = writeln!(text, "\nAt most {most} KiB (target: less than {TARGET}).");
    text
}
