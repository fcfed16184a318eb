//! Signing in at the beginning of each round: by the session of the rounds before, which must have survived.

use crate::centre::{PASSWORD, login};
use crate::ledger::{Ledger, Seat};
use serde_json::json;
use testkit::http::{Answer, Client, NoAnswer};

/// Signs in; afterwards the client carries a token, which is returned too.
pub(crate) async fn sign_in(client: &mut Client, ledger: &Ledger, agent: &str) -> Result<String, NoAnswer> {
    let before = ledger.known().seats.entry(agent.to_owned()).or_default().clone();
    if let Some(cookie) = &before.cookie {
        ledger.known().seats.insert(agent.to_owned(), Seat { unsure: true, ..before.clone() });
        let path = "/api/v1/session/refresh";
        let answer = client.ask_with("POST", path, None, Some(cookie)).await?;
        if answer.status == 200 {
            // A renewal that was not answered has made this token an old one, which is honoured for a while.
            let unsure = answer.cookie == before.cookie;
            return Ok(seated(client, ledger, agent, answer, unsure));
        }
        if !before.unsure {
            ledger.fault(format!("the session of {agent} is gone: {} {}", answer.status, answer.text));
        }
    }
    let credentials = json!({ "login": login(agent), "password": PASSWORD });
    let answer = client.ask("POST", "/api/v1/session", Some(&credentials)).await?;
    if answer.status != 200 {
        ledger.fault(format!("{agent} cannot sign in: {} {}", answer.status, answer.text));
    }
    Ok(seated(client, ledger, agent, answer, false))
}

fn seated(client: &mut Client, ledger: &Ledger, agent: &str, answer: Answer, unsure: bool) -> String {
    let token = answer.body["access_token"].as_str().unwrap_or_default().to_owned();
    client.token = Some(token.clone());
    ledger.known().seats.insert(agent.to_owned(), Seat { cookie: answer.cookie, unsure });
    token
}
