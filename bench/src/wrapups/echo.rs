//! A server that answers the three requests of a wrap-up with what the product answered, and does nothing: it
//! reads each request as the product does, by the same libraries, in a process of its own.

use super::clients::Answers;
use crate::Outcome;
use crate::process::Server;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::IntoResponse;
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

/// What has this program be that server.
pub(crate) const ECHO: &str = "echo-of-wrapups";

/// Starts it with these answers.
pub(super) fn start(dir: &Path, answers: &Answers) -> Outcome<Server> {
    let file = dir.join("answers.json");
    std::fs::write(&file, serde_json::to_vec(answers)?)?;
    Server::listening(Command::new(std::env::current_exe()?).arg(ECHO).arg(&file))
}

/// Is that server, until it is killed.
pub(crate) fn echo(answers: &Path) -> Outcome {
    let answers: Arc<Answers> = Arc::new(serde_json::from_slice(&std::fs::read(answers)?)?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        println!("http://{}", listener.local_addr()?);
        axum::serve(listener, Router::new().fallback(answer).with_state(answers)).await?;
        Ok(())
    })
}

async fn answer(State(answers): State<Arc<Answers>>, uri: Uri, body: Bytes) -> impl IntoResponse {
    let place = ["/panel", "/draft", "/log"].iter().position(|end| uri.path().ends_with(end));
    let read = body.is_empty() || serde_json::from_slice::<Value>(&body).is_ok();
    match place.and_then(|place| answers.get(place)).filter(|_| read) {
        Some(answer) => (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], answer.clone()),
        None => (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "application/json")], String::new()),
    }
}
