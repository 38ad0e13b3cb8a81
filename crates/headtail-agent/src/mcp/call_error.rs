//! Why a call of a tool has no result.

use headtail_agent::Error;

/// Why a call has no result.
pub(super) enum CallError {
    /// For the model to read.
    Wrong(String),
    /// The client has cancelled it, and expects no answer.
    Cancelled,
}

impl From<Error> for CallError {
    fn from(error: Error) -> Self {
        let advice = match &error {
            Error::NotFound { .. } => " process_list with `all` shows those there are.",
            Error::TooMany { .. } => " process_list shows them, process_signal ends them.",
            _ => "",
        };
        let detail = error.detail().map(|detail| format!(" ({detail})")).unwrap_or_default();
        Self::Wrong(format!("{error}{detail}{advice}"))
    }
}

impl From<String> for CallError {
    fn from(text: String) -> Self {
        Self::Wrong(text)
    }
}
