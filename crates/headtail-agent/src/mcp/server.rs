//! The server as the SDK sees it: what it is, which tools it has, and who carries out a call.

use std::sync::Arc;

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, CustomRequest, CustomResult,
    ErrorCode, ErrorData, Implementation, ListToolsResult, PaginatedRequestParams, ServerCapabilities,
    ServerConfig, Tool,
};
use rmcp::service::{NotificationContext, RequestContext};
use rmcp::{RoleServer, ServerHandler};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::answer::shorten;
use super::arguments::Arguments;
use super::call::Call;
use super::call_error::CallError;
use super::caller::Caller;
use super::options::Settings;

/// The tools as clients see them. Models read this: every word of it costs tokens in every conversation.
const TOOLS: &str = include_str!("tools.json");

/// Serves one client; over HTTP without a session, one call.
pub(super) struct Server {
    pub(super) settings: Arc<Settings>,
    pub(super) caller: Caller,
    /// Cancelled when nobody will ask for anything more: waits are over then.
    pub(super) closing: CancellationToken,
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let name = Implementation::new("headtail", env!("CARGO_PKG_VERSION"));
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build()).with_server_info(name)
    }

    async fn on_initialized(&self, context: NotificationContext<RoleServer>) {
        self.caller.begin(&context.extensions);
    }

    async fn list_tools(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let tools: Vec<Tool> = serde_json::from_str(TOOLS)
            .map_err(|error| ErrorData::internal_error(error.to_string(), None))?;
        Ok(ListToolsResult::with_all_items(tools))
    }

    async fn on_custom_request(
        &self,
        request: CustomRequest,
        _context: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        // What the SDK could not read as a call is a request like any that it does not know.
        Err(if request.method == "tools/call" {
            ErrorData::invalid_params(
                "The parameters are the `name` of a tool and its `arguments`, an object.",
                None,
            )
        } else {
            ErrorData::new(ErrorCode::METHOD_NOT_FOUND, request.method, None)
        })
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let arguments = Arguments::new(request.arguments.unwrap_or_default());
        let result = match self.caller.subject(&context) {
            Err(error) => Err(error),
            Ok(subject) => {
                let call =
                    Call { settings: &self.settings, closing: &self.closing, subject, context: &context };
                match &*request.name {
                    "execute" => call.execute(arguments).await.and_then(complete),
                    "process_output" => call.output(arguments).await.and_then(complete),
                    "process_input" => call.input(arguments).await.and_then(complete),
                    "process_signal" => call.signal(arguments).await.and_then(complete),
                    "process_list" => call.list(arguments).await.and_then(complete),
                    name => {
                        return Err(ErrorData::invalid_params(format!("There is no tool \"{name}\"."), None));
                    }
                }
            }
        };
        match result {
            Ok(result) => Ok(result.into()),
            Err(CallError::Wrong(mut text)) => {
                // It may repeat what it was given.
                shorten(&mut text);
                Ok(CallToolResult::error(vec![ContentBlock::text(text)]).into())
            }
            Err(CallError::Cancelled) => Err(ErrorData::internal_error("Cancelled.", None)),
        }
    }
}

/// The whole result twice, as clients show models the one or the other.
fn complete(value: impl Serialize) -> Result<CallToolResult, CallError> {
    let wrong = |error: serde_json::Error| CallError::Wrong(error.to_string());
    let text = serde_json::to_string(&value).map_err(wrong)?;
    let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
    result.structured_content = Some(serde_json::to_value(&value).map_err(wrong)?);
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tools_are_what_the_protocol_calls_tools() {
        let tools: Vec<Tool> = serde_json::from_str(TOOLS).expect("tools");
        let names: Vec<_> = tools.iter().map(|tool| &*tool.name).collect();
        assert_eq!(names, ["execute", "process_output", "process_input", "process_signal", "process_list"]);
    }

    #[test]
    fn the_tools_take_less_than_1500_tokens_at_four_bytes_a_token() {
        let tools: Vec<Tool> = serde_json::from_str(TOOLS).expect("tools");
        let bytes = serde_json::to_string(&tools).expect("JSON").len();
        assert!(bytes < 4 * 1500, "{bytes} bytes");
    }
}
