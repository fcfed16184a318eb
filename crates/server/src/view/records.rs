//! Which records a view shows, so that they can be named as a CRM names them, or hidden from whom it does not show them. Who
//! may see what is in [`crate::ops::crm::sharing`].

use super::{
    ActivityLineView, ActivityView, CandidateView, CaseLineView, CaseView, DryLineView, DrySideView,
    FollowUpView, InboxLineView, ListedActivityView, LiveCallView, MatchView, MessageLineView, PanelView,
    PersonLineView, PersonView, RelateView, WrapupView,
};
use crate::sharing::Hidden;
use domain::id::{CaseId, PersonId};
use domain::mirror::Local;

/// A record as a view shows it.
pub enum Shown<'a> {
    /// A person or an organisation.
    Person(&'a mut PersonLineView),
    /// A Case.
    Case(&'a mut CaseLineView),
}

impl Shown<'_> {
    /// Which record it is.
    pub fn local(&self) -> Local {
        match self {
            Shown::Person(line) => Local::Person(PersonId(line.id)),
            Shown::Case(line) => Local::Case(CaseId(line.id)),
        }
    }

    /// Says what the CRM calls it.
    pub fn name(self, id: Option<String>) {
        match self {
            Shown::Person(line) => line.crm_id = id,
            Shown::Case(line) => line.crm_id = id,
        }
    }

    /// Says whether it asked not to be called.
    pub fn mark_do_not_call(self, asked: bool) {
        if let Shown::Person(line) = self {
            line.do_not_call = asked;
        }
    }

    /// Leaves nothing of it but that there is one.
    pub fn hide(self, why: Hidden) {
        let why = match why {
            Hidden::NotShared => "not_shared",
            Hidden::Asking => "asking",
        };
        match self {
            Shown::Person(line) => {
                line.name = String::new();
                (line.company, line.phone, line.crm_id) = (None, None, None);
                line.do_not_call = false;
                line.hidden = Some(why.to_owned());
            }
            Shown::Case(line) => {
                line.subject = String::new();
                (line.contact, line.account, line.crm_id) = (None, None, None);
                line.hidden = Some(why.to_owned());
            }
        }
    }
}

/// A view that shows records.
pub trait ShowsRecords {
    /// Hands each of them to `each`; a Case before its people.
    fn records(&mut self, each: &mut dyn FnMut(Shown<'_>));
}

impl<T: ShowsRecords> ShowsRecords for Vec<T> {
    fn records(&mut self, each: &mut dyn FnMut(Shown<'_>)) {
        self.iter_mut().for_each(|one| one.records(each));
    }
}

impl<T: ShowsRecords> ShowsRecords for Option<T> {
    fn records(&mut self, each: &mut dyn FnMut(Shown<'_>)) {
        self.iter_mut().for_each(|one| one.records(each));
    }
}

impl ShowsRecords for PersonLineView {
    fn records(&mut self, each: &mut dyn FnMut(Shown<'_>)) {
        each(Shown::Person(self));
    }
}

impl ShowsRecords for CaseLineView {
    fn records(&mut self, each: &mut dyn FnMut(Shown<'_>)) {
        each(Shown::Case(self));
        self.contact.records(each);
        self.account.records(each);
    }
}

impl ShowsRecords for CaseView {
    fn records(&mut self, each: &mut dyn FnMut(Shown<'_>)) {
        self.line.records(each);
        // Of a Contact that is hidden nobody dials the numbers.
        if self.line.hidden.is_some() || self.line.contact.as_ref().is_some_and(|one| one.hidden.is_some()) {
            self.contact_phones.clear();
        }
    }
}

/// The views whose records are those of some of their fields.
macro_rules! shows {
    ($($view:ty: $($field:ident),+;)+) => {
        $(impl ShowsRecords for $view {
            fn records(&mut self, each: &mut dyn FnMut(Shown<'_>)) {
                $(self.$field.records(each);)+
            }
        })+
    };
}

shows! {
    CandidateView: person;
    MatchView: candidates, clicked;
    RelateView: case, offer;
    PersonView: line, account;
    ActivityLineView: party, case;
    ListedActivityView: line;
    super::activity::WrapupSummaryView: party, related;
    super::activity::EngagementView: wrapup;
    ActivityView: line, candidates, engagements;
    InboxLineView: party;
    MessageLineView: party;
    FollowUpView: party;
    DrySideView: party;
    DryLineView: activity, before, after;
    LiveCallView: matched, last_calls, relate, cases;
    WrapupView: matched, last_calls, relate, cases;
    PanelView: calls, wrapups;
}
