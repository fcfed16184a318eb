//! Listening to what was recorded: by whom, in pieces, and nothing else of the disk.

use crate::world::{CALLER, HERE, Someone, THERE, World};
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use domain::call::CallRecord;
use domain::id::CallKey;
use sandbox::centre;
use sandbox::pbx::Scenario;
use serde_json::Value;
use server::settings::{AmiSettings, FolderSettings, SourceKind, SourceSettings};
use std::path::{Path, PathBuf};
use uuid::Uuid;

const SOUND: &[u8] = b"RIFF....WAVEfmt and so on for a while";
/// Where the recorded phone system keeps its files.
const SPOOL: &str = "/srv/ast/spool";

struct Place {
    world: World,
    spool: tempfile::TempDir,
}

impl Place {
    async fn new() -> Place {
        let spool = tempfile::tempdir().expect("a folder");
        let folder = |name: &str| {
            let folder = spool.path().join(name);
            std::fs::create_dir_all(&folder).expect("a folder");
            Some(FolderSettings { folder, told_as: Some(PathBuf::from(SPOOL).join(name)) })
        };
        let (recordings, voicemails) = (folder("monitor"), folder("voicemail"));
        let world = World::with(|tenant| {
            let ami = SourceKind::Ami(AmiSettings::at("127.0.0.1:1", "bitacora", "not-a-secret-demo"));
            let pbx = SourceSettings::new("pbx", ami, centre::endpoints(&centre::agents()));
            tenant.sources = vec![SourceSettings { recordings, voicemails, ..pbx }];
        })
        .await;
        Place { world, spool }
    }

    /// A call of this kind, and where its agents' panels say it is.
    async fn call(&self, scenario: Scenario) -> CallRecord {
        self.world.play(HERE, scenario, CALLER).await;
        let sam = self.world.sign_in(HERE, "sam").await;
        let listed = self.world.ask(&sam, "GET", "/activities", None).await.is(200).body;
        let id = listed["activities"][0]["id"].as_str().expect("a call");
        let key = CallKey(Uuid::parse_str(id).expect("an id"));
        let tenant = self.world.tenant(HERE).id;
        self.world.app.store.call(tenant, key).await.expect("read").expect("a call")
    }

    /// Puts the file where the phone system said that it is.
    fn put(&self, told: &str) {
        let inside = Path::new(told).strip_prefix(SPOOL).expect("in the spool");
        let file = self.spool.path().join(inside);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("folders");
        std::fs::write(file, SOUND).expect("a file");
    }

    async fn get(&self, who: &Someone, call: &CallRecord, sound: &str, range: Option<&str>) -> Response {
        let mut request = Request::builder()
            .uri(format!("/api/v1/activities/{}/{sound}", call.key.0))
            .header(header::HOST, who.host)
            .header(header::AUTHORIZATION, format!("Bearer {}", who.token));
        if let Some(range) = range {
            request = request.header(header::RANGE, range);
        }
        self.world.answer(request.body(Body::empty()).expect("a request")).await
    }

    async fn status(&self, who: &Someone, call: &CallRecord, sound: &str) -> u16 {
        self.get(who, call, sound, None).await.status().as_u16()
    }

    async fn page(&self, who: &Someone, call: &CallRecord) -> Value {
        let path = format!("/activities/{}", call.key.0);
        self.world.ask(who, "GET", &path, None).await.is(200).body["activity"].clone()
    }
}

async fn bytes(response: Response) -> Vec<u8> {
    to_bytes(response.into_body(), SOUND.len() * 2).await.expect("a body").to_vec()
}

#[tokio::test]
async fn a_recording_is_sent_whole_or_in_the_piece_that_is_asked_for() {
    let place = Place::new().await;
    let call = place.call(Scenario::Answered).await;
    let ana = place.world.sign_in(HERE, "ana").await;
    assert_eq!(place.status(&ana, &call, "recording").await, 404, "not there yet");
    place.put(call.recording.as_deref().expect("a path"));
    let whole = place.get(&ana, &call, "recording", None).await;
    assert_eq!(whole.status(), StatusCode::OK);
    assert_eq!(whole.headers()[header::CONTENT_TYPE], "audio/wav");
    assert_eq!(whole.headers()[header::ACCEPT_RANGES], "bytes");
    assert_eq!(whole.headers()[header::CACHE_CONTROL], "private, no-store");
    assert_eq!(bytes(whole).await, SOUND);
    let piece = place.get(&ana, &call, "recording", Some("bytes=4-7")).await;
    assert_eq!(piece.status(), StatusCode::PARTIAL_CONTENT);
    let said = format!("bytes 4-7/{}", SOUND.len());
    assert_eq!(piece.headers()[header::CONTENT_RANGE], said.as_str());
    assert_eq!(bytes(piece).await, b"....");
    let beyond = place.get(&ana, &call, "recording", Some("bytes=900-")).await;
    assert_eq!(beyond.status(), StatusCode::RANGE_NOT_SATISFIABLE);
}

#[tokio::test]
async fn a_recording_is_for_the_agents_of_the_call_and_for_supervisors() {
    let place = Place::new().await;
    let call = place.call(Scenario::Answered).await;
    place.put(call.recording.as_deref().expect("a path"));
    let sign_in = |host, login| place.world.sign_in(host, login);
    let (ana, ben, sam) =
        (sign_in(HERE, "ana").await, sign_in(HERE, "ben").await, sign_in(HERE, "sam").await);
    let stranger = sign_in(THERE, "sam").await;
    assert_eq!(place.status(&ana, &call, "recording").await, 200);
    assert_eq!(place.status(&sam, &call, "recording").await, 200);
    assert_eq!(place.status(&ben, &call, "recording").await, 403);
    assert_eq!(place.status(&stranger, &call, "recording").await, 404);
    let nobody = Someone { host: HERE, token: "not-a-token".to_owned() };
    assert_eq!(place.status(&nobody, &call, "recording").await, 401);
    assert_eq!(place.status(&sam, &call, "voicemail").await, 404, "no message was left");
    assert_eq!(place.page(&ana, &call).await["can_hear_recording"], true);
    assert_eq!(place.page(&ben, &call).await["can_hear_recording"], false);
}

#[tokio::test]
async fn a_message_is_found_though_the_phone_system_tells_no_end_of_its_name() {
    let place = Place::new().await;
    let call = place.call(Scenario::Voicemail).await;
    let told = call.voicemail.as_ref().and_then(|message| message.path.clone()).expect("a path");
    assert!(Path::new(&told).extension().is_none(), "{told}");
    place.put(&format!("{told}.wav"));
    let sam = place.world.sign_in(HERE, "sam").await;
    let answer = place.get(&sam, &call, "voicemail", None).await;
    assert_eq!((answer.status(), bytes(answer).await), (StatusCode::OK, SOUND.to_vec()));
    assert_eq!(place.page(&sam, &call).await["can_hear_voicemail"], true);
}

/// Asks with no more than the session's cookie, as the player of a page does.
async fn play(place: &Place, call: &CallRecord, cookie: Option<&str>, site: &str) -> StatusCode {
    let mut request = Request::builder()
        .uri(format!("/api/v1/activities/{}/recording", call.key.0))
        .header(header::HOST, HERE)
        .header("sec-fetch-site", site);
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, cookie);
    }
    place.world.answer(request.body(Body::empty()).expect("a request")).await.status()
}

#[tokio::test]
async fn the_player_of_our_own_page_is_known_by_the_sessions_cookie_and_of_no_other() {
    let place = Place::new().await;
    let call = place.call(Scenario::Answered).await;
    place.put(call.recording.as_deref().expect("a path"));
    let signed_in = place.world.sign_in_as(HERE, "ana", crate::world::PASSWORD).await;
    let cookie = signed_in.cookie.expect("a cookie");
    assert_eq!(play(&place, &call, Some(&cookie), "same-origin").await, StatusCode::OK);
    assert_eq!(play(&place, &call, Some(&cookie), "cross-site").await, StatusCode::FORBIDDEN);
    assert_eq!(play(&place, &call, None, "same-origin").await, StatusCode::UNAUTHORIZED);
    let other = format!("{cookie}x");
    assert_eq!(play(&place, &call, Some(&other), "same-origin").await, StatusCode::UNAUTHORIZED);
    let request = Request::builder().method("DELETE").uri("/api/v1/session").header(header::HOST, HERE);
    let request = request.header(header::COOKIE, &cookie).header("sec-fetch-site", "same-origin");
    place.world.answer(request.body(Body::empty()).expect("a request")).await;
    assert_eq!(play(&place, &call, Some(&cookie), "same-origin").await, StatusCode::UNAUTHORIZED);
}
