//! Messages of the demo: colleagues deal with what was left some time ago, by the operation that a person would use, and
//! what callers say on the machine of the simulated phone system can be heard.

use crate::app::{App, Tenant};
use crate::message_sound;
use crate::ops::OpError;
use crate::ops::messages::step;
use crate::recorded_file::{RecordedFile, path_of};
use crate::settings::FolderSettings;
use domain::account::{Role, User};
use domain::correction::Corrector;
use domain::id::{At, CallKey};
use domain::message::How;
use domain::message::work::Step;
use std::f64::consts::TAU;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use store::{MAX_PAGE, MessageFilter, MessageStates};

/// What the simulated phone system calls the folder of its mailboxes.
pub(super) const SPOOL: &str = "/srv/ast/spool/voicemail";
/// Samples a second of what is heard.
const RATE: u32 = 8_000;
/// How long a message is, in syllables of a quarter of a second.
const SYLLABLES: u32 = 14;
const SAMPLES_A_SYLLABLE: u32 = RATE / 4;
/// Loudest sample.
const LOUDEST: f64 = 9_000.0;
/// Bytes of a header of a WAV file.
const HEADER_BYTES: u32 = 44;

/// How many messages wait for whoever tries it out, if so many are there.
pub(super) const LEFT_TO_DO: usize = 6;

/// Has what was left before then, and nobody took, dealt with by whoever may deal with all messages; the newest of it,
/// so many, are left to do.
pub(super) async fn deal_with(
    app: &App,
    tenant: &Arc<Tenant>,
    users: &[User],
    left_before: At,
    left_to_do: usize,
) -> Result<(), OpError> {
    let Some(leader) = users.iter().find(|user| user.role >= Role::Supervisor) else { return Ok(()) };
    let who = Corrector { user: leader.id, role: leader.role, agent: leader.agent.clone() };
    let open = MessageFilter { states: MessageStates::Open, boxes: None };
    loop {
        let page = app.store.messages(tenant.id, &open, None, MAX_PAGE).await?;
        let spared = if page.next.is_some() { 0 } else { left_to_do };
        let due = page.messages.len().saturating_sub(spared);
        // Oldest first: behind one that is too new are newer ones.
        for message in page.messages.iter().take(due) {
            if message.left_at >= left_before {
                return Ok(());
            }
            let done = Step::Done(how(message.call));
            step(app, tenant, &who, message.call, &done, message.revision).await?;
        }
        if page.next.is_none() {
            return Ok(());
        }
    }
}

/// How the message of a call ends, always the same.
fn how(call: CallKey) -> How {
    match call.0.as_bytes()[15] % 4 {
        0 => How::NoNeed { reason: None },
        1 => How::ReachedOtherwise,
        _ => How::CalledBack { call: None },
    }
}

/// Puts sounds where the phone system said that messages are, for those that are to be copied.
pub(super) async fn speak(app: &App, tenant: &Tenant, folder: &FolderSettings) -> Result<(), OpError> {
    for key in app.store.message_sounds_wanted(tenant.id, None, MAX_PAGE).await? {
        let call = app.store.call(tenant.id, key).await?;
        let told = call.and_then(|call| call.voicemail?.path);
        let Some(path) = told.and_then(|told| path_of(folder, &told).ok()) else { continue };
        if let Err(error) = say(&path.with_extension("wav"), key) {
            tracing::debug!(%error, "a message of the demo has no sound");
        }
    }
    Ok(())
}

/// Puts a copy where ours are, of every message that is left to do: the phone system of the past is no more.
pub(super) async fn keep(app: &App, tenant: &Tenant) -> Result<(), OpError> {
    let open = MessageFilter { states: MessageStates::Open, boxes: None };
    let folder = message_sound::folder(&app.settings, &tenant.settings.slug);
    for message in app.store.messages(tenant.id, &open, None, MAX_PAGE).await?.messages {
        let path = app.settings.data.dir.join("voice.wav");
        let copied = fs::write(&path, voice(message.call)).and_then(|()| {
            let sound = RecordedFile { path: path.clone(), extension: "wav", media_type: "audio/wav" };
            message_sound::copy(&sound, &folder, message.call, message.left_at)
        });
        if let Err(error) = copied.and_then(|()| fs::remove_file(&path)) {
            tracing::debug!(%error, "a message of the demo has no sound");
        }
    }
    Ok(())
}

fn say(path: &Path, call: CallKey) -> std::io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    fs::write(path, voice(call))
}

/// Something like a voice behind a wall: syllables of a pitch that rises and falls, another one for each call.
fn voice(call: CallKey) -> Vec<u8> {
    let bytes = call.0.as_bytes();
    let pitch = 110.0 + f64::from(bytes[15]) / 2.0;
    let samples = (0..SYLLABLES * SAMPLES_A_SYLLABLE).map(|nth| {
        let (syllable, within) = (nth / SAMPLES_A_SYLLABLE, nth % SAMPLES_A_SYLLABLE);
        let accent = bytes[(syllable % 16) as usize];
        let silent = accent.is_multiple_of(5);
        let tone = pitch * (1.0 + f64::from(accent % 7) / 20.0);
        let swell = (TAU / 2.0 * f64::from(within) / f64::from(SAMPLES_A_SYLLABLE)).sin();
        let time = f64::from(nth) / f64::from(RATE);
        let wave: f64 = (1..=4).map(|n| (TAU * tone * f64::from(n) * time).sin() / f64::from(n)).sum();
        if silent { 0.0 } else { LOUDEST * swell * wave / 2.0 }
    });
    let sound: Vec<u8> = samples.flat_map(|sample| (sample as i16).to_le_bytes()).collect();
    let length = sound.len() as u32;
    let mut file = Vec::with_capacity(sound.len() + HEADER_BYTES as usize);
    file.extend(b"RIFF");
    file.extend((length + HEADER_BYTES - 8).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16_u32.to_le_bytes());
    file.extend([1_u16, 1].into_iter().flat_map(u16::to_le_bytes));
    file.extend([RATE, RATE * 2].into_iter().flat_map(u32::to_le_bytes));
    file.extend([2_u16, 16].into_iter().flat_map(u16::to_le_bytes));
    file.extend(b"data");
    file.extend(length.to_le_bytes());
    file.extend(sound);
    file
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_message_is_a_sound_file_of_some_seconds_and_each_its_own() {
        let one = voice(CallKey(Uuid::from_u128(0x0193_0102_0304_0506_0708_090a_0b0c_0d0e)));
        let seconds = (one.len() as u32 - HEADER_BYTES) / (RATE * 2);
        assert_eq!((&one[..4], &one[8..12], seconds), (&b"RIFF"[..], &b"WAVE"[..], 3));
        assert!(one[HEADER_BYTES as usize..].iter().any(|byte| *byte != 0));
        assert_ne!(one, voice(CallKey(Uuid::from_u128(0x0193_0102_0304_0506_0708_090a_0b0c_0d0f))));
    }
}
