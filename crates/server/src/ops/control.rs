//! `control`: what an agent asks of a call of theirs. The phone system is asked once and its answer is passed on; what
//! comes of it shows in what it tells. What it cannot do is refused here, and the panel shows no button for it.

use super::submit_scene::Submitter;
use super::{FieldFault, OpError, dial};
use crate::app::{App, Tenant};
use crate::channels::{Channel, Recording};
use crate::phones::NotDone;
use crate::settings::{AmiSettings, Control, SourceKind};
use domain::call::{CallRecord, Engagement, Via};
use domain::ear;
use domain::id::{AgentKey, EngagementKey};
use telephony::ami::actions::{self, Action, BadValue, PhoneKey};

/// What an Asterisk says of an extension that its dialplan does not have.
const NO_SUCH_EXTENSION: &str = "0";

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// To end the agent's own part.
    HangUp,
    /// To answer the call that rings.
    Answer,
    /// To keep the other party waiting, or to take them back.
    Hold(bool),
    /// To keep back what the agent says, or to let it through.
    Mute(bool),
    /// To leave out of the recording what is said now, or to go on recording.
    PauseRecording(bool),
    /// To hand the other party over to whoever is dialled, unannounced.
    Transfer(String),
    /// To ask whoever is dialled before handing over, which hanging up does.
    AskFirst(String),
    /// To go back from whoever was asked.
    TakeBack,
}

/// An agent's part of a call that goes on, and where something can be asked of it.
struct Part<'a> {
    call: CallRecord,
    ami: &'a AmiSettings,
    channel: Channel,
}

/// What can be asked of a call now, and how what was asked stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Controls {
    /// [`Asked::Answer`].
    pub answer: bool,
    /// [`Asked::Hold`].
    pub hold: bool,
    /// [`Asked::Mute`].
    pub mute: bool,
    /// [`Asked::Transfer`].
    pub transfer: bool,
    /// [`Asked::AskFirst`].
    pub ask_first: bool,
    /// [`Asked::PauseRecording`].
    pub pause_recording: bool,
    /// Whether what the agent says is kept back.
    pub muted: bool,
    /// How the recording stands; `None`: nothing is recorded.
    pub recording: Option<Recording>,
    /// Whom the agent asks while the other party waits.
    pub asks: Option<String>,
}

/// Asks it.
///
/// # Errors
/// The agent has no such part of a call, it cannot be asked that now, the phone system cannot be told, refuses or says
/// nothing.
pub async fn control(
    app: &App,
    tenant: &Tenant,
    by: &Submitter,
    key: EngagementKey,
    asked: Asked,
) -> Result<(), OpError> {
    let part = part_of(app, tenant, &by.agent, key).await?;
    let source = part.call.source.as_str();
    let engagement = part.call.engagement(key).ok_or(OpError::NotFound)?;
    let can = controls(app, tenant, &part.call, engagement);
    if !allowed(&asked, &can) {
        return Err(OpError::NotPossible);
    }
    let action = action(app, tenant, &part, &asked)?;
    look_up_target(app, tenant, &part, &asked).await?;
    app.phones.ask(tenant.id, source, action).await.map_err(|not_done| refused(not_done, source, &asked))?;
    let leg = &part.channel.leg;
    match &asked {
        Asked::Mute(muted) => app.channels.muted(tenant.id, source, leg, *muted),
        Asked::AskFirst(_) => {
            let number = target(tenant, &asked)?;
            app.channels.asks(tenant.id, source, &part.channel, &number);
        }
        Asked::HangUp => app.hub.dial_given_up(tenant.id, &by.agent, key),
        Asked::Answer | Asked::Hold(_) | Asked::PauseRecording(_) | Asked::Transfer(_) | Asked::TakeBack => {}
    }
    app.hub.seen(tenant.id, &by.agent);
    Ok(())
}

/// What can be asked of this part of a call now.
pub fn controls(app: &App, tenant: &Tenant, call: &CallRecord, part: &Engagement) -> Controls {
    let Some(ami) = ami_of(tenant, &call.source).filter(|_| app.phones.reachable(tenant.id, &call.source))
    else {
        return Controls::default();
    };
    let Some(channel) = app.channels.of_part(tenant.id, &call.source, &part.agent, (call.key, part.key))
    else {
        return Controls::default();
    };
    if part.via == Via::Listening {
        // It can be ended, and no more.
        return Controls::default();
    }
    let may = |control| ami.controls.contains(&control);
    let by_notify = ami.notify_phones.has(&part.agent);
    let talks = part.answered_at.is_some() && part.ended_at.is_none();
    let recorded = app.channels.recorded(tenant.id, &call.source, &channel).filter(|_| talks);
    let asks = channel.asks.map(|asks| asks.number);
    let alone = talks && asks.is_none();
    Controls {
        answer: by_notify && part.result.is_none() && !talks && !dials(part),
        hold: by_notify && alone,
        mute: talks && may(Control::Mute),
        transfer: alone && may(Control::Transfer),
        ask_first: alone && may(Control::AttendedTransfer),
        pause_recording: recorded.is_some() && may(Control::PauseRecording),
        muted: channel.muted,
        recording: recorded.map(|(_, recording)| recording),
        asks,
    }
}

/// Whether somebody may be asked to listen in on this part of a call now, as far as its phone system goes.
pub fn listenable(app: &App, tenant: &Tenant, call: &CallRecord, part: &Engagement) -> bool {
    ear::can_be_heard(call, part)
        && app.phones.reachable(tenant.id, &call.source)
        && ami_of(tenant, &call.source).is_some_and(|ami| ami.controls.contains(&Control::Listen))
}

fn allowed(asked: &Asked, can: &Controls) -> bool {
    match asked {
        Asked::HangUp => true,
        Asked::Answer => can.answer,
        Asked::Hold(_) => can.hold,
        Asked::Mute(_) => can.mute,
        Asked::PauseRecording(_) => can.pause_recording,
        Asked::Transfer(_) => can.transfer,
        Asked::AskFirst(_) => can.ask_first,
        Asked::TakeBack => can.asks.is_some(),
    }
}

async fn part_of<'a>(
    app: &App,
    tenant: &'a Tenant,
    agent: &AgentKey,
    key: EngagementKey,
) -> Result<Part<'a>, OpError> {
    let live = app.store.live_calls(tenant.id, agent).await?;
    let own = |part: &Engagement| part.agent == *agent && part.ended_at.is_none();
    let call =
        live.into_iter().find(|call| call.engagement(key).is_some_and(own)).ok_or(OpError::NotFound)?;
    let ami = ami_of(tenant, &call.source).ok_or(OpError::NoPhone)?;
    if !app.phones.reachable(tenant.id, &call.source) {
        return Err(OpError::PhoneUnreachable);
    }
    let channel =
        app.channels.of_part(tenant.id, &call.source, agent, (call.key, key)).ok_or(OpError::NotFound)?;
    Ok(Part { call, ami, channel })
}

/// An Asterisk takes a transfer to an extension that does not exist, and the other party is lost.
async fn look_up_target(app: &App, tenant: &Tenant, part: &Part<'_>, asked: &Asked) -> Result<(), OpError> {
    if !matches!(asked, Asked::Transfer(_) | Asked::AskFirst(_)) {
        return Ok(());
    }
    let unknown = || OpError::invalid("to", FieldFault::Unknown);
    let question = actions::extension_exists(&target(tenant, asked)?, part.ami.transfer_context());
    let question = question.map_err(|_| unknown())?;
    match app.phones.ask(tenant.id, &part.call.source, question).await {
        Ok(Some(value)) if value == NO_SUCH_EXTENSION => Err(unknown()),
        // Where it cannot say, it is taken at its word.
        Ok(_) | Err(NotDone::Refused(_)) => Ok(()),
        Err(not_done) => Err(refused(not_done, &part.call.source, asked)),
    }
}

fn action(app: &App, tenant: &Tenant, part: &Part<'_>, asked: &Asked) -> Result<Action, OpError> {
    let name = part.channel.name.as_str();
    let context = part.ami.transfer_context();
    let action = match asked {
        Asked::HangUp => actions::hang_up(name),
        Asked::Answer | Asked::Hold(false) => actions::press(name, PhoneKey::Talk),
        Asked::Hold(true) => actions::press(name, PhoneKey::Hold),
        Asked::Mute(muted) => actions::mute(name, *muted),
        Asked::PauseRecording(paused) => {
            let recorded = app.channels.recorded(tenant.id, &part.call.source, &part.channel);
            let (name, _) = recorded.ok_or(OpError::NotPossible)?;
            actions::pause_recording(&name, *paused)
        }
        Asked::Transfer(_) => actions::blind_transfer(name, &target(tenant, asked)?, context),
        Asked::AskFirst(_) => actions::attended_transfer(name, &target(tenant, asked)?, context),
        Asked::TakeBack => actions::cancel_attended_transfer(name),
    };
    action.map_err(|BadValue { header }| match header {
        "Exten" => OpError::invalid("to", FieldFault::Unknown),
        header => OpError::Internal(format!("{header} of {asked:?} cannot be sent")),
    })
}

/// What is dialled for a transfer.
fn target(tenant: &Tenant, asked: &Asked) -> Result<String, OpError> {
    match asked {
        Asked::Transfer(to) | Asked::AskFirst(to) => dial::dialable(tenant, "to", to),
        Asked::HangUp
        | Asked::Answer
        | Asked::Hold(_)
        | Asked::Mute(_)
        | Asked::PauseRecording(_)
        | Asked::TakeBack => Err(OpError::NotPossible),
    }
}

fn refused(not_done: NotDone, source: &str, asked: &Asked) -> OpError {
    tracing::warn!(source, ?asked, %not_done, "a call could not be told what its agent asked");
    OpError::from(not_done)
}

fn ami_of<'a>(tenant: &'a Tenant, source: &str) -> Option<&'a AmiSettings> {
    tenant.settings.sources.iter().find(|own| own.name == source).and_then(|own| match &own.kind {
        SourceKind::Ami(ami) => Some(ami),
        // These are only heard.
        SourceKind::Recording { .. }
        | SourceKind::Floor { .. }
        | SourceKind::Webhook(_)
        | SourceKind::Zammad(_)
        | SourceKind::Twilio(_) => None,
    })
}

/// Whether the agent dials out: there is nothing that they could answer.
fn dials(part: &Engagement) -> bool {
    part.via == Via::Outbound
}
