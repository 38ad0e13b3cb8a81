//! Receiving the body of a request, within bounds of size and time.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use tokio::time::timeout;

use crate::http::problem::Problem;

/// Most bytes of a body.
const MOST: usize = 1 << 20;
/// How much more of a body that is too long is read, and dropped. A client that sends everything before it reads the
/// answer would otherwise find the connection closed instead.
const SURPLUS: usize = 8 << 20;
/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(10);

/// The request with its whole body.
pub(super) async fn receive(request: Request<Incoming>) -> Result<Request<Bytes>, Problem> {
    let (head, body) = request.into_parts();
    // A client that asks before it sends the body gets the answer at once.
    if head.headers.contains_key(header::EXPECT) && body.size_hint().lower() > MOST as u64 {
        return Err(too_large());
    }
    let late =
        |_| Problem::new(StatusCode::REQUEST_TIMEOUT, "The request body did not arrive within 10 seconds.");
    let bytes = timeout(PATIENCE, collect(body)).await.map_err(late)??;
    Ok(Request::from_parts(head, bytes.into()))
}

async fn collect(mut body: Incoming) -> Result<Vec<u8>, Problem> {
    let (mut bytes, mut count) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        // The client has gone, or violates the format of chunks.
        let frame = frame.map_err(|_| Problem::not_json())?;
        let Some(data) = frame.data_ref() else { continue };
        count += data.len();
        if count > MOST + SURPLUS {
            break;
        }
        if count <= MOST {
            bytes.extend_from_slice(data);
        }
    }
    if count > MOST { Err(too_large()) } else { Ok(bytes) }
}

fn too_large() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "The request body is larger than 1 MiB.")
}
