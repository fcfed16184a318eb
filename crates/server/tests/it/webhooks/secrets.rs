//! Secrets are shown once; who may do what; nothing of another tenant.

use super::{logged, path, registered, tell, told_everything};
use crate::world::{HERE, THERE};
use serde_json::{Value, json};

#[tokio::test]
async fn a_secret_is_answered_once_and_stands_nowhere_else() {
    let (world, root, _, webhook, first) = told_everything().await;
    assert!(first.starts_with("whsec_"));
    logged(&world, HERE, "x").await;
    tell(&world, HERE).await;
    let rotate = json!({ "version": webhook["version"] });
    let rotated = world.ask(&root, "POST", &path(&webhook, "/rotate"), Some(rotate)).await.is(200).body;
    let second = rotated["secret"].as_str().expect("a secret").to_owned();
    assert_ne!(first, second);
    let change = json!({ "version": rotated["webhook"]["version"], "name": "Almacén" });
    let changed = world.ask(&root, "PATCH", &path(&webhook, ""), Some(change)).await.is(200).body;
    let said = |body: &Value| body.to_string();
    let mut answers = vec![said(&changed)];
    for path in ["/webhooks", &path(&webhook, "/deliveries"), "/audit"] {
        answers.push(said(&world.ask(&root, "GET", path, None).await.is(200).body));
    }
    let audit = answers.last().expect("the change log");
    assert!(audit.contains("rotated") && audit.contains("Almacén"), "{audit}");
    assert!(!audit.contains("hidden"), "what may be secret in an address: {audit}");
    for answer in answers {
        assert!(!answer.contains("whsec_"), "{answer}");
    }
}

#[tokio::test]
async fn for_a_day_after_a_change_both_secrets_sign() {
    let (world, root, receiver, webhook, first) = told_everything().await;
    let rotate = json!({ "version": webhook["version"] });
    let rotated = world.ask(&root, "POST", &path(&webhook, "/rotate"), Some(rotate)).await.is(200).body;
    let second = rotated["secret"].as_str().expect("a secret").to_owned();
    assert!(rotated["webhook"]["former_secret_until"].is_string());
    let signed = async || {
        super::ask(&world, "POST", &path(&webhook, "/test"), None).await.is(202);
        tell(&world, HERE).await;
        let told = receiver.told().pop().expect("told");
        (told.signed_with(&second), told.signed_with(&first))
    };
    assert_eq!(signed().await, (true, true));
    world.clock.advance(86_400);
    assert_eq!(signed().await, (true, false));
}

#[tokio::test]
async fn admins_alone_see_and_change_who_is_told_and_only_their_tenants() {
    let (world, _, receiver, webhook, _) = told_everything().await;
    logged(&world, HERE, "x").await;
    tell(&world, HERE).await;
    let message = receiver.told()[0].header("webhook-id").to_owned();
    let replay = format!("/deliveries/{message}/replay");
    let new = json!({ "name": "x", "url": receiver.url(), "types": ["call.missed"] });
    let asked: [(&str, String, Option<Value>); 8] = [
        ("POST", "/webhooks".to_owned(), Some(new)),
        ("PATCH", path(&webhook, ""), Some(json!({ "version": 1, "on": false }))),
        ("POST", path(&webhook, "/rotate"), Some(json!({ "version": 1 }))),
        ("POST", path(&webhook, "/test"), None),
        ("GET", path(&webhook, "/deliveries"), None),
        ("POST", path(&webhook, "/replay"), Some(json!({ "since": "2020-01-01T00:00:00Z" }))),
        ("POST", path(&webhook, &replay), None),
        ("DELETE", path(&webhook, ""), None),
    ];
    for login in ["ana", "sam"] {
        let who = world.sign_in(HERE, login).await;
        world.ask(&who, "GET", "/webhooks", None).await.is(403);
        for (method, path, body) in &asked {
            world.ask(&who, method, path, body.clone()).await.is(403);
        }
    }
    let other = world.sign_in(THERE, "root").await;
    for (method, path, body) in &asked[1..] {
        world.ask(&other, method, path, body.clone()).await.is(404);
    }
    let listed = world.ask(&other, "GET", "/webhooks", None).await.is(200).body;
    assert_eq!(listed["webhooks"], json!([]));
    let (theirs, _) = registered(&world, &other, &receiver).await;
    let path = path(&theirs, &replay);
    world.ask(&other, "POST", &path, None).await.is(404);
    assert_eq!(super::webhook(&world).await["version"], webhook["version"]);
}
