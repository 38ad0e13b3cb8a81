//! How fast tools read a pipe that never makes them wait.

use std::fmt::Write;
use std::{env, io};

use crate::sample::Sample;
use crate::shapes::Shape;
use crate::{run, table};

/// The tools; the first is the measure of the others.
pub(crate) const TOOLS: [&str; 8] = [
    "read and drop",
    "headtail",
    "read and drop, narrow pipe",
    "cat",
    "tail -c",
    "head -c; tail -c",
    "awk",
    "headtail -m {lines}",
];

/// What is compared with the first of them, and has a target.
pub(crate) const OURS: usize = 1;

/// Least part of the throughput of reading and dropping that is good enough.
const TARGET: f64 = 0.95;

/// Head and tail by lines: what one would write in awk.
const AWK: &str = "NR <= 200 { print } { last[NR % 200] = $0 } \
    END { for (n = NR < 400 ? 201 : NR - 199; n <= NR; n++) print last[n % 200] }";

/// The results with one shape.
pub(crate) struct Row {
    pub(crate) shape: Shape,
    /// GiB a second in each round, for each tool.
    rates: [Vec<f64>; TOOLS.len()],
}

impl Row {
    /// GiB a second of reading and dropping.
    fn ceiling(&self) -> Sample {
        self.rates[0].iter().copied().collect()
    }

    /// The part of the throughput of reading and dropping that `tool` reaches in each round.
    pub(crate) fn ratios(&self, tool: usize) -> Sample {
        Sample::ratios(&self.rates[tool], &self.rates[0])
    }
}

/// Reading and dropping: this program in another role, as it is called.
pub(crate) fn this_program() -> io::Result<String> {
    env::current_exe()?.into_os_string().into_string().map_err(|_| io::ErrorKind::InvalidFilename.into())
}

/// GiB a second that a command reads, of `total` bytes.
pub(crate) fn rate(shape: Shape, total: usize, words: &[&str]) -> io::Result<f64> {
    let mut producer = run::producer(&["lend", shape.name(), &total.to_string()])?;
    let output = producer.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
    let time = run::time(words, output.into())?;
    producer.wait()?;
    Ok(table::float(total) / time.as_secs_f64() / f64::from(1 << 30))
}

/// Measures every tool with every shape.
pub(crate) fn measure(program: &str, rounds: usize, total: usize) -> io::Result<Vec<Row>> {
    let me = &this_program()?;
    let tools: [&[&str]; TOOLS.len()] = [
        &[me, "drop", "1048576"],
        &[program],
        &[me, "drop", "0"],
        &["cat"],
        &["tail", "-c", "16384"],
        &["sh", "-c", "head -c 16384; tail -c 16384"],
        &["awk", AWK],
        &[program, "-m", "\\n[{lines} lines omitted]\\n"],
    ];
    let mut rows = Vec::new();
    for shape in Shape::ALL {
        let mut row = Row { shape, rates: Default::default() };
        for round in 0..rounds {
            for (tool, words) in tools.iter().enumerate() {
                // awk takes long enough to be measured by a part of the input, now and then.
                let is_slow = TOOLS[tool] == "awk";
                if is_slow && round > 1 {
                    continue;
                }
                let total = if is_slow { total / 16 } else { total };
                row.rates[tool].push(rate(shape, total, words)?);
            }
        }
        println!("{:15} {:.1} GiB/s, headtail {} of it", shape.name(), row.ceiling(), row.ratios(OURS));
        rows.push(row);
    }
    Ok(rows)
}

/// The results as Markdown.
pub(crate) fn text(rows: &[Row]) -> String {
    let mut text = String::from(
        "## A pipe\n\n\
         A producer lends its pages to the pipe (`vmsplice`), so that the reader is what is measured. *Read and \
         drop* is a loop that reads with a buffer of 256 KiB, as headtail has, from a pipe widened to 1 MiB, as \
         headtail does, and forgets what it read (the other tools take the pipe as it is). Its column is in \
         GiB/s; the others are parts of what it reached in the same round.\n\n",
    );
    let mut header = vec!["input"];
    header.extend(TOOLS);
    text += &table::header(&header);
    for row in rows {
        let ratios = (1..TOOLS.len()).map(|tool| row.ratios(tool).to_string());
        let cells = [row.shape.name().to_owned(), format!("{:.1}", row.ceiling())];
        text += &table::row(cells.into_iter().chain(ratios));
    }
    let short: Vec<&Row> = rows.iter().filter(|row| row.ratios(OURS).median() < TARGET).collect();
    if short.is_empty() {
        let _ =
            writeln!(text, "\nThe target, {TARGET} of reading and dropping, is reached with every input.");
    } else {
        let names: Vec<&str> = short.iter().map(|row| row.shape.name()).collect();
        let _ = writeln!(
            text,
            "\nBelow the target of {TARGET} in this run: {}. Where a line is longer than a chunk every byte is \
             looked at, to find its end. Elsewhere few are, and the difference is that between two runs.",
            names.join(", ")
        );
    }
    text
}
