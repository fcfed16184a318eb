//! Users, sessions and one-time links.

use crate::fixture::World;
use crate::sample::*;
use domain::account::{Role, Session, User};
use domain::commit::{Change, Commit, Precondition};
use store::CommitError;

for_each_store! {
    users_are_what_was_last_said_and_come_by_login,
    agents_are_called_what_their_users_are_now,
    a_login_is_compared_without_case,
    a_login_that_is_taken_is_inconsistent,
    user_versions_are_compared,
    only_a_new_tenant_has_no_users,
    an_agent_is_one_active_user,
    an_administrator_who_is_switched_off_is_none,
    sessions_that_expired_are_forgotten_and_no_others,
    a_session_is_found_by_both_of_its_tokens,
    sessions_end_one_by_one_and_by_user,
    what_hangs_on_an_unknown_user_is_inconsistent,
    the_session_precondition_compares_the_current_token,
    a_link_works_until_it_is_used,
    a_link_is_valid_until_it_expires,
}

fn saved(user: User) -> Change {
    Change::User(Box::new(user))
}

async fn refused(world: &World<'_>, change: Change) -> bool {
    let answer = world.store.commit(Commit::of(world.tenant, vec![change])).await;
    matches!(answer, Err(CommitError::Inconsistent(_)))
}

async fn users_are_what_was_last_said_and_come_by_login(world: &World<'_>) {
    let first = User { role: Role::Supervisor, agent: None, ..user(2, "Zoë") };
    let second =
        User { role: Role::Admin, active: false, password_hash: Some("$x".to_owned()), ..user(3, "bea") };
    world.write(vec![saved(first.clone()), saved(second.clone())]).await;
    let ana = user(1, "Ana.A@example.org");
    assert_eq!(world.store.users(world.tenant).await.unwrap(), vec![ana, second.clone(), first.clone()]);
    let changed = User { login: "zoe2".to_owned(), version: 2, ..first };
    world.write(vec![saved(changed.clone())]).await;
    assert_eq!(world.store.user(world.tenant, user_id(2)).await.unwrap(), Some(changed));
    assert_eq!(world.store.user(world.tenant, user_id(3)).await.unwrap(), Some(second));
    assert_eq!(world.store.user(world.tenant, user_id(5)).await.unwrap(), None);
}

async fn agents_are_called_what_their_users_are_now(world: &World<'_>) {
    let names = async || world.store.agent_names(world.tenant).await.unwrap();
    assert_eq!(names().await.get(&agent(1)).map(String::as_str), Some("User 1"));
    let renamed = User { name: "Ana B".to_owned(), ..user(1, "Ana.A@example.org") };
    world.write(vec![saved(renamed.clone()), saved(User { agent: None, ..user(2, "Zoë") })]).await;
    assert_eq!(names().await.iter().collect::<Vec<_>>(), [(&agent(1), &"Ana B".to_owned())]);
    let colleague = User { agent: Some(agent(1)), ..user(3, "bea") };
    world.write(vec![saved(colleague)]).await;
    assert_eq!(names().await.get(&agent(1)).map(String::as_str), Some("User 3"), "the last by login");
    world.write(vec![saved(User { agent: None, ..user(3, "bea") })]).await;
    assert_eq!(names().await.get(&agent(1)), Some(&renamed.name));
}

async fn a_login_is_compared_without_case(world: &World<'_>) {
    world.write(vec![saved(user(2, "Zoë"))]).await;
    let id = async |login| world.store.user_by_login(world.tenant, login).await.unwrap().map(|user| user.id);
    assert_eq!(id("ANA.a@Example.ORG").await, Some(user_id(1)));
    assert_eq!(id("zoË").await, Some(user_id(2)));
    assert_eq!(id("zoe").await, None);
    assert_eq!(id("ana.b@example.org").await, None, "the other tenant's");
    let free = |login: &str, except: Option<u32>| Precondition::LoginFree {
        login: login.to_owned(),
        except: except.map(user_id),
    };
    assert!(world.holds(free("eva", None)).await);
    assert!(!world.holds(free("ZOË", None)).await && !world.holds(free("zoë", Some(1))).await);
    assert!(world.holds(free("ZOË", Some(2))).await);
    assert!(world.holds(free("ana.b@example.org", None)).await);
}

async fn a_login_that_is_taken_is_inconsistent(world: &World<'_>) {
    assert!(refused(world, saved(user(2, "ana.A@example.org"))).await);
    assert_eq!(world.store.users(world.tenant).await.unwrap().len(), 1);
}

async fn user_versions_are_compared(world: &World<'_>) {
    let at_version = |n, version| Precondition::UserVersion { id: user_id(n), version };
    assert!(world.holds(at_version(1, 1)).await && !world.holds(at_version(1, 2)).await);
    assert!(world.holds(at_version(2, 0)).await && !world.holds(at_version(2, 1)).await);
}

async fn only_a_new_tenant_has_no_users(world: &World<'_>) {
    assert!(!world.holds(Precondition::NoUsers).await);
    let tenant = world.store.tenant("new").await.unwrap();
    let first_admin =
        Commit { tenant, preconditions: vec![Precondition::NoUsers], changes: vec![saved(user(1, "root"))] };
    world.store.commit(first_admin.clone()).await.unwrap();
    assert_eq!(world.store.commit(first_admin).await, Err(CommitError::Refused { index: 0 }));
}

async fn an_agent_is_one_active_user(world: &World<'_>) {
    let free = |n, except| Precondition::AgentFree { agent: agent(n), except: user_id(except) };
    assert!(world.holds(free(1, 1)).await && !world.holds(free(1, 2)).await && world.holds(free(9, 2)).await);
    world.write(vec![saved(User { active: false, ..user(1, "ana.a@example.org") })]).await;
    assert!(world.holds(free(1, 2)).await);
}

async fn an_administrator_who_is_switched_off_is_none(world: &World<'_>) {
    let other = |except| Precondition::OtherAdmin { except: user_id(except) };
    let admin = User { role: Role::Admin, ..user(2, "root") };
    world.write(vec![saved(admin.clone())]).await;
    assert!(world.holds(other(1)).await && !world.holds(other(2)).await);
    world.write(vec![saved(User { active: false, ..admin })]).await;
    assert!(!world.holds(other(1)).await);
}

async fn sessions_that_expired_are_forgotten_and_no_others(world: &World<'_>) {
    let expires_at = session(1, 1).expires_at;
    let early = Session { expires_at: expires_at.plus_millis(-1), ..session(3, 1) };
    world.write(vec![Change::Session(early), Change::ForgetSessions { expired_before: expires_at }]).await;
    let find = async |n| world.store.session(world.tenant, token(n)).await.unwrap().is_some();
    assert_eq!((find(1).await, find(3).await), (true, false));
    world.write(vec![Change::ForgetSessions { expired_before: expires_at.plus_millis(1) }]).await;
    assert!(!find(1).await);
    assert!(world.store.session(world.other, token(1)).await.unwrap().is_some(), "the other tenant's");
}

async fn a_session_is_found_by_both_of_its_tokens(world: &World<'_>) {
    let find = async |n| world.store.session(world.tenant, token(n)).await.unwrap();
    assert_eq!(find(1).await, Some(session(1, 1)));
    let rotated = Session { current: token(2), previous: Some(token(1)), rotated_at: at(5), ..session(1, 1) };
    world.write(vec![Change::Session(rotated.clone())]).await;
    assert_eq!((find(1).await, find(2).await), (Some(rotated.clone()), Some(rotated.clone())));
    let again = Session { current: token(3), previous: Some(token(2)), ..rotated };
    world.write(vec![Change::Session(again.clone())]).await;
    assert_eq!((find(1).await, find(2).await, find(3).await), (None, Some(again.clone()), Some(again)));
}

async fn sessions_end_one_by_one_and_by_user(world: &World<'_>) {
    let find = async |n| world.store.session(world.tenant, token(n)).await.unwrap().is_some();
    let sessions = [(3, 1), (4, 1), (5, 2)].map(|(n, user)| Change::Session(session(n, user)));
    world.write([vec![saved(user(2, "bea"))], sessions.to_vec()].concat()).await;
    world.write(vec![Change::SessionEnded(token(3)), Change::SessionEnded(token(9))]).await;
    assert_eq!([find(1).await, find(3).await, find(4).await, find(5).await], [true, false, true, true]);
    world.write(vec![Change::SessionsEnded(user_id(1)), Change::SessionsEnded(user_id(4))]).await;
    assert_eq!([find(1).await, find(4).await, find(5).await], [false, false, true]);
}

async fn what_hangs_on_an_unknown_user_is_inconsistent(world: &World<'_>) {
    assert!(refused(world, Change::Session(session(3, 4))).await);
    assert!(refused(world, Change::Link(link(3, Some(4)))).await);
    assert_eq!(world.store.session(world.tenant, token(3)).await.unwrap(), None);
    assert_eq!(world.store.link(world.tenant, token(3)).await.unwrap(), None);
}

async fn the_session_precondition_compares_the_current_token(world: &World<'_>) {
    let is_at = |id, current| Precondition::SessionAt { id: token(id), current: token(current) };
    assert!(
        world.holds(is_at(1, 1)).await && !world.holds(is_at(1, 2)).await && !world.holds(is_at(2, 2)).await
    );
    let rotated = Session { current: token(2), previous: Some(token(1)), ..session(1, 1) };
    let rotate = Change::Session(rotated);
    world.write_if(is_at(1, 1), vec![rotate.clone()]).await.unwrap();
    assert_eq!(world.write_if(is_at(1, 1), vec![rotate]).await, Err(CommitError::Refused { index: 0 }));
    assert!(world.holds(is_at(1, 2)).await);
    world.write(vec![Change::SessionEnded(token(1))]).await;
    assert!(!world.holds(is_at(1, 2)).await);
}

async fn a_link_works_until_it_is_used(world: &World<'_>) {
    let find = async |n| world.store.link(world.tenant, token(n)).await.unwrap();
    assert_eq!(find(1).await, Some(link(1, Some(1))));
    world.write(vec![Change::Link(link(2, None))]).await;
    assert_eq!(find(2).await, Some(link(2, None)));
    world.write(vec![Change::LinkUsed(token(1)), Change::LinkUsed(token(9))]).await;
    assert_eq!((find(1).await, find(2).await, find(9).await), (None, Some(link(2, None)), None));
    world.write(vec![Change::Link(link(1, Some(1)))]).await;
    assert_eq!(find(1).await, None, "made again, it does not work again");
}

async fn a_link_is_valid_until_it_expires(world: &World<'_>) {
    let valid = |n, second| Precondition::LinkValid { hash: token(n), now: at(second) };
    assert!(world.holds(valid(1, 999)).await);
    assert!(!world.holds(valid(1, 1_000)).await && !world.holds(valid(2, 0)).await);
    world.write_if(valid(1, 0), vec![Change::LinkUsed(token(1))]).await.unwrap();
    assert!(!world.holds(valid(1, 0)).await);
}
