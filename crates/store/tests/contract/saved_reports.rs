//! Saved reports: who sees them, which are mailed, and what is kept of their mails.

use crate::fixture::World;
use crate::sample::*;
use domain::commit::{Change, Commit, Precondition};
use domain::id::{At, ReportId};
use domain::report_mail::{
    Failed, MAILS_KEPT_US, MAX_MAILS_KEPT, MailFault, ReaderFate, ReaderState, ReportMail,
};
use domain::saved_report::{Every, MailForm, MailLanguage, MailSchedule, ReportKind, SavedReport};
use uuid::Uuid;

for_each_store! {
    a_report_is_its_owners_and_everybodys_once_it_is_shared,
    those_that_are_mailed_are_read_a_page_after_the_other,
    a_mail_is_there_once_for_a_time_and_waits_until_it_is_over,
    mails_go_with_their_report_and_the_oldest_are_forgotten,
    a_decision_rests_on_the_versions_of_report_and_mail,
}

pub(crate) fn report_id(n: u32) -> ReportId {
    ReportId(Uuid::from_u128(0x0193_0000_0000_8000_8000_000d_0000_0000 | u128::from(n)))
}

pub(crate) fn report(n: u32, owner: u32, shared: bool, scheduled: bool) -> SavedReport {
    let schedule = MailSchedule {
        every: Every::Month { day: 31 },
        hour: 7,
        recipients: vec![user_id(owner)],
        language: MailLanguage::Es,
        form: MailForm::Parquet,
        since: at(5),
    };
    SavedReport {
        id: report_id(n),
        owner: user_id(owner),
        name: format!("report {n}"),
        shared,
        report: ReportKind::Service,
        query: vec![("when".to_owned(), "7d".to_owned())],
        schedule: scheduled.then_some(schedule),
        version: 1,
    }
}

/// A reader who has it.
fn taken() -> ReaderFate {
    ReaderFate { user: user_id(1), state: ReaderState::Sent, code: None, answer: None }
}

pub(crate) fn mail(report: u32, due: i64) -> ReportMail {
    ReportMail::new(report_id(report), at(due), vec![user_id(1)], (MailLanguage::En, MailForm::Csv))
}

fn saved(report: SavedReport) -> Change {
    Change::Report(Box::new(report))
}

fn mailed(mail: ReportMail) -> Change {
    Change::ReportMail(Box::new(mail))
}

async fn seen(world: &World<'_>, user: u32) -> Vec<SavedReport> {
    world.store.saved_reports(world.tenant, user_id(user)).await.unwrap()
}

async fn a_report_is_its_owners_and_everybodys_once_it_is_shared(world: &World<'_>) {
    let all = [report(3, 1, false, true), report(1, 2, true, false), report(2, 1, true, false)];
    world.write(all.clone().map(saved).to_vec()).await;
    let [third, first, second] = all;
    assert_eq!(seen(world, 1).await, [first.clone(), second.clone(), third.clone()]);
    assert_eq!(seen(world, 2).await, [first.clone(), second]);
    world.write(vec![saved(report(2, 1, false, false))]).await;
    assert_eq!(seen(world, 2).await, [first]);
    let read = async |tenant| world.store.saved_report(tenant, report_id(3)).await.unwrap();
    assert_eq!((read(world.tenant).await, read(world.other).await), (Some(third), None));
    assert_eq!(world.store.saved_reports(world.other, user_id(1)).await.unwrap(), []);
}

async fn those_that_are_mailed_are_read_a_page_after_the_other(world: &World<'_>) {
    world.write((1..8).rev().map(|n| saved(report(n, 1, false, n != 4))).collect()).await;
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = world.store.scheduled_reports(world.tenant, after, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        found.extend(page.into_iter().map(|report| report.id));
    }
    assert_eq!(found, [1, 2, 3, 5, 6, 7].map(report_id));
    world.write(vec![saved(report(1, 1, false, false))]).await;
    let first = world.store.scheduled_reports(world.tenant, None, 1).await.unwrap();
    assert_eq!(first[0].id, report_id(2));
}

async fn to_send(world: &World<'_>, now: At) -> Vec<ReportMail> {
    world.store.report_mails_to_send(world.tenant, now, 9).await.unwrap()
}

async fn a_mail_is_there_once_for_a_time_and_waits_until_it_is_over(world: &World<'_>) {
    world.write(vec![saved(report(1, 1, false, true)), mailed(mail(1, 20)), mailed(mail(1, 10))]).await;
    assert_eq!(to_send(world, at(9)).await, []);
    assert_eq!(to_send(world, at(20)).await, [mail(1, 10), mail(1, 20)]);
    let begun = mail(1, 10).begin(at(20));
    world.write(vec![mailed(begun.clone())]).await;
    assert_eq!(to_send(world, at(20)).await, [mail(1, 20)]);
    assert_eq!(to_send(world, begun.next_at).await, [mail(1, 20), begun.clone()]);
    let failed = Failed { code: Some(550), ..Failed::of(MailFault::Refused) };
    let (sent, dead) =
        (begun.handed(at(30), vec![taken()], None), mail(1, 20).begin(at(20)).failed(at(21), failed));
    world.write(vec![mailed(sent.clone()), mailed(dead.clone())]).await;
    assert_eq!(to_send(world, At(i64::MAX)).await, []);
    let all = world.store.report_mails(world.tenant, report_id(1), 9).await.unwrap();
    assert_eq!(all, [dead, sent.clone()]);
    assert_eq!(world.store.report_mails(world.tenant, report_id(1), 1).await.unwrap().len(), 1);
    let read = async |tenant| world.store.report_mail(tenant, report_id(1), at(10)).await.unwrap();
    assert_eq!((read(world.tenant).await, read(world.other).await), (Some(sent), None));
}

async fn mails_go_with_their_report_and_the_oldest_are_forgotten(world: &World<'_>) {
    // Nothing is mailed of a report that is not there.
    world.write(vec![mailed(mail(1, 1))]).await;
    assert_eq!(to_send(world, At(i64::MAX)).await, []);
    world.write(vec![saved(report(1, 1, false, true)), saved(report(2, 1, false, true))]).await;
    let over = |due: i64| ReportMail { due: At(due), ..mail(1, 0) }.handed(At(due), vec![taken()], None);
    // The fourth of the oldest still waits.
    world.write((0..5).map(|n| mailed(if n == 3 { mail(1, 3) } else { over(at(n).0) })).collect()).await;
    let later = at(10).0 + MAILS_KEPT_US;
    world.write((0..MAX_MAILS_KEPT as i64 + 3).map(|n| mailed(over(later + n))).collect()).await;
    world.write(vec![mailed(mail(2, 0))]).await;
    let kept = world.store.report_mails(world.tenant, report_id(1), 200).await.unwrap();
    let oldest: Vec<At> = kept.iter().rev().take(2).map(|mail| mail.due).collect();
    assert_eq!(oldest, [at(3), At(later)], "what waits stays, and so does all of the last days");
    assert_eq!(kept.len(), MAX_MAILS_KEPT + 4);
    world.write(vec![Change::ReportRemoved(report_id(1))]).await;
    assert_eq!(world.store.report_mails(world.tenant, report_id(1), 9).await.unwrap(), []);
    assert_eq!(to_send(world, At(i64::MAX)).await, [mail(2, 0)]);
}

async fn a_decision_rests_on_the_versions_of_report_and_mail(world: &World<'_>) {
    world.write(vec![saved(report(1, 1, false, true)), mailed(mail(1, 10))]).await;
    let (id, due) = (report_id(1), at(10));
    for (precondition, holds) in [
        (Precondition::ReportVersion { id, version: 1 }, true),
        (Precondition::ReportVersion { id, version: 2 }, false),
        (Precondition::ReportVersion { id: report_id(2), version: 0 }, true),
        (Precondition::ReportsKept { owner: user_id(1), count: 1 }, true),
        (Precondition::ReportsKept { owner: user_id(2), count: 1 }, false),
        (Precondition::ReportMailVersion { report: id, due, version: 1 }, true),
        (Precondition::ReportMailVersion { report: id, due, version: 0 }, false),
        (Precondition::ReportMailVersion { report: id, due: at(11), version: 0 }, true),
    ] {
        let preconditions = vec![precondition.clone()];
        let commit = Commit { tenant: world.tenant, preconditions, changes: Vec::new() };
        assert_eq!(world.store.commit(commit).await.is_ok(), holds, "{precondition:?}");
    }
}
