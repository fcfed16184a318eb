//! How long agents were in each state, as the API shows it, and as a file of comma-separated values.

use super::report::{FileLanguage, line};
use crate::clock::rfc3339;
use crate::ops::agent_times::{AgentTimes, TimesOfAgent};
use crate::ops::report::ReportDays;
use crate::table::csv::BYTE_ORDER_MARK;
use domain::duty::AgentState;
use serde::Serialize;
use utoipa::ToSchema;

/// Time away by what the agent said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AwayTimeView {
    /// What they said; null: nothing.
    pub reason: Option<String>,
    /// Milliseconds.
    pub ms: i64,
}

/// What an agent does now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AgentNowView {
    /// `available`, `ringing`, `on_call`, `after_call_work` or `away`.
    #[schema(value_type = String)]
    pub state: AgentState,
    /// Why they are away.
    pub reason: Option<String>,
    /// Since when.
    pub since: String,
}

/// How long an agent was in each state, in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TimesOfAgentView {
    /// The key.
    pub agent: String,
    /// The name.
    pub agent_name: String,
    /// Free.
    pub available_ms: i64,
    /// Their phone rang.
    pub ringing_ms: i64,
    /// Talked, or dialled.
    pub on_call_ms: i64,
    /// Owed a wrap-up that kept calls away.
    pub after_call_work_ms: i64,
    /// Took no calls, as they said.
    pub away_ms: i64,
    /// The time away by reason, longest first.
    pub away: Vec<AwayTimeView>,
    /// What they do now; null: the days are over, or nothing is known of them.
    pub now: Option<AgentNowView>,
}

/// How long agents were in each state over some days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AgentTimesView {
    /// The first day.
    pub from: String,
    /// The last.
    pub until: String,
    /// Whose days they are.
    pub zone: String,
    /// Until when the times are summed up.
    pub as_of: String,
    /// By name.
    pub agents: Vec<TimesOfAgentView>,
}

impl AgentTimesView {
    /// The times.
    pub fn of(days: &ReportDays, times: &AgentTimes) -> Self {
        AgentTimesView {
            from: days.from.to_string(),
            until: days.until.to_string(),
            zone: days.zone_name().to_owned(),
            as_of: rfc3339(times.as_of),
            agents: times.agents.iter().map(TimesOfAgentView::of).collect(),
        }
    }
}

impl TimesOfAgentView {
    fn of(agent: &TimesOfAgent) -> Self {
        let millis = |state| agent.times.millis(state);
        let away = agent.times.away_millis().into_iter();
        TimesOfAgentView {
            agent: agent.agent.0.clone(),
            agent_name: agent.name.clone(),
            available_ms: millis(AgentState::Available),
            ringing_ms: millis(AgentState::Ringing),
            on_call_ms: millis(AgentState::OnCall),
            after_call_work_ms: millis(AgentState::AfterCallWork),
            away_ms: millis(AgentState::Away),
            away: away.map(|(reason, ms)| AwayTimeView { reason: reason.map(str::to_owned), ms }).collect(),
            now: agent.now.as_ref().map(|entry| AgentNowView {
                state: entry.state,
                reason: entry.reason.clone(),
                since: rfc3339(entry.since),
            }),
        }
    }
}

/// The whole file: a line an agent, with seconds in each state.
pub fn agent_times_file(language: FileLanguage, times: &AgentTimes) -> String {
    let heading = match language {
        FileLanguage::Es => [
            "Agente",
            "Nombre del agente",
            "Segundos disponible",
            "Segundos sonando",
            "Segundos en llamada",
            "Segundos en trabajo posterior",
            "Segundos ausente",
        ],
        FileLanguage::En => [
            "Agent",
            "Agent name",
            "Seconds available",
            "Seconds ringing",
            "Seconds on calls",
            "Seconds in After Call Work",
            "Seconds away",
        ],
    };
    let mut file = format!("{BYTE_ORDER_MARK}{}", line(heading));
    for agent in &times.agents {
        let seconds = |state| (agent.times.millis(state) / 1000).to_string();
        file += &line([
            &agent.agent.0,
            &agent.name,
            &seconds(AgentState::Available),
            &seconds(AgentState::Ringing),
            &seconds(AgentState::OnCall),
            &seconds(AgentState::AfterCallWork),
            &seconds(AgentState::Away),
        ]);
    }
    file
}
