//! The tools.

use std::time::Duration;

use headtail_agent::{Answer, Error, Filter, Id, Query, Reason, Refusal, Wait, check_pattern};
use rmcp::RoleServer;
use rmcp::model::ProgressNotificationParam;
use rmcp::service::RequestContext;
use serde_json::{Value, json};
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

use super::answer::{self, Told};
use super::arguments::Arguments;
use super::call_error::CallError;
use super::caller::Subject;
use super::execute::{Execute, PAUSE};
use super::options::Settings;

/// How long a process may take to read its input, and to answer it.
const INPUT: Duration = Duration::from_secs(2);
/// What `wait` calls idle.
const IDLE: Duration = Duration::from_secs(1);
/// How often a client hears that a call goes on.
const PROGRESS: Duration = Duration::from_secs(5);
/// Most processes that are listed: more would tell a model nothing.
const LISTED: usize = 50;

/// One call of a tool.
pub(super) struct Call<'a> {
    pub(super) settings: &'a Settings,
    /// Cancelled when nobody will ask for anything more: waits are over then.
    pub(super) closing: &'a CancellationToken,
    pub(super) subject: Subject,
    pub(super) context: &'a RequestContext<RoleServer>,
}

impl Call<'_> {
    pub(super) async fn execute(&self, arguments: Arguments) -> Result<Told, CallError> {
        let Execute { start, stdin, query, is_background, is_brief } =
            Execute::read(arguments, self.settings)?;
        let processes = &self.subject.processes;
        let started = match processes.start(start, self.settings.admit).await {
            Ok(started) => started,
            Err(Error::Refused(_, Refusal::Start { reason, .. })) => return Ok(Told::not_started(reason)),
            Err(error) => return Err(error.into()),
        };
        let id = started.process.id;
        if let Some((text, stays_open)) = stdin.filter(|_| started.is_new) {
            self.feed(id, text, !stays_open);
        }
        let answer = match self.wait(id, query).await {
            Err(CallError::Cancelled) if started.is_new && !is_background => {
                // Where it has ended meanwhile, nothing is left to do.
                let _ = processes.client().signal(id, "terminate").await;
                return Err(CallError::Cancelled);
            }
            answer => answer?,
        };
        let remark = (!started.is_new).then(|| "The key was known: this process was started before.".into());
        let told = Told::read(answer, remark);
        Ok(if is_brief { told.not_waited() } else { told })
    }

    /// Writes to the standard input of a process that was just started, for as long as it takes it.
    fn feed(&self, id: Id, text: String, eof: bool) {
        // This holds no process: it may go on when the client has gone.
        let client = self.subject.processes.client().clone();
        // It fails where the process has ended, and then nothing is left to do.
        tokio::spawn(
            async move { client.input(id, text.as_bytes(), eof, None, crate::values::FOR_EVER).await },
        );
    }

    pub(super) async fn output(&self, mut arguments: Arguments) -> Result<Told, CallError> {
        let id = arguments.required_text("process_id")?;
        let after = arguments.number("after")?.unwrap_or_default();
        let wait = arguments.text("wait")?;
        let pattern = arguments.text("match")?;
        let timeout = arguments.time("timeout")?;
        let max_bytes = arguments.number("max_bytes")?;
        let clean = arguments.optional_flag("clean")?.unwrap_or(true);
        arguments.finish()?;
        let wait = match (wait.as_deref(), pattern) {
            (None | Some("match"), Some(pattern)) => {
                check_pattern(&pattern).map_err(|reason| format!("`match`: {reason}"))?;
                Wait::Match(pattern)
            }
            (Some("match"), None) => return Err("`wait` \"match\" needs `match`.".to_owned().into()),
            (_, Some(_)) => return Err("`match` goes with `wait` \"match\" alone.".to_owned().into()),
            (None | Some("exit"), None) => Wait::Exit,
            (Some("output"), None) => Wait::Output,
            (Some("idle"), None) => Wait::Idle(IDLE),
            (Some("none"), None) => Wait::None,
            (Some(other), None) => {
                return Err(format!("`wait` is exit, output, match, idle or none, not \"{other}\".").into());
            }
        };
        let mut query = Query::new().after(after).wait(wait).timeout(self.settings.limit(timeout));
        if let Some(bytes) = max_bytes {
            query = query.max_bytes(usize::try_from(bytes).unwrap_or(usize::MAX));
        }
        if clean {
            query = query.clean();
        }
        let id = self.subject.processes.find(&id).await?;
        Ok(Told::read(self.wait(id, query).await?, None))
    }

    pub(super) async fn input(&self, mut arguments: Arguments) -> Result<Told, CallError> {
        let id = arguments.required_text("process_id")?;
        let text = arguments.text("text")?;
        let eof = arguments.flag("eof")?;
        arguments.finish()?;
        if text.is_none() && !eof {
            return Err("Give `text`, `eof` or both.".to_owned().into());
        }
        let processes = &self.subject.processes;
        let id = processes.find(&id).await?;
        let after = processes.client().get(id).await?.output_bytes;
        let text = text.unwrap_or_default();
        let length = text.len() as u64;
        let (accepted, _) = processes.client().input(id, text.as_bytes(), eof, None, INPUT).await?;
        let query = Query::new().after(after).clean().wait(Wait::Idle(PAUSE)).timeout(INPUT);
        let answer = self.wait(id, query).await?;
        let mut remarks = Vec::new();
        if accepted < length {
            remarks.push(format!("It took {accepted} of {length} bytes, and does not read more for now."));
        }
        if after > 0 {
            remarks.push(format!("The output begins at offset {after}."));
        }
        Ok(Told::read(answer, (!remarks.is_empty()).then(|| remarks.join(" "))))
    }

    pub(super) async fn signal(&self, mut arguments: Arguments) -> Result<Value, CallError> {
        let id = arguments.required_text("process_id")?;
        let signal = arguments.required_text("signal")?;
        arguments.finish()?;
        let processes = &self.subject.processes;
        let id = processes.find(&id).await?;
        processes.client().signal(id, &signal).await?;
        // Most end at once, which saves a call that asks.
        let ended = processes.client().output(id, &Query::new().wait(Wait::Exit).timeout(PAUSE)).await?;
        Ok(answer::process(&ended.process))
    }

    pub(super) async fn list(&self, mut arguments: Arguments) -> Result<Value, CallError> {
        let all = arguments.flag("all")?;
        arguments.finish()?;
        let state = (!all).then(|| "running".into());
        let processes = &self.subject.processes;
        let list = processes.client().list(Filter { state, limit: Some(LISTED), before: None }).await?;
        // Some may have lost the client that started them.
        processes.hold_all(&list.processes).await;
        let processes: Vec<_> = list.processes.iter().map(answer::process).collect();
        Ok(json!({ "processes": processes, "total": if all { list.total } else { list.running } }))
    }

    /// Reads output after a wait, unless the client cancels it. Where the client has gone, the wait is over at once.
    async fn wait(&self, id: Id, query: Query) -> Result<Answer, CallError> {
        let client = self.subject.processes.client();
        let mut output = std::pin::pin!(client.output(id, &query));
        let begin = Instant::now();
        let mut ticks = interval_at(begin + PROGRESS, PROGRESS);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let token = self.context.meta.get_progress_token();
        loop {
            tokio::select! {
                biased;
                answer = &mut output => return Ok(answer?),
                () = self.closing.cancelled() => {
                    let answer = client.output(id, &query.clone().wait(Wait::None)).await?;
                    let reason = if answer.process.is_running() { Reason::Timeout } else { Reason::Exit };
                    return Ok(Answer { reason, ..answer });
                }
                () = self.context.ct.cancelled() => return Err(CallError::Cancelled),
                _ = ticks.tick(), if token.is_some() => {
                    let Some(token) = token.clone() else { continue };
                    let seconds = begin.elapsed().as_secs_f64().round();
                    let progress = ProgressNotificationParam::new(token, seconds)
                        .with_message(format!("running for {seconds} s"));
                    // A client that has gone closes the input as well.
                    let _ = self.context.peer.notify_progress(progress).await;
                }
            }
        }
    }
}
