//! Reading the body of a delivery: what it must be, and no more of it than is taken.

use super::refused::Refused;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, header};

/// Largest body of a delivery, in bytes. Real ones have a few hundred.
pub const MAX_DELIVERY_BYTES: usize = 64 * 1024;

/// The media type of a body, without parameters.
pub(super) fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let (name, _) = value.split_once(';').unwrap_or((value, ""));
    Some(name.trim().to_ascii_lowercase())
}

/// Reads a body whole. One that says that it is too large is not begun, one that turns out to be is given up.
///
/// # Errors
/// It is too large, or did not come whole.
pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, Refused> {
    let declared = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if declared.is_some_and(|length: u64| length > MAX_DELIVERY_BYTES as u64) {
        return Err(Refused::TooLarge);
    }
    to_bytes(body, MAX_DELIVERY_BYTES).await.map_err(|_| Refused::TooLarge)
}
