//! Over TLS: whose certificate is trusted is told, and nobody else hears a word.

use super::{PATIENT, Receiver, deliveries, logged, settings};
use crate::connection::acceptor;
use crate::process::certificate;
use crate::world::{HERE, World};
use domain::notice::NoticeKind;
use serde_json::json;
use server::ops::webhooks::tell::tell_all_due;
use server::outgoing::lanes::Lanes;
use server::outgoing::send::Sender;
use server::settings::OutgoingWebhooks;
use std::path::PathBuf;
use std::sync::Arc;

async fn tell(world: &World, certificates: Option<PathBuf>) -> usize {
    let settings = OutgoingWebhooks { certificates, ..settings() };
    let sender = Arc::new(Sender::new(&settings).expect("a sender").within(PATIENT));
    tell_all_due(&world.app, world.tenant(HERE), &sender, &mut Lanes::default()).await.expect("told")
}

#[tokio::test]
async fn whose_certificate_is_trusted_is_told_and_whose_is_not_hears_nothing() {
    let (ours, others) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let (trusted, key) = certificate(ours.path());
    let (other, _) = certificate(others.path());
    let receiver = Receiver::open_encrypted(acceptor(&trusted, &key)).await;
    let world = World::new().await;
    let root = world.sign_in(HERE, "root").await;
    let types = [NoticeKind::ActivityLogged.word()];
    let body = json!({ "name": "ERP", "url": receiver.encrypted(), "types": types });
    let made = world.ask(&root, "POST", "/webhooks", Some(body)).await.is(201).body;
    let secret = made["secret"].as_str().expect("a secret");
    logged(&world, HERE, "x").await;
    // Neither the machine's own list nor another's certificate will do.
    for certificates in [None, Some(other)] {
        assert_eq!(tell(&world, certificates).await, 1);
        let waits = &deliveries(&world, &made["webhook"], "?state=waiting").await[0];
        assert_eq!(waits["last"]["no_answer"], "not_trusted");
        world.clock.advance(600);
    }
    assert_eq!(receiver.told().len(), 0);
    assert_eq!(tell(&world, Some(trusted)).await, 1);
    let told = receiver.told();
    assert_eq!((told.len(), told[0].path.as_str()), (1, "/in"));
    assert!(told[0].signed_with(secret));
    assert_eq!(tell(&world, None).await, 0, "it was taken");
}
