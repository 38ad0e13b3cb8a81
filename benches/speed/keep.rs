//! How fast lines are looked for, beside the tools that are made for it.

use std::io;
use std::process::Stdio;

use crate::sample::Sample;
use crate::shapes::Shape;
use crate::{pipe, run, table};

/// The tools, with `PROGRAM` for ours, and what they need beside it. None of the inputs has the word, so that each of them
/// reads to the end; that grep finds nothing is not a failure.
const TOOLS: [(&str, &str, &[&str]); 6] = [
    ("headtail", "sh", &["PROGRAM"]),
    ("headtail --keep error", "sh", &["PROGRAM", "--keep", "error"]),
    ("grep -n error", "grep", &["sh", "-c", "grep -n error || [ $? = 1 ]"]),
    ("grep -n error, LC_ALL=C", "grep", &["sh", "-c", "LC_ALL=C grep -n error || [ $? = 1 ]"]),
    ("rg -n error", "rg", &["sh", "-c", "rg -n error || [ $? = 1 ]"]),
    ("tee >(grep error) \\| tail", "bash", &["bash", "-c", "tee >(grep error >&2) | tail -c 16384"]),
];

const SHAPES: [Shape; 3] = [Shape::Log, Shape::LinesOf3K, Shape::LinesOf1M];

/// GiB a second of each tool with one shape; none of a tool that is not installed.
pub(crate) struct Row {
    shape: Shape,
    rates: [Vec<f64>; TOOLS.len()],
}

/// Measures every tool with text and with long lines.
pub(crate) fn measure(program: &str, rounds: usize, total: usize) -> io::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for shape in SHAPES {
        let mut row = Row { shape, rates: Default::default() };
        for _ in 0..rounds {
            for ((_, needed, words), rates) in TOOLS.iter().zip(&mut row.rates) {
                if run::time(&["sh", "-c", "command -v \"$0\"", needed], Stdio::null()).is_ok() {
                    let words: Vec<&str> =
                        words.iter().map(|word| if *word == "PROGRAM" { program } else { *word }).collect();
                    rates.push(pipe::rate(shape, total, &words)?);
                }
            }
        }
        println!("{:15} {}", shape.name(), cells(&row).join("  "));
        rows.push(row);
    }
    Ok(rows)
}

fn cells(row: &Row) -> Vec<String> {
    let cell = |rates: &Vec<f64>| {
        if rates.is_empty() {
            String::from("not installed")
        } else {
            rates.iter().copied().collect::<Sample>().to_string()
        }
    };
    row.rates.iter().map(cell).collect()
}

/// The results as Markdown.
pub(crate) fn text(rows: &[Row]) -> String {
    let mut text = String::from(
        "## Lines that matter from the middle\n\nGiB a second from the same producer. `--keep` is to be as fast as GNU grep and within a \
         quarter of ripgrep, though it cuts, clips and counts as well.\n\n",
    );
    text += &table::header(&[&["input"], &TOOLS.map(|(name, ..)| name)[..]].concat());
    for row in rows {
        text += &table::row([row.shape.name().to_owned()].into_iter().chain(cells(row)));
    }
    text
}
