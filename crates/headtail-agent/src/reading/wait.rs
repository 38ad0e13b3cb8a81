//! Waiting for output: whether a read is to be answered, and why.

use std::time::Instant;

use super::held::Held;
use super::search::Search;
use crate::model::{Match, Query, Reason, Refusal, Wait};

/// A read and its wait.
#[derive(Debug)]
pub(crate) struct Pending {
    pub(crate) query: Query,
    /// Present while a pattern is looked for.
    search: Option<Search>,
    pub(crate) found: Option<Match>,
    /// When it was asked for.
    since: Instant,
}

/// What is known of the process when it is asked whether a wait is over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) now: Instant,
    pub(crate) is_running: bool,
    /// Length of the output.
    pub(crate) total: u64,
    /// When the last output came, or the process was started.
    pub(crate) last_output: Instant,
}

impl Pending {
    /// Begins the wait; searches what is held.
    pub(crate) fn new(query: Query, held: &Held<'_>, now: Instant) -> Result<Self, Refusal> {
        if query.after > held.total() {
            return Err(Refusal::PastEnd { end: held.total() });
        }
        let search = match &query.wait {
            Wait::Match(pattern) => Some(Search::new(pattern, query.after)?),
            _ => None,
        };
        let mut read = Self { query, search, found: None, since: now };
        read.look(held);
        Ok(read)
    }

    /// Searches what has come.
    pub(crate) fn look(&mut self, held: &Held<'_>) {
        if self.found.is_none()
            && let Some(search) = &mut self.search
        {
            self.found = search.advance(held);
        }
    }

    /// Whether `look` has anything to do.
    pub(crate) fn is_searching(&self) -> bool {
        self.search.is_some() && self.found.is_none()
    }

    /// Why it is to be answered now, if it is.
    pub(crate) fn reason(&self, moment: &Moment) -> Option<Reason> {
        if self.query.wait == Wait::None {
            return Some(Reason::None);
        }
        let has_output = self.query.wait == Wait::Output && moment.total > self.query.after;
        let is_idle = self.idle_at(moment.last_output).is_some_and(|at| at <= moment.now);
        let is_late = self.since.checked_add(self.query.timeout).is_some_and(|at| at <= moment.now);
        [
            (self.found.is_some(), Reason::Match),
            (has_output, Reason::Output),
            (!moment.is_running, Reason::Exit),
            (is_idle, Reason::Idle),
            (is_late, Reason::Timeout),
        ]
        .into_iter()
        .find_map(|(holds, reason)| holds.then_some(reason))
    }

    /// When it will have been idle for long enough, if nothing more comes.
    fn idle_at(&self, last_output: Instant) -> Option<Instant> {
        match self.query.wait {
            Wait::Idle(time) => self.since.max(last_output).checked_add(time),
            _ => None,
        }
    }

    /// When to look again although nothing has come.
    pub(crate) fn deadline(&self, last_output: Instant) -> Option<Instant> {
        let timeout = self.since.checked_add(self.query.timeout);
        timeout.into_iter().chain(self.idle_at(last_output)).min()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::reading::Output;

    fn read(query: Query, output: &[u8], since: Instant) -> Pending {
        let mut held = Output::new(100, 1000).expect("memory");
        held.push(output);
        held.with_held(|held| Pending::new(query, held, since)).expect("a read")
    }

    #[test]
    fn of_several_reasons_the_first_in_order_is_given() {
        let since = Instant::now();
        let second = Duration::from_secs(1);
        let moment = |seconds, is_running| Moment {
            now: since + second * seconds,
            is_running,
            total: 5,
            last_output: since + second,
        };
        let query = |wait| Query::new().wait(wait).timeout(second * 10);
        let found = read(query(Wait::Match("b".into())), b"a\nb\nc", since);
        assert_eq!(found.reason(&moment(60, false)), Some(Reason::Match));
        let unfound = read(query(Wait::Match("x".into())), b"a\nb\nc", since);
        assert_eq!(unfound.reason(&moment(60, false)), Some(Reason::Exit));
        assert_eq!(unfound.reason(&moment(60, true)), Some(Reason::Timeout));
        assert_eq!(unfound.reason(&moment(9, true)), None);
        let output = read(query(Wait::Output), b"a\nb\nc", since);
        assert_eq!(output.reason(&moment(60, false)), Some(Reason::Output));
        let idle = read(query(Wait::Idle(second * 3)), b"a\nb\nc", since);
        assert_eq!(idle.reason(&moment(3, true)), None, "the last output came a second after the call");
        assert_eq!(idle.reason(&moment(4, true)), Some(Reason::Idle));
        assert_eq!(idle.reason(&moment(60, true)), Some(Reason::Idle));
        assert_eq!(idle.reason(&moment(60, false)), Some(Reason::Exit));
        let none = read(query(Wait::None), b"a\nb\nc", since);
        assert_eq!(none.reason(&moment(60, false)), Some(Reason::None));
    }

    #[test]
    fn an_offset_past_the_end_is_refused() {
        let held = Output::new(100, 1000).expect("memory");
        let refused = held.with_held(|held| Pending::new(Query::new().after(1), held, Instant::now()));
        assert_eq!(refused.expect_err("an error"), Refusal::PastEnd { end: 0 });
    }
}
