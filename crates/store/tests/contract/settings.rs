//! The centre's settings and the change log.

use crate::fixture::World;
use crate::observed::pages_of_audit;
use crate::sample::*;
use domain::audit::{AuditEntry, AuditSubject};
use domain::auto_create::{AutoCreateRules, CreateRule, NewOwner};
use domain::call::CallType;
use domain::centre::{
    AcwPolicy, AfterSubmit, AlertPolicy, Centre, CorrectionPolicy, InboxPolicy, ListeningPolicy, OnExpiry,
    ReportTargets, ServicePolicy, WhoListens,
};
use domain::commit::{Change, Precondition};
use domain::directory::PhoneField;
use domain::disposition::Label;
use domain::matching::AutoCreate;
use domain::mirror::PhoneChoice;
use domain::ring_group::RingGroup;
use domain::wrapup::reason::ReasonChoice;
use store::{MAX_PAGE, ReadError};

for_each_store! {
    settings_are_what_was_last_said_of_them,
    a_centre_without_settings_has_none,
    settings_are_read_as_they_are_after_each_change,
    the_centre_precondition_compares_the_version,
    every_subject_has_its_own_log,
    an_entry_is_written_once_and_stays,
    pages_of_the_log_hold_every_entry_once_whatever_is_added_meanwhile,
    a_place_in_the_log_that_was_not_given_out_is_refused,
}

fn set_to(centre: &Centre) -> Change {
    Change::Centre(Box::new(centre.clone()))
}

fn entry(entry: AuditEntry) -> Change {
    Change::Audit(Box::new(entry))
}

async fn log(world: &World<'_>, subject: Option<AuditSubject>) -> Vec<AuditEntry> {
    pages_of_audit(world.store, world.tenant, subject).await.concat()
}

async fn settings_are_what_was_last_said_of_them(world: &World<'_>) {
    let acw = AcwPolicy {
        seconds: Some(30),
        extension_s: 15,
        max_extensions: 3,
        on_expiry: OnExpiry::Close,
        longest_s: None,
        after_submit: AfterSubmit::Hold,
        dial_during: false,
    };
    let lead = CreateRule {
        make: AutoCreate::Lead,
        name: Some("Llamada de {number}".to_owned()),
        company: Some("·".to_owned()),
        email: None,
        owner: NewOwner::User { user: user_id(1) },
    };
    let full = Centre {
        version: 2,
        codes_enabled: false,
        own_numbers: vec!["+34 910 00 00 00".to_owned(), "8000".to_owned()],
        matching: leads_first(),
        auto_create: AutoCreateRules::on_log(AutoCreate::None).with(CallType::Voicemail, lead),
        short_abandon_s: Some(5),
        wrapup_unreached: false,
        suggest_codes: false,
        pop_single_match: false,
        acw,
        inbox: InboxPolicy { put_aside: true, most: Some(3), oldest_s: None, remind_s: Some(9) },
        away_reasons: vec![Label { es: "Baño".to_owned(), en: "\"Loo\"".to_owned() }],
        do_not_log_reasons: vec![ReasonChoice {
            id: "prank".to_owned(),
            label: Label { es: "Broma".to_owned(), en: "Prank".to_owned() },
            retired: true,
        }],
        ring_groups: vec![RingGroup {
            key: "sales".to_owned(),
            name: "Ventas".to_owned(),
            numbers: vec!["911 000 001".to_owned()],
            agents: vec![agent(1)],
            answer_within_s: Some(10),
        }],
        corrections: CorrectionPolicy { agent_hours: None },
        alerts: AlertPolicy { acw_s: None, wait_s: Some(5) },
        listening: ListeningPolicy { who: WhoListens::Admins, tell_agent: false },
        targets: ReportTargets { undispositioned_percent: Some(2), lost_percent: None, acw_p90_s: Some(60) },
        service: ServicePolicy { answer_within_s: 30, repeat_days: 14 },
        crm_phones: vec![PhoneChoice {
            object: "Contact".to_owned(),
            field: "Second_Mobile__c".to_owned(),
            as_field: PhoneField::Mobile,
        }],
    };
    for step in [full, Centre { version: 3, ..Centre::default() }] {
        world.write(vec![set_to(&step)]).await;
        assert_eq!(world.store.centre(world.tenant).await.unwrap(), Some(step));
    }
}

async fn a_centre_without_settings_has_none(world: &World<'_>) {
    let third = world.store.tenant("third").await.unwrap();
    assert_eq!(world.store.centre(third).await.unwrap(), None);
    assert_eq!(world.store.centre(domain::id::TenantId(99)).await.unwrap(), None);
}

async fn settings_are_read_as_they_are_after_each_change(world: &World<'_>) {
    for version in 2..40 {
        let now = Centre { version, codes_enabled: version % 2 == 0, ..Centre::default() };
        world.write(vec![set_to(&now)]).await;
        assert_eq!(world.store.centre(world.tenant).await.unwrap(), Some(now.clone()));
        assert_eq!(world.store.centre(world.tenant).await.unwrap(), Some(now));
        let others = world.store.centre(world.other).await.unwrap().unwrap();
        assert_eq!((others.version, others.own_numbers), (1, vec!["B".to_owned()]));
    }
}

async fn the_centre_precondition_compares_the_version(world: &World<'_>) {
    let on = |version| Precondition::CentreVersion { version };
    assert!(world.holds(on(1)).await && !world.holds(on(0)).await);
    let next = Centre { version: 2, ..Centre::default() };
    assert!(world.write_if(on(1), vec![set_to(&next)]).await.is_ok());
    assert!(world.write_if(on(1), vec![set_to(&Centre { version: 9, ..next })]).await.is_err());
    assert!(world.holds(on(2)).await);
}

async fn every_subject_has_its_own_log(world: &World<'_>) {
    let subjects = [
        AuditSubject::Activity(call_key(1)),
        AuditSubject::Person(person_id(1)),
        AuditSubject::Case(case_id(2)),
        AuditSubject::Code(code_id(1)),
        AuditSubject::Set(set_id(1)),
        AuditSubject::User(user_id(1)),
        // The same id, and another kind.
        AuditSubject::Person(domain::id::PersonId(case_id(2).0)),
    ];
    let entries: Vec<_> = subjects.iter().zip(10..).map(|(subject, n)| audited(n, *subject, "new")).collect();
    world.write(entries.iter().cloned().map(entry).collect()).await;
    for (subject, entry) in subjects.into_iter().zip(&entries) {
        assert_eq!(log(world, Some(subject)).await, std::slice::from_ref(entry));
    }
    let rule = AuditEntry { by: None, fields: vec![], ..audited(3, AuditSubject::Centre, "") };
    world.write(vec![entry(rule.clone())]).await;
    let first = audited(1, AuditSubject::Centre, "one A");
    assert_eq!(log(world, Some(AuditSubject::Centre)).await, [rule.clone(), first.clone()]);
    let of_case = audited(2, AuditSubject::Case(case_id(1)), "two A");
    let newest_first = [rule].into_iter().chain(entries.into_iter().rev()).chain([of_case, first]);
    assert_eq!(log(world, None).await, newest_first.collect::<Vec<_>>(), "as they were written");
    assert_eq!(log(world, Some(AuditSubject::User(user_id(2)))).await, []);
}

async fn an_entry_is_written_once_and_stays(world: &World<'_>) {
    let before = log(world, None).await;
    let again = AuditEntry { by: None, ..audited(1, AuditSubject::User(user_id(1)), "other") };
    world.write(vec![entry(again)]).await;
    assert_eq!(log(world, None).await, before);
}

async fn pages_of_the_log_hold_every_entry_once_whatever_is_added_meanwhile(world: &World<'_>) {
    let subject = AuditSubject::User(user_id(1));
    for n in 10..17 {
        world
            .write(vec![entry(audited(n, subject, "x")), entry(audited(100 + n, AuditSubject::Centre, "x"))])
            .await;
    }
    let mut read = vec![];
    let mut after: Option<String> = None;
    let mut added = 20;
    loop {
        let page = world.store.audit(world.tenant, Some(subject), after.as_deref(), 3).await.unwrap();
        assert!(page.entries.len() <= 3);
        read.extend(page.entries.iter().map(|entry| entry.id));
        world.write(vec![entry(audited(added, subject, "x"))]).await;
        added += 1;
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(read, (10..17).rev().map(audit_id).collect::<Vec<_>>());
    let many = (300..=300 + MAX_PAGE as u32).map(|n| entry(audited(n, subject, "x"))).collect();
    world.write(many).await;
    let page = world.store.audit(world.tenant, None, None, 1_000).await.unwrap();
    assert_eq!((page.entries.len(), page.next.is_some()), (MAX_PAGE, true));
}

async fn a_place_in_the_log_that_was_not_given_out_is_refused(world: &World<'_>) {
    for after in ["", "x", "1;", "١"] {
        let page = world.store.audit(world.tenant, None, Some(after), 3).await;
        assert_eq!(page, Err(ReadError::BadCursor), "{after:?}");
    }
}
