//! A bound on the whole output, and how head and tail share it.

/// Most bytes of the output, and how head and tail share them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Cap {
    pub(crate) bytes: usize,
    pub(crate) split: Split,
}

/// The ratio in which head and tail share a [`cap`](crate::Limits::cap).
///
/// ```
/// use headtail::Split;
///
/// assert!(Split::new(20, 80).is_some());
/// assert!(Split::new(0, 0).is_none());
/// assert_ne!(Split::new(20, 80), Some(Split::EVEN));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Split {
    head: u32,
    tail: u32,
}

impl Split {
    /// Half each.
    pub const EVEN: Self = Self { head: 1, tail: 1 };

    /// `head` parts for the head, `tail` parts for the tail; `None` if both are 0.
    #[must_use]
    pub const fn new(head: u32, tail: u32) -> Option<Self> {
        if head == 0 && tail == 0 { None } else { Some(Self { head, tail }) }
    }

    /// The head's part of `bytes`, rounded down. Never shrinks as `bytes` grows, nor does what it leaves.
    pub(crate) const fn head_share(self, bytes: usize) -> usize {
        let parts = self.head as u128 + self.tail as u128;
        // At most `bytes`, so it fits.
        #[allow(clippy::cast_possible_truncation)]
        let share = (bytes as u128 * self.head as u128 / parts) as usize;
        share
    }
}
