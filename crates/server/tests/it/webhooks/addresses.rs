//! Which addresses are called: not those that only this server can reach, whatever their names say.

use super::receiver::Receiver;
use super::{deliveries, logged, path};
use crate::world::{HERE, World};
use serde_json::json;
use server::ops::webhooks::tell::tell_all_due;
use server::outgoing::lanes::Lanes;
use server::outgoing::send::Sender;
use server::settings::OutgoingWebhooks;
use std::sync::Arc;

#[tokio::test]
async fn what_is_not_public_is_refused_when_it_is_named_and_when_a_name_means_it() {
    let world = World::new().await;
    let root = world.sign_in(HERE, "root").await;
    let receiver = Receiver::open().await;
    let new = |url: &str| json!({ "name": "x", "url": url, "types": ["activity.logged"] });
    for (url, reason) in [
        ("https://10.0.0.1/", "forbidden_network"),
        ("https://169.254.169.254/latest", "forbidden_network"),
        ("https://[fd00::1]/", "forbidden_network"),
        ("ftp://erp.example/", "not_an_address"),
        ("https://user:secret@erp.example/", "not_an_address"),
        ("", "empty"),
    ] {
        let refused = world.ask(&root, "POST", "/webhooks", Some(new(url))).await.is(422).body;
        assert_eq!(refused["error"]["detail"]["reason"], reason, "{url}: {refused}");
    }
    // A name is looked at when it is called: this one is of this very machine.
    let made = world.ask(&root, "POST", "/webhooks", Some(new(&receiver.by_name()))).await.is(201).body;
    logged(&world, HERE, "x").await;
    for (settings, why) in [
        (OutgoingWebhooks { allow_http: true, ..OutgoingWebhooks::default() }, "forbidden_network"),
        (OutgoingWebhooks::default(), "bad_address"),
    ] {
        let sender = Arc::new(Sender::new(&settings).expect("a sender"));
        let mut lanes = Lanes::default();
        tell_all_due(&world.app, world.tenant(HERE), &sender, &mut lanes).await.expect("looked");
        let told = deliveries(&world, &made["webhook"], "").await;
        assert_eq!(told[0]["last"]["no_answer"], why);
        world.clock.advance(1_000);
    }
    assert_eq!(receiver.told().len(), 0);
}

#[tokio::test]
async fn a_field_that_cannot_be_taken_is_named() {
    let world = World::new().await;
    let root = world.sign_in(HERE, "root").await;
    let good = || json!({ "name": "x", "url": "https://erp.example/", "types": ["call.missed"] });
    for (field, value, reason) in [
        ("name", json!(" "), "empty"),
        ("name", json!("x".repeat(81)), "too_long"),
        ("url", json!(format!("https://erp.example/{}", "x".repeat(2_000))), "too_long"),
        ("types", json!([]), "empty"),
        ("types", json!(["call.lost"]), "unknown"),
        ("types", json!(["webhook.test"]), "unknown"),
    ] {
        let mut body = good();
        body[field] = value;
        let refused = world.ask(&root, "POST", "/webhooks", Some(body)).await.is(422).body;
        let error = &refused["error"];
        assert_eq!((&error["field"], &error["detail"]["reason"]), (&json!(field), &json!(reason)));
    }
    for _ in 0..20 {
        world.ask(&root, "POST", "/webhooks", Some(good())).await.is(201);
    }
    let over = world.ask(&root, "POST", "/webhooks", Some(good())).await.is(422).body;
    assert_eq!(
        (&over["error"]["field"], &over["error"]["detail"]["reason"]),
        (&json!("webhook"), &json!("too_long"))
    );
    let first = super::webhook(&world).await;
    world.ask(&root, "DELETE", &path(&first, ""), None).await.is(204);
    world.ask(&root, "DELETE", &path(&first, ""), None).await.is(404);
    world.ask(&root, "POST", "/webhooks", Some(good())).await.is(201);
}
