//! `bitacora check salesforce`: whether each org has what logging needs, with what to do where it has not.

use super::folder::DATABASE;
use super::{refuse, serve, variables};
use crate::clock::Machine;
use crate::crms::salesforce;
use crate::ops::crm::people::People;
use crate::settings::{Settings, TenantSettings};
use crm::{Finding, FindingState};
use std::process::ExitCode;
use std::sync::Arc;
use store::{CrmRecords, Store};

/// Looks at the org of every tenant that has one.
pub(super) fn run(settings: &Settings) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return refuse(error),
    };
    let spanish = speaks_spanish();
    let (mut looked_at, mut bad) = (0, 0);
    for tenant in &settings.tenants {
        match runtime.block_on(look_at(settings, tenant)) {
            Ok(None) => {}
            Ok(Some(findings)) => {
                looked_at += 1;
                println!("{}:", tenant.slug);
                for finding in &findings {
                    println!("  {} {}", sign(finding.state), words(finding, spanish));
                }
                bad += findings.iter().filter(|finding| finding.state == FindingState::Bad).count();
            }
            Err(error) => return refuse(error),
        }
    }
    match (looked_at, bad) {
        (0, _) => refuse("no tenant has [tenants.salesforce] with a client_id"),
        (_, 0) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

async fn look_at(settings: &Settings, tenant: &TenantSettings) -> Result<Option<Vec<Finding>>, String> {
    let Some(org) = &tenant.salesforce else { return Ok(None) };
    let link = salesforce(org, tenant, &settings.data.dir, Arc::new(Machine))?;
    let Some(link) = link else { return Ok(None) };
    let agents = match settings.data.dir.join(DATABASE).exists() {
        true => {
            let store = serve::open(settings)?;
            let failed = |error: store::ReadError| error.to_string();
            let id = store.tenant(&tenant.slug).await.map_err(|error| error.to_string())?;
            let users = store.users(id).await.map_err(failed)?;
            let theirs = store.crm_users(id).await.map_err(failed)?;
            store.close().await;
            People::of(users, theirs).agents()
        }
        // Before the first start nobody is anybody yet.
        false => Vec::new(),
    };
    Ok(Some(link.crm.examine(&agents).await.findings))
}

fn speaks_spanish() -> bool {
    let named = ["LC_ALL", "LC_MESSAGES", "LANG"];
    let environment: Vec<(String, String)> = variables().collect();
    let said = named.iter().find_map(|name| {
        environment.iter().find(|(known, value)| known == name && !value.is_empty()).map(|(_, value)| value)
    });
    said.is_some_and(|locale| locale.starts_with("es"))
}

fn sign(state: FindingState) -> &'static str {
    match state {
        FindingState::Good => "✓",
        FindingState::Warning => "!",
        FindingState::Bad => "✗",
    }
}

/// Each topic in English and Spanish, with what to do; `{name}` stands for a fact (crates/crm/src/salesforce/examine.rs). The
/// page says the same: a test compares.
const WORDS: [(&str, &str, &str); 12] = [
    (
        "connected",
        "Connected to org {organisation} as {user}, API {version}.",
        "Conectado a la organización {organisation} como {user}, API {version}.",
    ),
    (
        "login",
        "Cannot log in ({kind} {code}): {detail}. Look at the External Client App, its user and the key.",
        "No se puede entrar ({kind} {code}): {detail}. Revise la External Client App, su usuario y la clave.",
    ),
    (
        "object_missing",
        "{object} is not there: deploy the package, and assign Bitacora_Integration to our user.",
        "Falta {object}: implemente el paquete y asigne Bitacora_Integration a nuestro usuario.",
    ),
    (
        "object_not_createable",
        "Our user may not create {object}: assign the permission set Bitacora_Integration.",
        "Nuestro usuario no puede crear {object}: asigne el conjunto de permisos Bitacora_Integration.",
    ),
    (
        "field_missing",
        "{field} is not there or hidden from our user: deploy the package again and assign Bitacora_Integration.",
        "Falta {field}, o no lo ve nuestro usuario: implemente de nuevo el paquete y asigne Bitacora_Integration.",
    ),
    (
        "field_read_only",
        "Our user may not write {field}: assign Bitacora_Integration, or give field-level security.",
        "Nuestro usuario no puede escribir {field}: asigne Bitacora_Integration o dé seguridad de campo.",
    ),
    (
        "field_not_unique",
        "{field} must be unique and an external id, or calls may be logged twice: deploy the package again.",
        "{field} debe ser único e id externo, o habría llamadas repetidas: implemente de nuevo el paquete.",
    ),
    (
        "field_required",
        "The org requires {field}, which we do not fill: give it a default, or require it on layouts only.",
        "La organización exige {field}, que no rellenamos: dele un valor por defecto o exíjalo solo en los diseños.",
    ),
    (
        "user_missing",
        "The agent’s user {user} is not there any more: choose another on the page Salesforce, Who is who.",
        "El usuario {user} de un agente ya no existe: elija otro en la página Salesforce, Quién es quién.",
    ),
    (
        "user_inactive",
        "The agent’s user {user} is inactive and can own nothing: activate them or choose another.",
        "El usuario {user} de un agente está inactivo y no puede poseer nada: actívelo o elija otro.",
    ),
    (
        "calls_left",
        "{used} of {most} API calls of the last 24 hours are used.",
        "{used} de {most} llamadas a la API de las últimas 24 horas gastadas.",
    ),
    (
        "unreadable",
        "{what} could not be looked at now ({kind}): {detail}. Try again.",
        "{what} no se ha podido mirar ahora ({kind}): {detail}. Inténtelo de nuevo.",
    ),
];

fn words(finding: &Finding, spanish: bool) -> String {
    let known = WORDS.iter().find(|(topic, ..)| *topic == finding.topic);
    let mut text = match known {
        Some((_, english, _)) if !spanish => (*english).to_owned(),
        Some((_, _, spanish)) => (*spanish).to_owned(),
        None => finding.topic.to_owned(),
    };
    for (name, value) in &finding.facts {
        text = text.replace(&format!("{{{name}}}"), value);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Topics of the table in the adapter's own document.
    fn topics() -> Vec<&'static str> {
        let table = include_str!("../../../crm/src/salesforce/examine.rs");
        let rows = table.lines().filter_map(|line| line.strip_prefix("//! | `"));
        rows.filter_map(|row| row.split(" | ").next())
            .flat_map(|cell| cell.split(", "))
            .map(|topic| topic.trim_matches('`'))
            .collect()
    }

    #[test]
    fn every_topic_has_words_in_both_languages_and_no_other() {
        let mut known: Vec<&str> = WORDS.iter().map(|(topic, ..)| *topic).collect();
        let mut told = topics();
        known.sort_unstable();
        told.sort_unstable();
        assert_eq!(known, told);
    }

    #[test]
    fn the_page_says_what_the_command_says() {
        let english = include_str!("../../../../web/src/lib/i18n/en-crm.ts");
        let spanish = include_str!("../../../../web/src/lib/i18n/es-crm.ts");
        for (topic, in_english, in_spanish) in WORDS {
            for (catalogue, words) in [(english, in_english), (spanish, in_spanish)] {
                let line = format!("      {topic}: '{words}',\n");
                assert!(catalogue.contains(&line), "the catalogue lacks: {line}");
            }
        }
    }

    #[test]
    fn facts_stand_in_the_words() {
        let facts = vec![("field", "Call_Activity__c.Case__c".to_owned())];
        let finding = Finding { topic: "field_missing", state: FindingState::Warning, facts };
        for spanish in [false, true] {
            let said = words(&finding, spanish);
            assert!(said.contains("Call_Activity__c.Case__c") && !said.contains('{'), "{said}");
        }
    }
}
