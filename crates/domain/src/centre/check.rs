//! What settings can be taken: every limit, and what would contradict itself. The first fault is told with its place.

use super::{
    Centre, MAX_AWAY_REASONS, MAX_CORRECTION_HOURS, MAX_CRM_NAME_CHARS, MAX_EXTENSIONS, MAX_OWN_NUMBERS,
    MAX_PERCENT, MAX_PHONE_OBJECTS, MAX_REPEAT_DAYS, MAX_SECONDS, MAX_WAITING,
};
use crate::call::CallType;
use crate::directory::{MAX_NAME_CHARS, MAX_PHONE_CHARS, MAX_PHONE_FIELDS, PhoneField};
use crate::disposition::{Label, MAX_LABEL_CHARS};
use crate::duty::MAX_AWAY_CHARS;
use crate::ring_group::{
    MAX_AGENT_CHARS, MAX_GROUP_AGENTS, MAX_GROUP_CHARS, MAX_GROUP_NUMBERS, MAX_RING_GROUPS, RingGroup,
};
use crate::wrapup::reason::{MAX_REASON_ID_CHARS, MAX_REASONS};
use std::collections::{BTreeMap, BTreeSet};

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CentreFault {
    /// Nothing in it.
    Empty,
    /// More than fits.
    TooLong,
    /// Nothing that there is, or not of the form it must have.
    Unknown,
    /// No number can be made of it.
    NotANumber,
    /// Another entry says the same.
    Taken,
    /// Each call of a number would make a record again: what is made is never matched.
    WouldRepeat,
    /// It was saved, and can only be retired.
    RetireInstead,
}

/// Why settings cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} cannot be taken: {fault:?}")]
pub struct CentreRefused {
    /// The field, as a path: `away_reasons.2.en`.
    pub field: String,
    /// What is wrong with it.
    pub fault: CentreFault,
}

type Checked = Result<(), CentreRefused>;

fn refuse(field: impl Into<String>, fault: CentreFault) -> Checked {
    Err(CentreRefused { field: field.into(), fault })
}

impl Centre {
    /// Looks at all limits, and at what would contradict itself.
    ///
    /// # Errors
    /// The first that is not kept.
    pub fn check(&self) -> Checked {
        self.check_times()?;
        no_more("own_numbers", &self.own_numbers, MAX_OWN_NUMBERS)?;
        for (nth, number) in self.own_numbers.iter().enumerate() {
            check_number(&format!("own_numbers.{nth}"), number)?;
        }
        no_more("away_reasons", &self.away_reasons, MAX_AWAY_REASONS)?;
        for (nth, reason) in self.away_reasons.iter().enumerate() {
            check_label(&format!("away_reasons.{nth}"), reason, MAX_AWAY_CHARS)?;
        }
        self.check_reasons()?;
        self.check_matching()?;
        self.check_auto_create()?;
        self.check_crm_phones()?;
        self.check_ring_groups()
    }

    /// A reason that was saved can only be retired: Activities may carry it.
    ///
    /// # Errors
    /// One that was there is left out.
    pub fn check_after(&self, before: &Centre) -> Checked {
        let kept = |id: &String| self.do_not_log_reasons.iter().any(|reason| reason.id == *id);
        if before.do_not_log_reasons.iter().all(|reason| kept(&reason.id)) {
            Ok(())
        } else {
            refuse("do_not_log_reasons", CentreFault::RetireInstead)
        }
    }

    fn check_times(&self) -> Checked {
        // Whoever is released would be paused again at once.
        if self.inbox.most == Some(0) {
            return refuse("inbox.most", CentreFault::Empty);
        }
        let limits = [
            ("short_abandon_s", self.short_abandon_s, MAX_SECONDS),
            ("acw.seconds", self.acw.seconds, MAX_SECONDS),
            ("acw.extension_s", Some(self.acw.extension_s), MAX_SECONDS),
            ("acw.longest_s", self.acw.longest_s, MAX_SECONDS),
            ("acw.max_extensions", Some(self.acw.max_extensions), MAX_EXTENSIONS),
            ("inbox.most", self.inbox.most, MAX_WAITING),
            ("inbox.oldest_s", self.inbox.oldest_s, MAX_SECONDS),
            ("inbox.remind_s", self.inbox.remind_s, MAX_SECONDS),
            ("alerts.acw_s", self.alerts.acw_s, MAX_SECONDS),
            ("alerts.wait_s", self.alerts.wait_s, MAX_SECONDS),
            ("targets.undispositioned_percent", self.targets.undispositioned_percent, MAX_PERCENT),
            ("targets.lost_percent", self.targets.lost_percent, MAX_PERCENT),
            ("targets.acw_p90_s", self.targets.acw_p90_s, MAX_SECONDS),
            ("service.answer_within_s", Some(self.service.answer_within_s), MAX_SECONDS),
            ("service.repeat_days", Some(self.service.repeat_days), MAX_REPEAT_DAYS),
            ("corrections.agent_hours", self.corrections.agent_hours, MAX_CORRECTION_HOURS),
        ];
        match limits.into_iter().find(|(_, value, most)| value.is_some_and(|value| value > *most)) {
            Some((field, ..)) => refuse(field, CentreFault::TooLong),
            None if self.service.repeat_days == 0 => refuse("service.repeat_days", CentreFault::Unknown),
            None => Ok(()),
        }
    }

    fn check_reasons(&self) -> Checked {
        let reasons = &self.do_not_log_reasons;
        no_more("do_not_log_reasons", reasons, MAX_REASONS)?;
        let mut ids = BTreeSet::new();
        for (nth, reason) in reasons.iter().enumerate() {
            let field = format!("do_not_log_reasons.{nth}.id");
            check_text(&field, &reason.id, MAX_REASON_ID_CHARS)?;
            if !reason.id.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_') {
                return refuse(field, CentreFault::Unknown);
            }
            if !ids.insert(&reason.id) {
                return refuse(field, CentreFault::Taken);
            }
            check_label(&format!("do_not_log_reasons.{nth}"), &reason.label, MAX_LABEL_CHARS)?;
        }
        Ok(())
    }

    fn check_matching(&self) -> Checked {
        none_twice("matching.kinds", &self.matching.kinds)?;
        none_twice("matching.fields", &self.matching.fields)?;
        let made = || self.auto_create.all().filter_map(|(_, rule)| rule.make.kind());
        if made().any(|kind| self.matching.place(kind).is_none()) {
            return refuse("matching.kinds", CentreFault::WouldRepeat);
        }
        // A record that is made has its number there.
        if made().next().is_some() && !self.matching.looks_at(PhoneField::Phone) {
            return refuse("matching.fields", CentreFault::WouldRepeat);
        }
        Ok(())
    }

    fn check_auto_create(&self) -> Checked {
        for (kind, rule) in self.auto_create.all() {
            for (name, text) in [("name", &rule.name), ("company", &rule.company), ("email", &rule.email)] {
                if text.as_ref().is_some_and(|text| longer(text, MAX_NAME_CHARS)) {
                    return refuse(format!("auto_create.{}.{name}", type_word(kind)), CentreFault::TooLong);
                }
            }
        }
        Ok(())
    }

    fn check_crm_phones(&self) -> Checked {
        let mut of_object: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let is_name = |text: &str| {
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        for (nth, phone) in self.crm_phones.iter().enumerate() {
            for (name, text) in [("object", &phone.object), ("field", &phone.field)] {
                let place = format!("crm_phones.{nth}.{name}");
                check_text(&place, text, MAX_CRM_NAME_CHARS)?;
                if !is_name(text) {
                    return refuse(place, CentreFault::Unknown);
                }
            }
            let fields = of_object.entry(&phone.object).or_default();
            if !fields.insert(&phone.field) {
                return refuse(format!("crm_phones.{nth}.field"), CentreFault::Taken);
            }
            if fields.len() > MAX_PHONE_FIELDS || of_object.len() > MAX_PHONE_OBJECTS {
                return refuse("crm_phones", CentreFault::TooLong);
            }
        }
        Ok(())
    }

    fn check_ring_groups(&self) -> Checked {
        no_more("ring_groups", &self.ring_groups, MAX_RING_GROUPS)?;
        let (mut keys, mut numbers) = (BTreeSet::new(), BTreeSet::new());
        for (nth, group) in self.ring_groups.iter().enumerate() {
            check_group(nth, group)?;
            if !keys.insert(&group.key) {
                return refuse(format!("ring_groups.{nth}.key"), CentreFault::Taken);
            }
            for (place, number) in group.numbers.iter().enumerate() {
                let field = format!("ring_groups.{nth}.numbers.{place}");
                check_number(&field, number)?;
                if !numbers.insert(number.chars().filter(char::is_ascii_digit).collect::<String>()) {
                    return refuse(field, CentreFault::Taken);
                }
            }
        }
        Ok(())
    }
}

/// The word by which a type of call is known.
pub fn type_word(kind: CallType) -> &'static str {
    match kind {
        CallType::Inbound => "inbound",
        CallType::Outbound => "outbound",
        CallType::OutboundMissed => "outbound_missed",
        CallType::Voicemail => "voicemail",
        CallType::ShortAbandoned => "short_abandoned",
        CallType::Abandoned => "abandoned",
        CallType::Missed => "missed",
        CallType::Internal => "internal",
    }
}

fn check_group(nth: usize, group: &RingGroup) -> Checked {
    let field = |name: &str| format!("ring_groups.{nth}.{name}");
    check_text(&field("key"), &group.key, MAX_GROUP_CHARS)?;
    check_text(&field("name"), &group.name, MAX_GROUP_CHARS)?;
    if group.answer_within_s.is_some_and(|seconds| seconds > MAX_SECONDS) {
        return refuse(field("answer_within_s"), CentreFault::TooLong);
    }
    no_more(&field("numbers"), &group.numbers, MAX_GROUP_NUMBERS)?;
    no_more(&field("agents"), &group.agents, MAX_GROUP_AGENTS)?;
    let mut agents = BTreeSet::new();
    for (place, agent) in group.agents.iter().enumerate() {
        let field = field(&format!("agents.{place}"));
        check_text(&field, &agent.0, MAX_AGENT_CHARS)?;
        if !agents.insert(agent) {
            return refuse(field, CentreFault::Taken);
        }
    }
    Ok(())
}

fn longer(text: &str, most: usize) -> bool {
    text.chars().nth(most).is_some()
}

fn no_more<T>(field: &str, entries: &[T], most: usize) -> Checked {
    if entries.len() > most { refuse(field, CentreFault::TooLong) } else { Ok(()) }
}

fn check_text(field: &str, text: &str, most: usize) -> Checked {
    if text.trim().is_empty() {
        return refuse(field, CentreFault::Empty);
    }
    if longer(text, most) { refuse(field, CentreFault::TooLong) } else { Ok(()) }
}

fn check_label(field: &str, label: &Label, most: usize) -> Checked {
    check_text(&format!("{field}.es"), &label.es, most)?;
    check_text(&format!("{field}.en"), &label.en, most)
}

fn check_number(field: &str, number: &str) -> Checked {
    check_text(field, number, MAX_PHONE_CHARS)?;
    if number.chars().any(|c| c.is_ascii_digit()) { Ok(()) } else { refuse(field, CentreFault::NotANumber) }
}

fn none_twice<T: Ord>(field: &str, entries: &[T]) -> Checked {
    if entries.is_empty() {
        return refuse(field, CentreFault::Empty);
    }
    let mut seen = BTreeSet::new();
    match entries.iter().position(|entry| !seen.insert(entry)) {
        Some(nth) => refuse(format!("{field}.{nth}"), CentreFault::Taken),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auto_create::{AutoCreateRules, CreateRule};
    use crate::centre::{AcwPolicy, CorrectionPolicy};
    use crate::directory::PersonKind;
    use crate::id::AgentKey;
    use crate::matching::{AutoCreate, MatchRule};
    use crate::wrapup::reason::ReasonChoice;

    fn label(es: &str, en: &str) -> Label {
        Label { es: es.to_owned(), en: en.to_owned() }
    }

    fn reason(id: &str) -> ReasonChoice {
        ReasonChoice { id: id.to_owned(), label: label("motivo", "reason"), retired: false }
    }

    fn group(key: &str) -> RingGroup {
        RingGroup {
            key: key.to_owned(),
            name: "Name".to_owned(),
            numbers: Vec::new(),
            agents: Vec::new(),
            answer_within_s: None,
        }
    }

    #[track_caller]
    fn refused(change: impl FnOnce(&mut Centre), field: &str, fault: CentreFault) {
        let mut centre = Centre::default();
        change(&mut centre);
        assert_eq!(centre.check(), Err(CentreRefused { field: field.to_owned(), fault }));
    }

    #[test]
    fn what_is_beyond_a_limit_is_refused_with_its_place() {
        use CentreFault::TooLong;
        assert_eq!(Centre::default().check(), Ok(()));
        refused(|c| c.short_abandon_s = Some(MAX_SECONDS + 1), "short_abandon_s", TooLong);
        refused(|c| c.own_numbers = vec!["1".to_owned(); MAX_OWN_NUMBERS + 1], "own_numbers", TooLong);
        refused(|c| c.alerts.acw_s = Some(MAX_SECONDS + 1), "alerts.acw_s", TooLong);
        refused(|c| c.alerts.wait_s = Some(MAX_SECONDS + 1), "alerts.wait_s", TooLong);
        refused(
            |c| c.targets.undispositioned_percent = Some(MAX_PERCENT + 1),
            "targets.undispositioned_percent",
            TooLong,
        );
        refused(|c| c.targets.lost_percent = Some(MAX_PERCENT + 1), "targets.lost_percent", TooLong);
        refused(|c| c.targets.acw_p90_s = Some(MAX_SECONDS + 1), "targets.acw_p90_s", TooLong);
        refused(|c| c.service.answer_within_s = MAX_SECONDS + 1, "service.answer_within_s", TooLong);
        refused(|c| c.service.repeat_days = MAX_REPEAT_DAYS + 1, "service.repeat_days", TooLong);
        refused(|c| c.service.repeat_days = 0, "service.repeat_days", CentreFault::Unknown);
        let slow = RingGroup { answer_within_s: Some(MAX_SECONDS + 1), ..group("a") };
        refused(|c| c.ring_groups = vec![slow], "ring_groups.0.answer_within_s", TooLong);
        let hours = CorrectionPolicy { agent_hours: Some(MAX_CORRECTION_HOURS + 1) };
        refused(|c| c.corrections = hours, "corrections.agent_hours", TooLong);
        let acw = AcwPolicy { max_extensions: MAX_EXTENSIONS + 1, ..AcwPolicy::default() };
        refused(|c| c.acw = acw, "acw.max_extensions", TooLong);
        refused(|c| c.ring_groups = vec![group("a"); MAX_RING_GROUPS + 1], "ring_groups", TooLong);
        refused(|c| c.ring_groups = vec![group(&"k".repeat(81))], "ring_groups.0.key", TooLong);
        refused(|c| c.do_not_log_reasons = vec![reason(&"k".repeat(41))], "do_not_log_reasons.0.id", TooLong);
        for agent_hours in [None, Some(0), Some(MAX_CORRECTION_HOURS)] {
            let corrections = CorrectionPolicy { agent_hours };
            assert_eq!(Centre { corrections, ..Centre::default() }.check(), Ok(()));
        }
    }

    #[test]
    fn a_text_that_is_missing_or_no_number_is_refused_with_its_place() {
        use CentreFault::{Empty, NotANumber, Unknown};
        let reasons = vec![label("a", "a"), label("b", "b"), label("c", "  ")];
        refused(|c| c.away_reasons = reasons, "away_reasons.2.en", Empty);
        refused(|c| c.own_numbers = vec!["1".to_owned(), " ".to_owned()], "own_numbers.1", Empty);
        refused(|c| c.own_numbers = vec!["none".to_owned()], "own_numbers.0", NotANumber);
        refused(|c| c.do_not_log_reasons = vec![reason("Über")], "do_not_log_reasons.0.id", Unknown);
        refused(|c| c.do_not_log_reasons = vec![reason("")], "do_not_log_reasons.0.id", Empty);
        let numbered = RingGroup { numbers: vec!["x".to_owned()], ..group("b") };
        refused(|c| c.ring_groups = vec![group("a"), numbered], "ring_groups.1.numbers.0", NotANumber);
        let nobody = RingGroup { agents: vec![AgentKey(String::new())], ..group("a") };
        refused(|c| c.ring_groups = vec![nobody], "ring_groups.0.agents.0", Empty);
        refused(|c| c.matching.kinds = Vec::new(), "matching.kinds", Empty);
        refused(|c| c.matching.fields = Vec::new(), "matching.fields", Empty);
    }

    #[test]
    fn what_is_said_twice_is_refused_with_its_place() {
        use CentreFault::Taken;
        refused(|c| c.do_not_log_reasons.push(reason("test")), "do_not_log_reasons.4.id", Taken);
        refused(|c| c.ring_groups = vec![group("a"), group("a")], "ring_groups.1.key", Taken);
        let with = |key: &str, number: &str| RingGroup { numbers: vec![number.to_owned()], ..group(key) };
        let twice = vec![with("a", "911 000"), with("b", "911000")];
        refused(|c| c.ring_groups = twice, "ring_groups.1.numbers.0", Taken);
        refused(|c| c.matching.kinds.push(PersonKind::Lead), "matching.kinds.4", Taken);
    }

    #[test]
    fn p05_what_is_made_must_be_matched_or_each_call_would_make_another() {
        use CentreFault::WouldRepeat;
        let lead = CreateRule { make: AutoCreate::Lead, ..CreateRule::default() };
        let leads = AutoCreateRules::on_log(AutoCreate::None).with(CallType::Voicemail, lead);
        let contacts_only = MatchRule { kinds: vec![PersonKind::Contact], ..MatchRule::default() };
        let (rules, kinds) = (leads.clone(), contacts_only.clone());
        refused(|c| (c.auto_create, c.matching) = (rules, kinds), "matching.kinds", WouldRepeat);
        let mobiles = MatchRule { fields: vec![PhoneField::Mobile], ..MatchRule::default() };
        refused(|c| (c.auto_create, c.matching) = (leads, mobiles.clone()), "matching.fields", WouldRepeat);
        let nobody = AutoCreateRules::on_log(AutoCreate::None);
        for matching in [contacts_only, mobiles] {
            let centre = Centre { auto_create: nobody.clone(), matching, ..Centre::default() };
            assert_eq!(centre.check(), Ok(()));
        }
    }

    #[test]
    fn a_reason_that_was_saved_can_only_be_retired() {
        let mut before = Centre::default();
        before.do_not_log_reasons.push(reason("prank"));
        let refused =
            CentreRefused { field: "do_not_log_reasons".to_owned(), fault: CentreFault::RetireInstead };
        assert_eq!(Centre::default().check_after(&before), Err(refused));
        let mut after = before.clone();
        after.do_not_log_reasons[4].retired = true;
        assert_eq!(after.check_after(&before), Ok(()));
        assert_eq!(before.check_after(&Centre::default()), Ok(()));
    }
}
