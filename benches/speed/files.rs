//! How long tools take for a file, down to one that is empty: then it is the time to start.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use crate::sample::Sample;
use crate::shapes::Shape;
use crate::{run, table};

/// The tools, with `FILE` for the file and `PROGRAM` for ours.
const TOOLS: [(&str, &[&str]); 5] = [
    ("headtail", &["PROGRAM", "FILE"]),
    ("true", &["/bin/true"]),
    ("tail -c", &["tail", "-c", "16384", "FILE"]),
    ("head -c; tail -c", &["sh", "-c", "head -c 16384 FILE; tail -c 16384 FILE"]),
    ("cat", &["cat", "FILE"]),
];

/// Largest file that is read from end to end.
const MOST_READ: u64 = 1 << 30;

/// The times of all rounds, for each tool; none for a tool that would read too much.
pub(crate) struct Row {
    name: &'static str,
    times: [Vec<Duration>; TOOLS.len()],
}

/// What the file is.
enum Content {
    Text(u64),
    /// Text at both ends and a hole between them.
    Ends(u64),
}

impl Content {
    fn len(&self) -> u64 {
        match self {
            Self::Text(len) | Self::Ends(len) => *len,
        }
    }

    fn write(&self, path: &Path) -> io::Result<()> {
        let text = Shape::Log.text();
        let mut file = File::create(path)?;
        let (start, end) = match self {
            Self::Text(len) => (*len, 0),
            Self::Ends(len) => (text.len() as u64, len - text.len() as u64),
        };
        let mut left = start;
        while left > 0 {
            let len = usize::try_from(left).unwrap_or(usize::MAX).min(text.len());
            file.write_all(&text[..len])?;
            left -= len as u64;
        }
        if end > 0 {
            file.seek(SeekFrom::Start(end))?;
            file.write_all(&text)?;
        }
        file.set_len(self.len())
    }
}

/// Measures every tool with every file.
pub(crate) fn measure(program: &str, rounds: usize) -> io::Result<Vec<Row>> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("file");
    let contents = [
        ("empty", Content::Text(0)),
        ("log text, 1 MiB", Content::Text(1 << 20)),
        ("log text, 1 GiB", Content::Text(1 << 30)),
        ("log text at both ends, 64 GiB", Content::Ends(64 << 30)),
    ];
    let mut rows = Vec::new();
    for (name, content) in contents {
        content.write(&path)?;
        let row = Row { name, times: times(program, &path, content.len(), rounds)? };
        println!("{name:30} {}", cells(&row).join("  "));
        rows.push(row);
    }
    Ok(rows)
}

fn times(program: &str, path: &Path, len: u64, rounds: usize) -> io::Result<[Vec<Duration>; TOOLS.len()]> {
    let path = path.to_str().ok_or(io::ErrorKind::InvalidFilename)?;
    let mut times: [Vec<Duration>; TOOLS.len()] = Default::default();
    for round in 0..rounds {
        for ((name, words), times) in TOOLS.iter().zip(&mut times) {
            let reads_all = *name == "cat" && len > 1 << 20;
            if reads_all && (round > 5 || len > MOST_READ) {
                continue;
            }
            let words: Vec<String> =
                words.iter().map(|word| word.replace("FILE", path).replace("PROGRAM", program)).collect();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            times.push(run::time(&words, Stdio::null())?);
        }
    }
    Ok(times)
}

fn cells(row: &Row) -> Vec<String> {
    row.times.iter().map(|times| Sample::milliseconds(times).to_string()).collect()
}

/// The results as Markdown.
pub(crate) fn text(rows: &[Row]) -> String {
    let mut text = String::from(
        "## A file\n\nMilliseconds. An empty file shows what it takes to start; `true` does nothing else.\n\n",
    );
    let mut header = vec!["file"];
    header.extend(TOOLS.map(|(name, _)| name));
    text += &table::header(&header);
    for row in rows {
        text += &table::row([row.name.to_owned()].into_iter().chain(cells(row)));
    }
    let seconds = |row: usize, tool: usize| -> Vec<f64> {
        rows[row].times[tool].iter().map(Duration::as_secs_f64).collect()
    };
    let _ = writeln!(
        text,
        "\nStarting takes {} of what `tail -c` takes (target: at most 1) and {} of what `true` takes. A file of 64 GiB \
         takes {} of what an empty one takes (target: at most 2). A file whose lines are too long to find the start of one \
         is read whole.",
        Sample::ratios(&seconds(0, 0), &seconds(0, 2)),
        Sample::ratios(&seconds(0, 0), &seconds(0, 1)),
        Sample::ratios(&seconds(3, 0), &seconds(0, 0)),
    );
    text
}
