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
    let is_long = body.size_hint().lower() > MOST as u64;
    // A client that asks before it sends the body gets the answer at once.
    if is_long && head.headers.contains_key(header::EXPECT) {
        return Err(too_large());
    }
    let bytes = match timeout(PATIENCE, collect(body)).await {
        Ok(bytes) => bytes?,
        Err(_) if is_long => return Err(too_large()),
        Err(_) => return Err(late()),
    };
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

fn late() -> Problem {
    Problem::new(StatusCode::REQUEST_TIMEOUT, "The request body did not arrive within 10 seconds.")
}

fn too_large() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "The request body is larger than 1 MiB.")
}
