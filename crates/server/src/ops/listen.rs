//! `listen`: the file of what was recorded of a call, or of the message that was left, for whoever may hear it.

use super::{OpError, ring_groups};
use crate::app::{App, Tenant};
use crate::recorded_file::{NoFile, RecordedFile, find};
use crate::settings::FolderSettings;
use domain::call::CallRecord;
use domain::correction::Corrector;
use domain::id::CallKey;
use domain::listen::Listener;

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
    Audible {
        recording: place(app, tenant, who, call, Sound::Recording).is_ok(),
        voicemail: place(app, tenant, who, call, Sound::Voicemail).is_ok(),
    }
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
    let (folder, path) = place(app, tenant, who, &call, sound)?;
    let (folder, path) = (folder.clone(), path.to_owned());
    let found = tokio::task::spawn_blocking(move || find(&folder, &path)).await;
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

fn place<'a>(
    app: &App,
    tenant: &'a Tenant,
    who: &Corrector,
    call: &'a CallRecord,
    sound: Sound,
) -> Result<(&'a FolderSettings, &'a str), OpError> {
    let source = tenant.settings.sources.iter().find(|source| source.name == call.source);
    let source = source.ok_or(OpError::NotFound)?;
    let rules = tenant.rules();
    let ring_groups = match &who.agent {
        Some(agent) if sound == Sound::Voicemail => ring_groups::of_agent(app, tenant, &rules, agent),
        _ => Vec::new(),
    };
    let listener = Listener { role: who.role, agent: who.agent.as_ref(), ring_groups: &ring_groups };
    let (may, folder, path) = match sound {
        Sound::Recording => {
            (listener.may_hear_recording(call), &source.recordings, call.recording.as_deref())
        }
        Sound::Voicemail => {
            let path = call.voicemail.as_ref().and_then(|message| message.path.as_deref());
            (listener.may_hear_voicemail(call), &source.voicemails, path)
        }
    };
    if !may {
        return Err(OpError::Forbidden);
    }
    let path = path.filter(|path| !path.is_empty());
    folder.as_ref().zip(path).ok_or(OpError::NotFound)
}
