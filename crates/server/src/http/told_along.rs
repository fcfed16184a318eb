//! An answer that tells how far it is: lines of JSON, the last of which is the answer, or the error. Whoever does not ask for
//! that with `Accept: application/x-ndjson` gets the answer alone. One who leaves ends the work.

use super::ApiError;
use crate::ops::OpError;
use crate::ops::progress::Progress;
use axum::Json;
use axum::body::Body;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use serde::Serialize;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// What is asked for by who wants to be told.
const LINES: &str = "application/x-ndjson";
/// How often it is told; whatever takes less long is answered without.
const TOLD_EVERY: Duration = Duration::from_millis(250);

type Work = Pin<Box<dyn Future<Output = Result<Value, OpError>> + Send>>;

/// What `work`, which says how far it is in `progress`, comes to.
pub(super) async fn told_along<T, W>(
    headers: &HeaderMap,
    progress: Arc<Progress>,
    work: W,
) -> Result<Response, ApiError>
where
    T: Serialize,
    W: Future<Output = Result<T, OpError>> + Send + 'static,
{
    let asked = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    if !asked.is_some_and(|accept| accept.split(',').any(|one| one.trim() == LINES)) {
        return Ok(Json(work.await?).into_response());
    }
    let work: Work = Box::pin(async {
        let answer = work.await?;
        serde_json::to_value(answer).map_err(|error| OpError::Internal(error.to_string()))
    });
    let lines = unfold(Some(work), move |work| {
        let progress = Arc::clone(&progress);
        async move {
            let mut work = work?;
            let (line, work) = match timeout_at(Instant::now() + TOLD_EVERY, &mut work).await {
                Err(_) => (json!({ "progress": progress.share() }), Some(work)),
                Ok(Ok(answer)) => (answer, None),
                Ok(Err(error)) => (ApiError::from(error).body().1, None),
            };
            Some((Ok::<_, Infallible>(format!("{line}\n")), work))
        }
    });
    Ok(([(header::CONTENT_TYPE, LINES)], Body::from_stream(lines)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;
    use axum::http::HeaderValue;
    use domain::id::At;
    use futures_util::StreamExt as _;
    use tokio::sync::oneshot;

    async fn told(
        accept: &'static str,
        work: impl Future<Output = Result<Value, OpError>> + Send + 'static,
    ) -> Body {
        let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
        let progress = Arc::new(Progress::default());
        progress.reached(0, (At(0), At(10)), At(5));
        told_along(&headers, progress, work).await.expect("an answer").into_body()
    }

    async fn text(body: Body) -> String {
        let bytes = to_bytes(body, 1_024).await.expect("a body");
        String::from_utf8(bytes.to_vec()).expect("text")
    }

    #[tokio::test]
    async fn long_work_tells_how_far_it_is_before_it_answers() {
        let (end, ended) = oneshot::channel::<()>();
        let work = async {
            assert_eq!(ended.await, Ok(()));
            Ok(json!({ "calls": 7 }))
        };
        let mut lines = told("application/x-ndjson, application/json", work).await.into_data_stream();
        assert_eq!(lines.next().await.expect("a line").expect("text"), "{\"progress\":0.25}\n");
        assert_eq!(end.send(()), Ok(()));
        assert_eq!(lines.next().await.expect("a line").expect("text"), "{\"calls\":7}\n");
        assert!(lines.next().await.is_none());
    }

    #[tokio::test]
    async fn short_work_answers_at_once_and_work_that_fails_says_so_in_the_last_line() {
        let empty = async || Ok(json!({}));
        assert_eq!(text(told(LINES, empty()).await).await, "{}\n");
        assert_eq!(text(told("application/json", empty()).await).await, "{}");
        let refused = text(told(LINES, async { Err(OpError::Forbidden) }).await).await;
        assert_eq!(refused, "{\"error\":{\"code\":\"forbidden\",\"detail\":{}}}\n");
    }
}
