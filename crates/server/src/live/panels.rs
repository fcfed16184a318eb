//! The panels that agents have open, and what is on screen beside each, as the panels say. It lives as long as the
//! connections do and is only ever offered or shown: a submit asks anew (P7, P8).

use domain::id::{AgentKey, CaseId, TenantId};
use domain::relate::View;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

type Subject = (TenantId, AgentKey);

/// A panel, as it names itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Instance(pub Uuid);

/// Every panel that is open.
#[derive(Default)]
pub struct Panels {
    open: Mutex<HashMap<Subject, Vec<Open>>>,
    connections: AtomicU64,
}

/// One connection of a panel: it may be connected anew before the old one is known to be gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connection(u64);

struct Open {
    instance: Instance,
    connection: Connection,
    view: View,
    /// Grows with each time that some panel got the focus; 0: never had it.
    focused: u64,
    /// The Case that was on screen last.
    seen: Option<CaseId>,
}

impl Panels {
    /// A panel opens. One that says the name of another is the same panel connected anew.
    pub fn opened(&self, tenant: TenantId, agent: &AgentKey, instance: Instance, view: View) -> Connection {
        let connection = Connection(self.connections.fetch_add(1, Ordering::Relaxed));
        let mut open = self.open();
        let panels = open.entry((tenant, agent.clone())).or_default();
        panels.retain(|panel| panel.instance != instance);
        panels.push(Open { instance, connection, view, focused: 0, seen: None });
        connection
    }

    /// A connection is gone, and its panel with it, unless the panel has connected anew since.
    pub fn closed(&self, tenant: TenantId, agent: &AgentKey, connection: Connection) {
        let mut open = self.open();
        if let Some(panels) = open.get_mut(&(tenant, agent.clone())) {
            panels.retain(|panel| panel.connection != connection);
            if panels.is_empty() {
                open.remove(&(tenant, agent.clone()));
            }
        }
    }

    /// What is on screen beside a panel changed, or it got the focus.
    pub fn looks_at(
        &self,
        tenant: TenantId,
        agent: &AgentKey,
        instance: Instance,
        view: View,
        focused: bool,
    ) {
        let mut open = self.open();
        let Some(panels) = open.get_mut(&(tenant, agent.clone())) else { return };
        let latest = panels.iter().map(|panel| panel.focused).max().unwrap_or_default();
        let Some(panel) = panels.iter_mut().find(|panel| panel.instance == instance) else { return };
        panel.view = view;
        if let View::Case { case } = view {
            panel.seen = Some(case);
        }
        if focused {
            panel.focused = latest + 1;
        }
    }

    /// How many panels the agent has open.
    pub fn count(&self, tenant: TenantId, agent: &AgentKey) -> usize {
        self.open().get(&(tenant, agent.clone())).map_or(0, Vec::len)
    }

    /// What a panel last said is on screen; silent where it said nothing.
    pub fn view(&self, tenant: TenantId, agent: &AgentKey, instance: Instance) -> View {
        let open = self.open();
        let panels = open.get(&(tenant, agent.clone())).map(Vec::as_slice).unwrap_or_default();
        panels.iter().find(|panel| panel.instance == instance).map(|panel| panel.view).unwrap_or_default()
    }

    /// The Case seen last in the panel that had the focus last, of those that saw any.
    pub fn seen_last(&self, tenant: TenantId, agent: &AgentKey) -> Option<CaseId> {
        let open = self.open();
        let panels = open.get(&(tenant, agent.clone()))?;
        panels.iter().filter(|panel| panel.seen.is_some()).max_by_key(|panel| panel.focused)?.seen
    }

    fn open(&self) -> MutexGuard<'_, HashMap<Subject, Vec<Open>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: TenantId = TenantId(1);

    fn instance(n: u128) -> Instance {
        Instance(Uuid::from_u128(n))
    }

    fn case(n: u128) -> CaseId {
        CaseId(Uuid::from_u128(n))
    }

    #[test]
    fn p09_panels_are_counted_by_agent_while_they_are_open() {
        let (panels, ana, ben) = (Panels::default(), AgentKey("1001".into()), AgentKey("1002".into()));
        let first = panels.opened(TENANT, &ana, instance(1), View::Other);
        let old = panels.opened(TENANT, &ana, instance(2), View::Other);
        let anew = panels.opened(TENANT, &ana, instance(2), View::Other);
        assert_eq!((panels.count(TENANT, &ana), panels.count(TENANT, &ben)), (2, 0));
        assert_eq!(panels.count(TenantId(2), &ana), 0);
        panels.closed(TENANT, &ana, first);
        panels.closed(TENANT, &ana, first);
        panels.closed(TENANT, &ana, old);
        assert_eq!(panels.count(TENANT, &ana), 1, "the panel that connected anew is open");
        panels.closed(TENANT, &ana, anew);
        assert_eq!(panels.count(TENANT, &ana), 0);
    }

    #[test]
    fn p09_the_case_seen_last_is_that_of_the_panel_with_the_last_focus() {
        let (panels, ana) = (Panels::default(), AgentKey("1001".into()));
        panels.opened(TENANT, &ana, instance(1), View::Other);
        panels.opened(TENANT, &ana, instance(2), View::Other);
        assert_eq!(panels.seen_last(TENANT, &ana), None);
        panels.looks_at(TENANT, &ana, instance(1), View::Case { case: case(7) }, true);
        panels.looks_at(TENANT, &ana, instance(2), View::Case { case: case(8) }, true);
        assert_eq!(panels.seen_last(TENANT, &ana), Some(case(8)));
        panels.looks_at(TENANT, &ana, instance(1), View::Other, true);
        assert_eq!(panels.seen_last(TENANT, &ana), Some(case(7)));
        assert_eq!(panels.view(TENANT, &ana, instance(1)), View::Other);
        assert_eq!(panels.view(TENANT, &ana, instance(9)), View::Silent);
    }
}
