//! `listen`: the file of what was recorded of a call, or of the message that was left, for whoever may hear it.

use super::{OpError, ring_groups};
use crate::app::{App, Tenant};
use crate::message_sound::{self, Left, original};
use crate::recorded_file::{NoFile, RecordedFile, find};
use crate::settings::FolderSettings;
use domain::call::CallRecord;
use domain::correction::Corrector;
use domain::id::CallKey;
use domain::listen::Listener;
use std::path::PathBuf;

/// What is listened to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sound {
    /// The conversation.
    Recording,
    /// The message that the caller left.
    Voicemail,
}

/// What of a call somebody can listen to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Audible {
    /// The conversation.
    pub recording: bool,
    /// The message.
    pub voicemail: bool,
}

/// What of a call `who` can listen to: they may, and it lies where it can be read.
pub fn audible(app: &App, tenant: &Tenant, who: &Corrector, call: &CallRecord) -> Audible {
    let heard = |sound| place(app, tenant, who, call, sound).is_ok();
    Audible { recording: heard(Sound::Recording), voicemail: heard(Sound::Voicemail) }
}

/// The file, and its call.
///
/// # Errors
/// There is no such call or file, or it is not for `who`.
pub async fn listen(
    app: &App,
    tenant: &Tenant,
    who: &Corrector,
    key: CallKey,
    sound: Sound,
) -> Result<(CallRecord, RecordedFile), OpError> {
    let call = app.store.call(tenant.id, key).await?.ok_or(OpError::NotFound)?;
    let place = place(app, tenant, who, &call, sound)?;
    let found = tokio::task::spawn_blocking(move || place.file(key)).await;
    let found = found.map_err(|error| OpError::Internal(error.to_string()))?;
    let file = found.map_err(|no_file| {
        match &no_file {
            NoFile::Outside(_) => tracing::warn!(call = %key, %no_file, "a recording is not sent"),
            NoFile::Missing(_) => tracing::info!(call = %key, %no_file, "a recording cannot be sent"),
        }
        OpError::NotFound
    })?;
    tracing::info!(call = %key, user = %who.user, ?sound, "listened to");
    Ok((call, file))
}

/// Where a sound is.
enum Place {
    /// Where the phone system recorded it.
    Recorded { folder: FolderSettings, path: String },
    /// Our copy, else the mailbox that it was left in, where that can be read.
    Left { copies: PathBuf, mailbox: Option<(FolderSettings, Left)> },
}

impl Place {
    /// The file. It reads folders, so it is not for a thread that others wait for.
    fn file(&self, call: CallKey) -> Result<RecordedFile, NoFile> {
        match self {
            Place::Recorded { folder, path } => find(folder, path),
            Place::Left { copies, mailbox } => match (message_sound::copy_of(copies, call), mailbox) {
                (Some(copy), _) => Ok(copy),
                (None, Some((mailbox, left))) => original(mailbox, left),
                (None, None) => Err(NoFile::Missing(copies.join(call.to_string()))),
            },
        }
    }
}

fn place(
    app: &App,
    tenant: &Tenant,
    who: &Corrector,
    call: &CallRecord,
    sound: Sound,
) -> Result<Place, OpError> {
    let source = tenant.settings.sources.iter().find(|source| source.name == call.source);
    let rules = tenant.rules();
    let ring_groups = match &who.agent {
        Some(agent) if sound == Sound::Voicemail => ring_groups::of_agent(app, tenant, &rules, agent),
        _ => Vec::new(),
    };
    let listener = Listener { role: who.role, agent: who.agent.as_ref(), ring_groups: &ring_groups };
    let may = match sound {
        Sound::Recording => listener.may_hear_recording(call),
        Sound::Voicemail => listener.may_hear_voicemail(call),
    };
    if !may {
        return Err(OpError::Forbidden);
    }
    let place = match sound {
        Sound::Recording => {
            let path = call.recording.clone().filter(|path| !path.is_empty());
            let folder = source.and_then(|source| source.recordings.clone()).zip(path);
            folder.map(|(folder, path)| Place::Recorded { folder, path })
        }
        Sound::Voicemail => {
            let mailbox = source.and_then(|source| source.voicemails.clone()).zip(Left::by(call));
            let copies = message_sound::folder(&app.settings, &tenant.settings.slug);
            // A copy outlives the phone system that it came from.
            let is_there = mailbox.is_some()
                || (call.voicemail.is_some() && message_sound::copy_of(&copies, call.key).is_some());
            is_there.then_some(Place::Left { copies, mailbox })
        }
    };
    place.ok_or(OpError::NotFound)
}
