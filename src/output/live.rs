//! The view of a result that is still being made.

use std::time::Duration;

use bytes::Buf;
use headtail::{HeadTail, Snapshot};

use crate::io::descriptor::Descriptor;
use crate::output::console::Console;
use crate::output::destination::Destination;
use crate::output::status::{REFRESH, Status};

/// Shows the beginning of a result as soon as it is certain, and then how much streams by.
///
/// It writes to the destination by a non-blocking twin, so that neither a slow reader nor a stopped terminal holds up the
/// input or a command. What is not accepted at once is written later, at the end if need be.
#[derive(Debug)]
pub(crate) struct Live {
    out: Descriptor,
    /// What precedes the result.
    title: Vec<u8>,
    /// Bytes of title and result that were written.
    shown: usize,
    /// Whether the head is all there: nothing more is certain before the end.
    is_complete: bool,
    /// Whether some that are certain were not accepted yet.
    is_behind: bool,
    /// Whether the last of them ended a row, so that the next one is free for the status line.
    at_row_start: bool,
    status: Option<Status>,
}

impl Live {
    /// The view of the next result, which `title` precedes, if `destination` can be written to without a wait.
    pub(crate) fn new(title: String, destination: &Destination, console: &mut Console) -> Option<Self> {
        let out = destination.non_blocking()?;
        let has_status = destination.is_terminal && console.open_status();
        let status = has_status.then(Status::new);
        let title = title.into_bytes();
        Some(Self { out, title, shown: 0, is_complete: false, is_behind: false, at_row_start: true, status })
    }

    /// Whether the next bytes of the input may change what it shows.
    pub(crate) fn is_watched(&self) -> bool {
        self.status.is_some() || !self.is_complete || self.is_behind
    }

    /// How long it may stay as it is while nothing is read.
    pub(crate) fn refresh(&self) -> Option<Duration> {
        let status = self.status.as_ref().and_then(Status::refresh);
        status.into_iter().chain(self.is_behind.then_some(REFRESH)).min()
    }

    /// Writes what became certain, as far as it is accepted. `is_held` while a command has the terminal.
    pub(crate) fn update(
        &mut self,
        kept: &HeadTail,
        path: &[u8],
        is_held: bool,
        destination: &mut Destination,
        console: &mut Console,
    ) {
        if !self.is_complete {
            let head = kept.stable_head_with_path(path);
            self.show(head, destination);
            // With a cap the head may still grow after something is omitted: the marker has its share then.
            if !self.is_behind && kept.snapshot_with_path(path).before_marker() == Some(head.len()) {
                self.end_head(head, destination, console);
            }
        }
        if let Some(status) = &mut self.status
            && self.at_row_start
            && !self.is_behind
            && kept.report().omitted_bytes > 0
        {
            status.update(kept, is_held, console);
        }
    }

    /// Writes what is missing of the result.
    pub(crate) fn finish(
        mut self,
        mut snapshot: Snapshot<&[u8]>,
        destination: &mut Destination,
        console: &mut Console,
    ) {
        destination.put(&self.title[self.shown.min(self.title.len())..], None);
        self.shown = self.shown.saturating_sub(self.title.len());
        if !self.is_complete
            && let Some(before) = snapshot.before_marker()
        {
            let head = snapshot.clone().copy_to_bytes(before);
            destination.put(&head[self.shown.min(before)..], None);
            self.shown = self.shown.max(before);
            self.end_head(&head, destination, console);
        }
        // A file that shrinks is read anew, and may hold less than was shown of it.
        snapshot.advance(self.shown.min(snapshot.remaining()));
        destination.put(b"", Some(snapshot));
    }

    /// Makes what follows the head look plain on a terminal, which a colour that is left on would paint.
    fn end_head(&mut self, head: &[u8], destination: &Destination, console: &mut Console) {
        if destination.is_terminal {
            console.reset_after(head);
        }
        self.is_complete = true;
    }

    /// Writes those bytes of the title and `head` that were not written yet and are accepted at once.
    fn show(&mut self, head: &[u8], destination: &mut Destination) {
        self.is_behind = false;
        for (start, piece) in [(0, &self.title[..]), (self.title.len(), head)] {
            let new = &piece[self.shown.saturating_sub(start).min(piece.len())..];
            let written = destination.put_now(new, &self.out);
            if let Some(last) = new[..written].last() {
                self.shown += written;
                self.at_row_start = *last == b'\n';
            }
            self.is_behind = written < new.len();
            if self.is_behind {
                break;
            }
        }
    }
}
