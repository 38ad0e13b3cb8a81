//! How many instructions the commonest paths take: a number that a busy machine does not change.

use std::io;
use std::process::{Command, Stdio};

use crate::shapes::{LENGTH, Shape};
use crate::{run, table};

const PATHS: [(Shape, &[&str]); 10] = [
    (Shape::Log, &[]),
    (Shape::Log, &["--strip-ansi"]),
    (Shape::Log, &["--collapse-cr"]),
    (Shape::Log, &["--plain"]),
    (Shape::LinesOf3K, &[]),
    (Shape::NoNewline, &[]),
    (Shape::ColouredLog, &["--strip-ansi"]),
    (Shape::ColouredLog, &["--plain"]),
    (Shape::Progress, &["--collapse-cr"]),
    (Shape::Progress, &["--plain"]),
];

/// Length of the input, in KiB.
const KIB: usize = 16 * LENGTH / 1024;

/// The table as Markdown; without numbers where there is no valgrind.
pub(crate) fn measure(program: &str) -> io::Result<String> {
    let mut text = format!(
        "## Instructions\n\n\
         As `valgrind --tool=callgrind` counts them, for each KiB of a pipe of {} MiB, start included. The system's own, \
         which copies the input, are not among them.\n\n",
        KIB / 1024
    );
    text += &table::header(&["input", "options", "instructions a KiB"]);
    for (shape, options) in PATHS {
        let count = count(program, shape, options)?;
        println!("{:15} {} {count:?} instructions", shape.name(), options.join(" "));
        let cell = count.map_or("–".to_owned(), |count| (count / KIB).to_string());
        text += &table::row([shape.name().to_owned(), options.join(" "), cell].into_iter());
    }
    Ok(text)
}

fn count(program: &str, shape: Shape, options: &[&str]) -> io::Result<Option<usize>> {
    let mut producer = run::producer(&["lend", shape.name(), &(KIB * 1024).to_string()])?;
    let input = producer.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", program]).args(options);
    let output = match valgrind.stdin(input).stdout(Stdio::null()).output() {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // Nobody reads from it any more.
            producer.wait()?;
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    producer.wait()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let count = text.lines().find_map(|line| line.split_once("Collected : "));
    Ok(count.and_then(|(_, count)| count.trim().parse().ok()))
}
