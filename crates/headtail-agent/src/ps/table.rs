//! The table of processes, for people: 80 columns wide.

use std::sync::LazyLock;
use std::time::Duration;

use headtail_agent::{Process, State, Timestamp};

/// Columns that are left for the command.
const COMMAND: usize = 80 - (16 + 2 + 8 + 2 + 6 + 2 + 5 + 2 + 6 + 2);

/// The first line.
pub(super) static HEADER: LazyLock<String> =
    LazyLock::new(|| line("ID", "STATE", "STATUS", "TIME", "OUTPUT", "COMMAND"));

/// The line of a process: `TIME` is how long it has run, or ran.
pub(super) fn row(process: &Process, now: Timestamp) -> String {
    let status = match process.state {
        State::Running | State::Lost => "-".into(),
        State::Exited(code) => code.to_string(),
        State::Signaled(signal) => signal.to_string().trim_start_matches("SIG").to_owned(),
    };
    let time = match (process.is_running(), process.wall_duration) {
        (true, _) => short_time(now.since(process.started_at)),
        (false, Some(wall)) => short_time(wall),
        (false, None) => "-".into(),
    };
    let output = short_size(process.output_bytes);
    let command = fit(&process.command);
    line(process.id.as_str(), process.state.name(), &status, &time, &output, &command)
}

fn line(id: &str, state: &str, status: &str, time: &str, output: &str, command: &str) -> String {
    format!("{id:<16}  {state:<8}  {status:<6}  {time:>5}  {output:>6}  {command}\n")
}

/// A length of time in five columns.
fn short_time(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{:.1}s", time.as_secs_f64()),
        10..100 => format!("{seconds}s"),
        100..6000 => format!("{}m", seconds / 60),
        6000..172_800 => format!("{}h", seconds / 3600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// A number of bytes in six columns.
fn short_size(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["K", "M", "G", "T", "P", "E"];
    if bytes < 1024 {
        return bytes.to_string();
    }
    let mut unit = 0;
    let mut rest = bytes;
    while rest >= 1024 * 1024 {
        rest /= 1024;
        unit += 1;
    }
    // Tenths are cut off, so that nothing seems larger than it is.
    format!("{}.{}{}", rest / 1024, rest % 1024 * 10 / 1024, UNITS[unit])
}

/// A command in one line, not wider than its column.
fn fit(command: &str) -> String {
    let mut text = String::new();
    let mut width = 0;
    for char in command.chars() {
        let shown: String = if char.is_control() { char.escape_default().collect() } else { char.into() };
        // Some characters take two columns; none takes more.
        let columns = if shown.is_ascii() { shown.len() } else { 2 };
        if width + columns > COMMAND {
            while width > COMMAND - 3 {
                width -= text.pop().map_or(width, |char| if char.is_ascii() { 1 } else { 2 });
            }
            text.push_str("...");
            break;
        }
        text.push_str(&shown);
        width += columns;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_fit_their_columns() {
        for seconds in [0, 9, 10, 99, 100, 5999, 6000, 172_799, 172_800, 86_400 * 9999] {
            assert!(short_time(Duration::from_secs(seconds)).len() <= 5, "{seconds}");
        }
        assert_eq!(short_time(Duration::from_millis(1250)), "1.2s");
        for power in 0..64 {
            assert!(short_size(1 << power).len() <= 6 && short_size((1 << power) - 1).len() <= 7, "{power}");
        }
        assert_eq!(
            [1023, 1024, 1536, 1 << 20, u64::MAX].map(short_size),
            ["1023", "1.0K", "1.5K", "1.0M", "15.9E"]
        );
    }

    #[test]
    fn commands_are_cut_to_one_line_of_their_column() {
        assert_eq!(fit("make"), "make");
        assert_eq!(fit("a\nb\tc"), r"a\nb\tc");
        let long = fit(&"x".repeat(100));
        assert_eq!((long.len(), long.ends_with("x...")), (COMMAND, true));
        assert_eq!(fit(&"x".repeat(COMMAND)), "x".repeat(COMMAND));
        let wide = fit(&"你".repeat(100));
        assert!(wide.ends_with("你...") && wide.chars().count() <= COMMAND / 2 + 2);
    }
}
