//! Tables in Markdown.

/// The first two rows: names, and a line under them. The first column is text, the others are numbers.
pub(crate) fn header(names: &[&str]) -> String {
    let line = std::iter::once("---").chain(names.iter().skip(1).map(|_| "---:"));
    row(names.iter().copied().map(String::from)) + &row(line.map(String::from))
}

pub(crate) fn row(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.collect();
    format!("| {} |\n", cells.join(" | "))
}

/// A count that is only shown.
#[allow(clippy::cast_precision_loss)]
pub(crate) fn float(count: usize) -> f64 {
    count as f64
}
