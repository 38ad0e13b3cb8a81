//! Where cuts may fall.

/// Where the head may end and the tail may start.
///
/// ```
/// use headtail::{Align, HeadTail, Limits, Marker};
///
/// let cut = |align| {
///     let limits = Limits::new().head(4).tail(4).align(align);
///     assert_eq!(limits.get_align(), align);
///     let mut buffer = HeadTail::with_marker(limits, Marker::parse(b"[..]")?)?;
///     buffer.push("1\n2é and so on\nend".as_bytes());
///     Ok::<_, headtail::Error>(buffer.snapshot().to_vec())
/// };
/// assert_eq!(cut(Align::Byte)?, b"1\n2\xC3[..]\nend");
/// assert_eq!(cut(Align::Char)?, b"1\n2[..]\nend");
/// assert_eq!(cut(Align::Line)?, b"1\n[..]end");
/// # Ok::<(), headtail::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Align {
    /// Anywhere.
    Byte,
    /// Not inside a UTF-8 character.
    Char,
    /// Between lines. An end that no line ends or starts in is cut as with [`Char`](Self::Char).
    #[default]
    Line,
}
