//! What the inputs look like.

/// Length of the text that is repeated: small enough to stay in the processor's cache, so that the reader is
/// what is measured.
pub(crate) const LENGTH: usize = 1 << 20;

/// A kind of input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Log,
    OneByteLines,
    Newlines,
    TwoByteLines,
    LinesOf3K,
    LinesOf1M,
    NoNewline,
    Random,
    ColouredLog,
    Progress,
}

impl Shape {
    pub(crate) const ALL: [Self; 8] = [
        Self::Log,
        Self::OneByteLines,
        Self::Newlines,
        Self::TwoByteLines,
        Self::LinesOf3K,
        Self::LinesOf1M,
        Self::NoNewline,
        Self::Random,
    ];

    /// What there is for cleaning to do: nothing, colours, lines that are written over.
    pub(crate) const CLEANED: [Self; 3] = [Self::Log, Self::ColouredLog, Self::Progress];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Log => "log text",
            Self::OneByteLines => "one-byte lines",
            Self::Newlines => "only newlines",
            Self::TwoByteLines => "two-byte lines",
            Self::LinesOf3K => "3 KB lines",
            Self::LinesOf1M => "1 MB lines",
            Self::NoNewline => "no newline",
            Self::Random => "random bytes",
            Self::ColouredLog => "coloured log",
            Self::Progress => "progress lines",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().chain(Self::CLEANED).find(|shape| shape.name() == name)
    }

    /// `LENGTH` bytes that are repeated to make the input.
    pub(crate) fn text(self) -> Vec<u8> {
        match self {
            Self::Log => log("INFO"),
            Self::OneByteLines => b"x\n".repeat(LENGTH / 2),
            Self::Newlines => vec![b'\n'; LENGTH],
            Self::TwoByteLines => b"xy\n".iter().copied().cycle().take(LENGTH).collect(),
            Self::LinesOf3K => lines_of(3000),
            Self::LinesOf1M => lines_of(LENGTH),
            Self::NoNewline => vec![b'x'; LENGTH],
            Self::ColouredLog => log("\x1b[1m[\x1b[32mINFO\x1b[0m]"),
            Self::Progress => progress(),
            Self::Random => {
                let mut numbers = Numbers(1);
                (0..LENGTH / 8).flat_map(|_| numbers.next().to_le_bytes()).collect()
            }
        }
    }
}

/// Lines of 40 to 160 bytes, as a busy program writes them.
fn log(level: &str) -> Vec<u8> {
    let words =
        "request served cache miss connection from upstream timeout retry user session closed GET /index";
    let words: Vec<&str> = words.split(' ').collect();
    let mut numbers = Numbers(1);
    let mut text = Vec::with_capacity(LENGTH + 200);
    while text.len() < LENGTH {
        let id = numbers.next();
        let mut line = format!("2026-01-02T03:04:{:02}.{:06}Z {level} ", id % 60, id % 1_000_000);
        for _ in 0..=numbers.next() % 15 {
            line.push_str(words[numbers.below(words.len())]);
            line.push(' ');
        }
        line.push_str("id=");
        line.push_str(&(id % 100_000).to_string());
        line.push('\n');
        text.extend(line.into_bytes());
    }
    text.truncate(LENGTH);
    text
}

/// Lines that are written over twenty times each, in colour, and erased before.
fn progress() -> Vec<u8> {
    let mut text = Vec::with_capacity(LENGTH + 2000);
    while text.len() < LENGTH {
        for percent in (5..=100).step_by(5) {
            let bar = "=".repeat(percent / 5);
            text.extend(format!("\r\x1b[K\x1b[32mdownloading\x1b[0m [{bar:20}] {percent:3}%").into_bytes());
        }
        text.push(b'\n');
    }
    text.truncate(LENGTH);
    text
}

fn lines_of(length: usize) -> Vec<u8> {
    (1..=LENGTH).map(|position| if position % length == 0 { b'\n' } else { b'x' }).collect()
}

/// The same numbers in every run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap_or(0)
    }
}
