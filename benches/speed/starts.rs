//! How long a command takes that does nothing, on its own and in what starts it.

use std::fmt::Write as _;
use std::io;
use std::process::Stdio;
use std::time::Duration;

use crate::sample::Sample;
use crate::{run, table};

/// What starts `true`, with `PROGRAM` for ours. A shell runs its own `true` if it can, and puts the last command in its own
/// place: only with another command after it there are two processes, as with ours.
const WAYS: [(&str, &[&str]); 4] = [
    ("`headtail run -- /bin/true`", &["PROGRAM", "run", "--", "/bin/true"]),
    ("`sh -c true`", &["sh", "-c", "true"]),
    ("`sh -c '/bin/true; true'`", &["sh", "-c", "/bin/true; true"]),
    ("`/bin/true`", &["/bin/true"]),
];

/// The times of all rounds, for each way.
pub(crate) type Times = [Vec<Duration>; WAYS.len()];

/// Measures all ways.
pub(crate) fn measure(program: &str, rounds: usize) -> io::Result<Times> {
    let mut times = Times::default();
    for _ in 0..rounds {
        for ((_, words), times) in WAYS.iter().zip(&mut times) {
            let words: Vec<&str> =
                words.iter().map(|&word| if word == "PROGRAM" { program } else { word }).collect();
            times.push(run::time(&words, Stdio::null())?);
        }
    }
    println!("starts {}", times.each_ref().map(|times| Sample::milliseconds(times).to_string()).join("  "));
    Ok(times)
}

/// The results as Markdown.
pub(crate) fn text(times: &Times) -> String {
    let mut text = String::from("## A command\n\nMilliseconds from the start to the end.\n\n");
    text += &table::header(&["command", "time"]);
    for ((name, _), times) in WAYS.iter().zip(times) {
        text += &table::row([(*name).to_owned(), Sample::milliseconds(times).to_string()].into_iter());
    }
    let seconds = |way: usize| -> Vec<f64> { times[way].iter().map(Duration::as_secs_f64).collect() };
    let _ = writeln!(
        text,
        "\n`headtail run` takes {} of what a shell takes that starts the same process, and {} of what `sh -c true` takes, \
         which starts none. The target of 1.5 for the latter is out of reach as long as the shell itself takes {} for both \
         processes.",
        Sample::ratios(&seconds(0), &seconds(2)),
        Sample::ratios(&seconds(0), &seconds(1)),
        Sample::ratios(&seconds(2), &seconds(1)),
    );
    text
}
