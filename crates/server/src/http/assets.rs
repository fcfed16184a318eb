//! The web pages, embedded in the binary, compressed when they were built. Hashed names are kept by browsers for
//! good, pages are asked for again each time.

use super::ApiError;
use super::session::EmbeddingView;
use crate::app::App;
use crate::ops::{OpError, web_phone};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};
use std::sync::Arc;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Web;

/// Encodings that were made when the pages were built, best first.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// Serves a page or an asset. Anyone.
pub(super) async fn serve(
    State(app): State<Arc<App>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if uri.path().starts_with("/api/") {
        return ApiError::from(OpError::NotFound).into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let name = match uri.path().trim_start_matches('/') {
        "" => "app.html",
        "panel" => "panel.html",
        other => other,
    };
    let Some(plain) = Web::get(name) else { return StatusCode::NOT_FOUND.into_response() };
    let (encoding, file) = encoded(name, &headers).unwrap_or((None, plain));
    answer(&app, name, encoding, &file, &headers)
}

fn encoded(name: &str, headers: &HeaderMap) -> Option<(Option<&'static str>, EmbeddedFile)> {
    let accepted = headers.get(header::ACCEPT_ENCODING)?.to_str().ok()?;
    ENCODINGS
        .iter()
        .filter(|(encoding, _)| {
            accepted.split(',').any(|one| one.split(';').next().map(str::trim) == Some(encoding))
        })
        .find_map(|(encoding, suffix)| Some((Some(*encoding), Web::get(&format!("{name}{suffix}"))?)))
}

fn answer(
    app: &App,
    name: &str,
    encoding: Option<&'static str>,
    file: &EmbeddedFile,
    asked: &HeaderMap,
) -> Response {
    let hash: String =
        file.metadata.sha256_hash().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let etag = format!("\"{hash}\"");
    let mut headers = HeaderMap::new();
    let mut put = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    let page = name.ends_with(".html");
    put(header::ETAG, &etag);
    put(header::VARY, "Accept-Encoding");
    put(header::CONTENT_TYPE, content_type(name));
    put(header::CACHE_CONTROL, if page { "no-cache" } else { "public, max-age=31536000, immutable" });
    if page {
        put(
            header::CONTENT_SECURITY_POLICY,
            &page_policy(name, &embedding_at(app, asked), &phones_at(app, asked)),
        );
    } else {
        // A frame without an origin of its own loads its scripts from us as from a stranger.
        put(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    }
    if let Some(encoding) = encoding {
        put(header::CONTENT_ENCODING, encoding);
    }
    let unchanged =
        asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()) == Some(etag.as_str());
    if unchanged {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, file.data.clone().into_owned()).into_response()
}

/// What phones in the browser connect to, from the page itself.
fn phones_at<'a>(app: &'a App, asked: &HeaderMap) -> Vec<&'a str> {
    let host = asked.get(header::HOST).and_then(|host| host.to_str().ok());
    web_phone::origins(app.tenant_at(host))
}

/// Whose pages may frame the panel of the tenant that was asked for.
fn embedding_at(app: &App, asked: &HeaderMap) -> EmbeddingView {
    let host = asked.get(header::HOST).and_then(|host| host.to_str().ok());
    EmbeddingView::of(app, app.tenant_at(host))
}

fn page_policy(name: &str, embedding: &EmbeddingView, phones: &[&str]) -> String {
    let panel = name == "panel.html";
    let phones: String = phones.iter().map(|origin| format!(" {origin}")).collect();
    let listed = |origins: &[String]| origins.iter().map(|origin| format!(" {origin}")).collect::<String>();
    let ancestors =
        if panel { format!("'self'{}", listed(embedding.ancestors())) } else { "'none'".to_owned() };
    // Salesforce's script comes from the org's own pages, into the panel and no other page.
    let scripts = if panel { listed(embedding.lightning()) } else { String::new() };
    let vouches = if scripts.is_empty() { "" } else { " bitacora-host-script" };
    format!(
        "default-src 'none'; script-src 'self'{scripts}; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'{phones}; media-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}; \
         require-trusted-types-for 'script'; trusted-types svelte-trusted-html{vouches}"
    )
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Framed by an org's pages, and by one more.
    fn framed_by(lightning: &[&str]) -> EmbeddingView {
        let own = |origins: &[&str]| origins.iter().map(|&origin| origin.to_owned()).collect::<Vec<_>>();
        let all = own(&["https://crm.example"]).into_iter().chain(own(lightning)).collect();
        EmbeddingView::new(all, own(lightning))
    }

    #[test]
    fn the_panel_and_no_other_page_may_be_framed_and_load_the_script_of_the_orgs_pages() {
        let part = |page: &str, name: &str, lightning: &[&str]| {
            let policy = page_policy(page, &framed_by(lightning), &[]);
            policy.split("; ").find(|part| part.starts_with(name)).map(str::to_owned).unwrap_or_default()
        };
        let org = ["https://acme.lightning.force.com"];
        assert_eq!(
            part("panel.html", "script-src", &org),
            "script-src 'self' https://acme.lightning.force.com"
        );
        assert_eq!(part("panel.html", "script-src", &[]), "script-src 'self'");
        assert_eq!(
            part("panel.html", "frame-ancestors", &org),
            "frame-ancestors 'self' https://crm.example https://acme.lightning.force.com"
        );
        assert!(part("panel.html", "trusted-types", &org).ends_with(" bitacora-host-script"));
        assert_eq!(part("panel.html", "trusted-types", &[]), "trusted-types svelte-trusted-html");
        assert_eq!(part("app.html", "script-src", &org), "script-src 'self'");
        assert_eq!(part("app.html", "frame-ancestors", &org), "frame-ancestors 'none'");
    }

    #[test]
    fn a_page_may_connect_to_us_and_to_the_phone_systems_of_browser_phones() {
        let connects = |phones: &[&str]| {
            let policy = page_policy("panel.html", &framed_by(&[]), phones);
            policy.split("; ").find(|part| part.starts_with("connect-src")).map(str::to_owned)
        };
        assert_eq!(connects(&[]).as_deref(), Some("connect-src 'self'"));
        let phones = ["wss://a.example:8089", "wss://b.example"];
        assert_eq!(
            connects(&phones).as_deref(),
            Some("connect-src 'self' wss://a.example:8089 wss://b.example")
        );
    }
}
