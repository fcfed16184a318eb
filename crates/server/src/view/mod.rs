//! What the API shows, in its own words (docs/api.md): domain values turned into JSON shapes. No decision is
//! made here.

mod activity;
mod agent_times;
pub mod bulk;
mod call;
mod call_counts;
mod case;
mod completeness;
mod completeness_crm;
mod control;
mod correction;
mod crm;
mod dial;
mod dry_run;
mod floor;
mod follow_up;
mod import;
mod inbox;
mod list_view;
mod listed;
mod message;
mod on_screen;
mod person;
mod reason;
pub mod records;
mod report;
mod review;
mod saved_report;
mod service;
mod suggestion;
mod web_phone;
mod webhook;

pub use activity::{
    ActivityLineView, ActivityScene, ActivityView, Agents, CodeRefView, EngagementView, ExplainedView, Named,
    People, WrapupSummaryView,
};
pub use agent_times::{AgentNowView, AgentTimesView, AwayTimeView, TimesOfAgentView, agent_times_file};
pub use call::{CallFactsView, LiveCallView, MatchView, PanelAgentView, PanelView, WrapupView};
pub use call_counts::{CallCountsView, CountsView};
pub use case::{CaseLineView, CaseView, Cases, Opportunities, OpportunityView, RelateView};
pub use completeness::{
    ComparedFileView, CompletenessCountsView, CompletenessDayView, CompletenessSourceView, CompletenessView,
    DeafSpanView, LedgerCallView, MadeCallView, MendedCallView, MissingCallView,
};
pub use completeness_crm::{CrmCheckFailureView, CrmCheckView, CrmCountsView, CrmSentView, CrmStrangerView};
pub use control::{ControlsView, TargetAgentView, TargetGroupView, TransferTargetsView};
pub use correction::{CorrectionView, FieldChangeView, UserNames};
pub use crm::{
    BudgetView, CrmCountView, CrmUserView, CrmView, DuplicateView, FindingView, MirroredView, StuckView,
    TrafficView, crm_why,
};
pub use dial::{DialFromView, DialTraceView};
pub use dry_run::{DryLineView, DryRunView, DrySideView, DryTotalsView, DryWrapupView};
pub use floor::{
    AlertView, FloorAgentView, FloorCallView, FloorGroupView, FloorView, ListenedView, ListenerView,
    ListensView, WaitingView,
};
pub use follow_up::{FollowUpScene, FollowUpView};
pub use import::{
    ImportFindingsView, ImportPreviewRow, ImportPreviewView, ImportProgressView, ImportView, PastCallView,
    RefusedRowView, WordCountView, refused_heading, refused_line,
};
pub use inbox::{
    FinishedView, InboxCounts, InboxLineView, InboxStandingView, InboxState, ReleasedView, UserNameView,
};
pub use list_view::{ListViewView, address_of};
pub use listed::ListedActivityView;
pub use message::{CalledBackView, CanView, MessageCountView, MessageLineView, MessageScene, SpokeView};
pub use on_screen::{CrmRecord, OnScreen};
pub use person::{
    CandidateView, CodeChoiceView, DraftView, PersonLineView, PersonView, PhoneView, SetNameView,
};
pub use reason::ReasonView;
pub use records::{Shown, ShowsRecords};
pub use report::{
    DispositionReportView, FileLanguage, ReportAgentView, ReportColumnView, ReportDayView, ReportGroupView,
};
pub use review::{
    ReviewChangeView, ReviewCodeView, ReviewCountView, ReviewEvidenceView, ReviewFindingView, ReviewKindView,
    ReviewMeasureView, ReviewPartView, ReviewSeverityView, ReviewView,
};
pub use saved_report::{MailReaderView, MailScheduleView, ReportMailView, SavedReportView};
pub use service::{FirstCallView, ServiceCountsView, ServiceGroupView, ServicePeriodView, ServiceView};
pub use suggestion::{AccuracyView, SetAccuracyView, SuggestedForView, SuggestionView, WeekAccuracyView};
pub use web_phone::{IceServerView, WebPhoneView};
pub use webhook::{WebhookAttemptView, WebhookDeliveryView, WebhookView, webhook_body};

use domain::disposition::Label;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A label in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LabelView {
    /// Spanish.
    pub es: String,
    /// English.
    pub en: String,
}

impl From<&Label> for LabelView {
    fn from(label: &Label) -> Self {
        LabelView { es: label.es.clone(), en: label.en.clone() }
    }
}

/// The word by which the API names a domain value.
pub fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
