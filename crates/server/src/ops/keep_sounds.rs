//! `keep_sounds`: the sounds of messages are copied once their calls are committed and their files grow no more. Which are
//! to be copied is in the store, and a copy that is there is not made again, so a restart anywhere goes on with it.

use super::OpError;
use crate::app::{App, Tenant};
use crate::message_sound::{self, Left, MAX_SOUND_BYTES, original};
use crate::recorded_file::{NoFile, RecordedFile};
use crate::settings::FolderSettings;
use domain::call::CallRecord;
use domain::commit::{Change, Commit};
use domain::id::{At, CallKey};
use std::collections::HashMap;
use std::path::PathBuf;
use std::time::SystemTime;
use store::MAX_PAGE;

/// For how long a sound that is not there is looked for, in milliseconds: a network may come back.
const LOOKED_FOR_MS: i64 = 24 * 60 * 60 * 1000;
/// A message that was left so many milliseconds ago is no news: its sound is looked for now and then only.
const NEWS_MS: i64 = 60_000;

/// How each sound was at the last look.
#[derive(Debug, Default)]
pub struct Seen(HashMap<CallKey, Measure>);

/// By what a sound is known to grow no more.
type Measure = (u64, Option<SystemTime>);

/// What comes of a look at one sound.
enum Look {
    /// It is copied, or never will be.
    Settled,
    /// It is there, like this; it may grow.
    There(Measure),
    /// It is not there yet, or not now.
    NotThere,
}

/// What a look needs, on a thread of its own.
struct Wanted {
    call: CallKey,
    left: Left,
    left_at: At,
    folder: FolderSettings,
    copies: PathBuf,
    before: Option<Measure>,
    give_up: bool,
}

/// Looks after every sound that is to be copied; those that are no news only where `all` are asked for. Answers how many
/// were settled.
///
/// # Errors
/// The store cannot read or write; what was copied stays so.
pub async fn keep_sounds(app: &App, tenant: &Tenant, seen: &mut Seen, all: bool) -> Result<usize, OpError> {
    let (mut settled, mut after) = (0, None);
    let mut there = HashMap::new();
    loop {
        let calls = app.store.message_sounds_wanted(tenant.id, after, MAX_PAGE).await?;
        for key in &calls {
            match look_at(app, tenant, *key, seen, all).await? {
                Look::Settled => {
                    let change = Change::MessageSoundSettled(*key);
                    app.store.commit(Commit::of(tenant.id, vec![change])).await?;
                    settled += 1;
                }
                Look::There(measure) => {
                    there.insert(*key, measure);
                }
                Look::NotThere => {}
            }
        }
        after = calls.last().copied();
        if calls.len() < MAX_PAGE {
            break;
        }
    }
    seen.0 = there;
    Ok(settled)
}

async fn look_at(app: &App, tenant: &Tenant, key: CallKey, seen: &Seen, all: bool) -> Result<Look, OpError> {
    let Some(call) = app.store.call(tenant.id, key).await? else { return Ok(Look::Settled) };
    let Some(wanted) = wanted(app, tenant, &call, seen) else { return Ok(Look::Settled) };
    let age_ms = app.around.now().millis_since(wanted.left_at);
    if age_ms > NEWS_MS && !all {
        return Ok(Look::NotThere);
    }
    let wanted = Wanted { give_up: age_ms > LOOKED_FOR_MS, ..wanted };
    let looked = tokio::task::spawn_blocking(move || look(&wanted)).await;
    looked.map_err(|error| OpError::Internal(error.to_string()))
}

/// Where its sound is; `None` where nobody can know.
fn wanted(app: &App, tenant: &Tenant, call: &CallRecord, seen: &Seen) -> Option<Wanted> {
    let source = tenant.settings.sources.iter().find(|source| source.name == call.source)?;
    Some(Wanted {
        call: call.key,
        left: Left::by(call)?,
        left_at: call.ended_at.unwrap_or(call.started_at),
        folder: source.voicemails.clone()?,
        copies: message_sound::folder(&app.settings, &tenant.settings.slug),
        before: seen.0.get(&call.key).copied(),
        give_up: false,
    })
}

fn look(wanted: &Wanted) -> Look {
    let call = wanted.call;
    // Made before this process was told to stop: what the path means by now may be another message.
    if message_sound::copy_of(&wanted.copies, call).is_some() {
        return Look::Settled;
    }
    let file = match original(&wanted.folder, &wanted.left) {
        Ok(file) => file,
        Err(no_file @ NoFile::Outside(_)) => {
            tracing::warn!(%call, %no_file, "the sound of a message is not copied");
            return Look::Settled;
        }
        Err(no_file) if wanted.give_up => {
            tracing::warn!(%call, %no_file, "the sound of a message did not appear and is looked for no more");
            return Look::Settled;
        }
        Err(_) => return Look::NotThere,
    };
    let Some(now) = measure(&file) else { return Look::NotThere };
    if now.0 > MAX_SOUND_BYTES {
        tracing::warn!(%call, bytes = now.0, limit = MAX_SOUND_BYTES, "the sound of a message is too long to be copied");
        return Look::Settled;
    }
    if now.0 == 0 || wanted.before != Some(now) {
        return Look::There(now);
    }
    match message_sound::copy(&file, &wanted.copies, call, wanted.left_at) {
        Ok(()) => Look::Settled,
        Err(error) => {
            tracing::warn!(%call, %error, "the sound of a message could not be copied; it is tried again");
            Look::There(now)
        }
    }
}

fn measure(file: &RecordedFile) -> Option<Measure> {
    let about = std::fs::metadata(&file.path).ok()?;
    Some((about.len(), about.modified().ok()))
}
