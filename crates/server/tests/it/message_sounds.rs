//! The sounds of messages: copied once they are whole, whenever the process ended, and never another message's.

use crate::world::{CALLER, HERE, World};
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use domain::call::CallRecord;
use domain::id::CallKey;
use sandbox::centre;
use sandbox::pbx::Scenario;
use server::message_sound::{copy, copy_of, folder};
use server::ops::keep_sounds::{Seen, keep_sounds};
use server::recorded_file::RecordedFile;
use server::settings::{AmiSettings, FolderSettings, SourceKind, SourceSettings};
use std::fs;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Where the recorded phone system keeps its messages.
const SPOOL: &str = "/srv/ast/spool/voicemail";
const MAX_BYTES: usize = 1_000;

struct Place {
    world: World,
    spool: tempfile::TempDir,
}

impl Place {
    async fn new() -> Place {
        Place::of(true).await
    }

    /// With the phone system that the calls came from in the settings, or not any more.
    async fn of(has_source: bool) -> Place {
        let spool = tempfile::tempdir().expect("a folder");
        let voicemails =
            FolderSettings { folder: spool.path().to_owned(), told_as: Some(PathBuf::from(SPOOL)) };
        let world = World::with(|tenant| {
            let ami = SourceKind::Ami(AmiSettings::at("127.0.0.1:1", "bitacora", "not-a-secret-demo"));
            let pbx = SourceSettings::new("pbx", ami, centre::endpoints(&centre::agents()));
            let pbx = SourceSettings { voicemails: Some(voicemails), ..pbx };
            tenant.sources = if has_source { vec![pbx] } else { Vec::new() };
        })
        .await;
        Place { world, spool }
    }

    async fn message_of(&self, number: &str) -> CallRecord {
        self.world.play(HERE, Scenario::Voicemail, number).await;
        let sam = self.world.sign_in(HERE, "sam").await;
        let left = self.world.ask(&sam, "GET", "/messages", None).await.is(200).body;
        let last = left["messages"].as_array().and_then(|all| all.last().cloned()).expect("a message");
        assert_eq!(last["sound"], !self.world.tenant(HERE).settings.sources.is_empty());
        let key = CallKey(Uuid::parse_str(last["id"].as_str().expect("an id")).expect("an id"));
        self.world.app.store.call(self.world.tenant(HERE).id, key).await.expect("read").expect("a call")
    }

    /// The file of the path that was told for a call, without the end of its name.
    fn place_of(&self, call: &CallRecord) -> PathBuf {
        let told = call.voicemail.as_ref().and_then(|left| left.path.clone()).expect("a path");
        let inside = Path::new(&told).strip_prefix(SPOOL).expect("in the spool").to_owned();
        let file = self.spool.path().join(inside);
        fs::create_dir_all(file.parent().expect("a folder")).expect("folders");
        file
    }

    /// What Asterisk writes of a message of this call, at the path of another.
    fn put(&self, at: &CallRecord, of: &CallRecord, sound: &str) {
        let file = self.place_of(at);
        let recorded_s = of.ended_at.expect("over").0 / 1_000_000 - 1;
        let number = of.from.clone().unwrap_or_default();
        fs::write(file.with_extension("wav"), sound).expect("a file");
        let about = format!("[message]\norigtime={recorded_s}\ncallerid=\"A\" <{number}>\n");
        fs::write(file.with_extension("txt"), about).expect("a file");
    }

    /// Looks at all that is to be copied; how many sounds are settled by that.
    async fn look(&self, seen: &mut Seen) -> usize {
        keep_sounds(&self.world.app, self.world.tenant(HERE), seen, true).await.expect("looked")
    }

    fn copies(&self) -> PathBuf {
        folder(&self.world.app.settings, "here")
    }

    fn wanted(&self) -> i64 {
        self.world.count("SELECT count(*) FROM message WHERE sound_settled = 0")
    }

    async fn heard(&self, call: &CallRecord) -> Option<String> {
        let sam = self.world.sign_in(HERE, "sam").await;
        let request = Request::builder()
            .uri(format!("/api/v1/activities/{}/voicemail", call.key.0))
            .header(header::HOST, sam.host)
            .header(header::AUTHORIZATION, format!("Bearer {}", sam.token));
        let answer = self.world.answer(request.body(Body::empty()).expect("a request")).await;
        let there = answer.status() == 200;
        let bytes = to_bytes(answer.into_body(), MAX_BYTES).await.expect("a body");
        there.then(|| String::from_utf8(bytes.to_vec()).expect("text"))
    }
}

#[tokio::test]
async fn a_sound_is_copied_when_it_grows_no_more() {
    let place = Place::new().await;
    let call = place.message_of(CALLER).await;
    let mut seen = Seen::default();
    assert_eq!((place.look(&mut seen).await, place.wanted()), (0, 1), "nothing is there yet");
    place.put(&call, &call, "half");
    assert_eq!(place.look(&mut seen).await, 0);
    place.put(&call, &call, "the whole of it");
    assert_eq!(place.look(&mut seen).await, 0, "it grew since");
    assert!(!place.copies().exists());
    assert_eq!((place.look(&mut seen).await, place.wanted()), (1, 0));
    let copied = copy_of(&place.copies(), call.key).expect("a copy");
    assert_eq!(fs::read_to_string(copied.path).expect("text"), "the whole of it");
    assert_eq!(place.look(&mut seen).await, 0);
}

#[tokio::test]
async fn a_message_that_was_deleted_or_numbered_anew_still_plays_its_own_sound() {
    let place = Place::new().await;
    let (call, mut seen) = (place.message_of(CALLER).await, Seen::default());
    place.put(&call, &call, "hers");
    place.look(&mut seen).await;
    place.look(&mut seen).await;
    let other = place.message_of("+34600999888").await;
    // The first was deleted at a phone, and the path that was told for it is another one's now.
    place.put(&call, &other, "somebody else's");
    assert_eq!(place.heard(&call).await.as_deref(), Some("hers"));
    fs::remove_dir_all(place.spool.path()).expect("removed");
    assert_eq!(place.heard(&call).await.as_deref(), Some("hers"));
    assert_eq!(place.heard(&other).await, None);
}

#[tokio::test]
async fn what_was_numbered_anew_before_it_was_copied_is_never_heard_as_another_message() {
    let place = Place::new().await;
    let (call, mut seen) = (place.message_of(CALLER).await, Seen::default());
    let other = place.message_of("+34600999888").await;
    place.put(&call, &other, "somebody else's");
    for _ in 0..3 {
        place.look(&mut seen).await;
    }
    assert_eq!(place.heard(&call).await, None);
    assert!(copy_of(&place.copies(), call.key).is_none());
}

#[tokio::test]
async fn a_restart_between_copying_and_writing_it_down_copies_nothing_again() {
    let place = Place::new().await;
    let (call, mut seen) = (place.message_of(CALLER).await, Seen::default());
    place.put(&call, &call, "hers");
    // As it is after the process ended between the two: the copy is there, and the store does not know.
    let path = place.place_of(&call).with_extension("wav");
    let file = RecordedFile { path, extension: "wav", media_type: "audio/wav" };
    copy(&file, &place.copies(), call.key, call.started_at).expect("copied");
    fs::write(place.copies().join(format!("{}.part", call.key)), "half").expect("a file");
    place.put(&call, &call, "another by now");
    assert_eq!((place.look(&mut seen).await, place.wanted()), (1, 0));
    assert_eq!(place.heard(&call).await.as_deref(), Some("hers"));
}

#[tokio::test]
async fn what_does_not_appear_for_a_day_is_looked_for_no_more_and_can_be_heard_all_the_same() {
    let place = Place::new().await;
    let (call, mut seen) = (place.message_of(CALLER).await, Seen::default());
    assert_eq!(place.look(&mut seen).await, 0);
    // What is no news is looked for now and then only.
    place.world.clock.advance(120);
    place.put(&call, &call, "hers");
    let (app, tenant) = (&place.world.app, place.world.tenant(HERE));
    for _ in 0..2 {
        assert_eq!(keep_sounds(app, tenant, &mut seen, false).await.expect("looked"), 0);
    }
    fs::remove_dir_all(place.spool.path()).expect("removed");
    place.world.clock.advance(2 * 24 * 60 * 60);
    assert_eq!((place.look(&mut seen).await, place.wanted()), (1, 0));
    fs::create_dir_all(place.spool.path()).expect("a folder");
    place.put(&call, &call, "hers");
    assert_eq!(place.heard(&call).await.as_deref(), Some("hers"));
}

#[tokio::test]
async fn a_sound_that_nobody_can_read_is_not_waited_for() {
    let world = World::new().await;
    world.play(HERE, Scenario::Voicemail, CALLER).await;
    assert_eq!(world.count("SELECT count(*) FROM message WHERE sound_settled = 0"), 1);
    let settled = keep_sounds(&world.app, world.tenant(HERE), &mut Seen::default(), true).await;
    assert_eq!(settled.expect("looked"), 1);
    let sam = world.sign_in(HERE, "sam").await;
    let left = world.ask(&sam, "GET", "/messages", None).await.is(200).body;
    assert_eq!(left["messages"][0]["sound"], false);
}

#[tokio::test]
async fn a_copy_is_heard_when_its_phone_system_is_no_more() {
    let place = Place::of(false).await;
    let call = place.message_of(CALLER).await;
    assert_eq!(place.heard(&call).await, None, "there is no copy");
    let path = place.spool.path().join("voice.wav");
    fs::write(&path, "hers").expect("a file");
    let sound = RecordedFile { path, extension: "wav", media_type: "audio/wav" };
    copy(&sound, &place.copies(), call.key, call.started_at).expect("copied");
    assert_eq!(place.heard(&call).await.as_deref(), Some("hers"));
    let sam = place.world.sign_in(HERE, "sam").await;
    let left = place.world.ask(&sam, "GET", "/messages", None).await.is(200).body;
    assert_eq!(left["messages"][0]["sound"], true);
}
