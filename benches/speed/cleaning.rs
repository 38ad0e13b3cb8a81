//! How fast the options are that need every byte.

use std::{env, io};

use crate::sample::Sample;
use crate::shapes::Shape;
use crate::{pipe, table};

/// Programs that look at every byte and do nothing else, and what they are called in the table.
const FLOORS: [(&str, &str); 3] = [
    ("read and search", "search"),
    ("read, search and check for ASCII", "check"),
    ("read and find sequences", "visit"),
];

/// The options, and what they are called in the table.
const OPTIONS: [(&str, &[&str]); 4] = [
    ("`--strip-ansi`", &["--strip-ansi"]),
    ("`--collapse-cr`", &["--collapse-cr"]),
    ("both", &["--strip-ansi", "--collapse-cr"]),
    ("`-m '{lines}'`", &["-m", "\\n[{lines} lines omitted]\\n"]),
];

/// GiB a second in each round, with one shape.
pub(crate) struct Row {
    shape: Shape,
    dropped: Vec<f64>,
    floors: [Vec<f64>; FLOORS.len()],
    options: [Vec<f64>; OPTIONS.len()],
}

impl Row {
    /// What the least does that an option must do with this shape: search, know that nothing else is there, or find all
    /// sequences.
    fn floor(&self, option: usize) -> &[f64] {
        let is_count = option == OPTIONS.len() - 1;
        let [search, check, visit] = &self.floors;
        match self.shape {
            _ if is_count => search,
            Shape::Log => check,
            _ => visit,
        }
    }
}

/// Measures all options with text, coloured text and lines that are written over. `BASE` in the environment names another
/// binary to measure in the same rounds; what it reaches is only printed.
pub(crate) fn measure(program: &str, rounds: usize, total: usize) -> io::Result<Vec<Row>> {
    let me = &pipe::this_program()?;
    let base = env::var("BASE").ok();
    let mut rows = Vec::new();
    for shape in Shape::CLEANED {
        let rate = |words: &[&str]| pipe::rate(shape, total, words);
        let mut row =
            Row { shape, dropped: Vec::new(), floors: Default::default(), options: Default::default() };
        let mut based = <[Vec<f64>; OPTIONS.len()]>::default();
        for _ in 0..rounds {
            row.dropped.push(rate(&[me, "drop", "1048576"])?);
            for ((_, role), rates) in FLOORS.iter().zip(&mut row.floors) {
                rates.push(rate(&[me, role, "1048576"])?);
            }
            for (option, (_, words)) in OPTIONS.iter().enumerate() {
                row.options[option].push(rate(&[&[program], *words].concat())?);
                if let Some(base) = &base {
                    based[option].push(rate(&[&[base.as_str()], *words].concat())?);
                }
            }
        }
        for (option, (name, _)) in OPTIONS.iter().enumerate() {
            let part = |rates: &[f64]| Sample::ratios(rates, &row.dropped);
            print!("{:15} {name:15} {} of reading and dropping", shape.name(), part(&row.options[option]));
            println!(" (base: {})", part(&based[option]));
        }
        rows.push(row);
    }
    Ok(rows)
}

/// The results as Markdown.
pub(crate) fn text(rows: &[Row]) -> String {
    let mut text = String::from(
        "## Options that need every byte\n\n\
         The same producer, and parts of the same measure. Of a long input, \
         only lines that may be shown are cleaned; of the others it is computed how long they become. Lines with more \
         than colours and ASCII text that is written over are played as a terminal would, which takes longer. In all \
         of them every byte is looked at. *Read and search* is reading and dropping with one `memchr` through each chunk \
         for a byte that is not there; *read, search and check for ASCII* also makes sure that no byte introduces a sequence \
         in another way; *read and find sequences* finds every ESC with `memchr_iter` and the end of its sequence. They \
         show what looking costs, not the least that is possible.\n\n\
         Targets: 0.85 with log text, and 0.9 with `-m`; 0.2 with a coloured log and `--strip-ansi`, 0.1 with \
         `--collapse-cr`; 0.1 with progress lines and `--collapse-cr`, 0.15 with both. Log text is searched and \
         checked, which is the second floor; one pass for both takes as long, as it can only use the vector instructions \
         that every processor has. In progress lines every KiB has 60 sequences and 20 carriage returns: the third floor \
         finds the former and does nothing else.\n\n",
    );
    let floors = FLOORS.map(|(name, _)| name);
    let names = OPTIONS.map(|(name, _)| name);
    text += &table::header(&[&["input"], &floors[..], &names[..]].concat());
    for row in rows {
        let rates = row.floors.iter().chain(&row.options);
        let cells = rates.map(|rates| Sample::ratios(rates, &row.dropped).to_string());
        text += &table::row(std::iter::once(row.shape.name().to_owned()).chain(cells));
    }
    text += "\nThe same as parts of what the least reaches: finding sequences where there are any to find, else searching and \
             checking; searching alone for `-m`.\n\n";
    text += &table::header(&[&["input"], &names[..]].concat());
    for row in rows {
        let cells = (0..OPTIONS.len())
            .map(|option| Sample::ratios(&row.options[option], row.floor(option)).to_string());
        text += &table::row(std::iter::once(row.shape.name().to_owned()).chain(cells));
    }
    text
}
