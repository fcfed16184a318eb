//! Which column is what, by headings that are known: those of Talkdesk's reports as it documents them, and those of the object
//! of its package for Salesforce (docs/import.md says which of them were seen where). It is a proposal; an admin decides.

use super::mapping::{Durations, Field, Mapping};

/// Headings by field, the likeliest first; compared by their letters and digits alone.
const KNOWN: [(Field, &[&str]); 16] = [
    (
        Field::Id,
        &[
            "interactionid",
            "callid",
            "talkdeskinteractionidc",
            "talkdeskcallidc",
            "callsid",
            "id",
            "recordid",
        ],
    ),
    (Field::Type, &["calltype", "type", "talkdesktypec", "activitytype", "tipo", "tipodellamada"]),
    (
        Field::StartedAt,
        &["startat", "starttime", "talkdeskstarttimec", "startedat", "inicio", "horadeinicio"],
    ),
    (Field::EndedAt, &["endat", "endtime", "talkdeskendtimec", "endedat", "fin", "horadefin"]),
    (
        Field::CustomerNumber,
        &[
            "contactphonenumber",
            "customerphonenumber",
            "talkdeskcontactphonec",
            "talkdeskphonec",
            "customernumber",
            "contactphone",
            "phone",
            "telefono",
        ],
    ),
    (
        Field::OurNumber,
        &["talkdeskphonenumber", "talkdesktalkdeskphonec", "companyphonenumber", "ournumber", "did"],
    ),
    (
        Field::Agent,
        &[
            "useremail",
            "username",
            "agentname",
            "agentemail",
            "talkdeskuserremail",
            "talkdeskuserrname",
            "handlinguseremail",
            "handlingusername",
            "handlingagent",
            "agent",
            "agente",
        ],
    ),
    (Field::RingGroup, &["ringgroups", "ringgroup", "queue", "queuename", "grupo", "cola"]),
    (
        Field::WaitTime,
        &["waittime", "waitingtime", "talkdeskwaitingtimesecc", "talkdeskwaittimesecc", "espera"],
    ),
    (Field::TalkTime, &["talktime", "talkdesktalktimesecc", "conversacion"]),
    (Field::HoldTime, &["holdtime", "holdingtime", "talkdeskholdtimesecc", "retencion"]),
    (Field::TotalTime, &["totaltime", "duration", "talkdeskdurationsecc", "duracion"]),
    (
        Field::Code,
        &[
            "dispositioncode",
            "talkdeskdispositioncodertalkdesklabelc",
            "talkdeskdispositioncodername",
            "disposition",
            "codigo",
        ],
    ),
    (Field::Notes, &["notes", "talkdesknotesc", "description", "notas"]),
    (Field::Recording, &["recordingurl", "record", "recording", "talkdeskrecordingc", "grabacion"]),
    (Field::Record, &["id", "recordid"]),
];

/// Headings of the report whose durations are fractions of a day.
const COUNTS_DAYS: [&str; 2] = ["waitingtime", "holdingtime"];

/// A mapping of a file with these headings, for times of this zone where they name none.
pub fn propose(headings: &[String], zone: &str) -> Mapping {
    let bare: Vec<String> = headings.iter().map(|heading| letters(heading)).collect();
    let mut mapping = Mapping { zone: zone.to_owned(), ..Mapping::default() };
    let mut taken = vec![false; headings.len()];
    for (field, names) in KNOWN {
        let place = names.iter().find_map(|name| {
            let same = |(place, one): (usize, &String)| (one == name && !taken[place]).then_some(place);
            bare.iter().enumerate().find_map(same)
        });
        if let Some(place) = place {
            taken[place] = true;
            mapping.columns.insert(field, headings[place].clone());
        }
    }
    if COUNTS_DAYS.iter().any(|name| bare.iter().any(|one| one == name)) {
        mapping.durations = Durations::Days;
    }
    mapping
}

fn letters(heading: &str) -> String {
    let plain = |c: char| match c {
        'á' => 'a',
        'é' => 'e',
        'í' => 'i',
        'ó' => 'o',
        'ú' => 'u',
        other => other,
    };
    heading.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).map(plain).collect()
}
