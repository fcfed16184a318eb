//! What is asked of the server: reports that rollups answer, reports that they do not, and lists.

use super::week;

/// Something a page asks for.
pub(super) struct Asked {
    pub(super) what: &'static str,
    /// Where it is asked, below the root of the API.
    pub(super) path: String,
    /// What a report must say it was counted from; `None` with lists.
    pub(super) from: Option<&'static str>,
}

fn asked(what: &'static str, from: Option<&'static str>, path: impl Into<String>) -> Asked {
    Asked { what, path: path.into(), from }
}

/// The days that are asked for: the last year, and all three, of whole weeks from Monday, 2 January 2023 on.
const YEAR: &str = "from=2025-01-01&until=2025-12-20";
const ALL: &str = "from=2023-01-02&until=2025-12-28";
const MONTH: &str = "from=2025-11-01&until=2025-11-30";

/// Reports that rollups answer.
pub(super) fn rollups() -> Vec<Asked> {
    let (agent, group) = (week::agent(2).0, week::ring_group(2));
    let calls = |what, rest: String| asked(what, Some("rollups"), format!("/reports/calls?{rest}"));
    vec![
        calls("a year by day and ring group", format!("{YEAR}&per=day&by=ring_group")),
        calls("a year by day and agent", format!("{YEAR}&per=day&by=agent")),
        calls("a year by week of one agent", format!("{YEAR}&per=week&agent={agent}")),
        calls("three years by month and ring group", format!("{ALL}&per=month&by=ring_group")),
        calls("three years by month and agent", format!("{ALL}&per=month&by=agent")),
        calls("a month by day and agent", format!("{MONTH}&per=day&by=agent")),
        calls("a month by day of a ring group", format!("{MONTH}&per=day&ring_group={group}")),
        calls("a month of agents of a ring group", format!("{MONTH}&per=month&by=agent&ring_group={group}")),
        asked("dispositions of a year", None, format!("/reports/dispositions?{YEAR}")),
        asked("dispositions of a month", None, format!("/reports/dispositions?{MONTH}")),
    ]
}

/// Reports that only the calls answer.
pub(super) fn calls(code: &str) -> Vec<Asked> {
    let group = week::ring_group(2);
    let calls = |what, from, rest: String| asked(what, Some(from), format!("/reports/calls?{rest}"));
    vec![
        calls("a month by hour", "calls_by_hour", format!("{MONTH}&per=hour&by=ring_group")),
        calls("a year of one code by day", "calls_of_column", format!("{YEAR}&per=day&by=agent&code={code}")),
        calls(
            "a year with notes by week",
            "calls_of_traits",
            format!("{YEAR}&per=week&by=ring_group&with=notes"),
        ),
        calls(
            "a year of agents of a ring group by day",
            "calls_of_agents_by_day",
            format!("{YEAR}&per=day&by=agent&ring_group={group}"),
        ),
        calls(
            "three years with notes by month",
            "calls_of_traits",
            format!("{ALL}&per=month&by=agent&with=notes"),
        ),
        asked("how callers were served, a month by day", None, format!("/reports/service?{MONTH}&per=day")),
        asked("how callers were served, a year by week", None, format!("/reports/service?{YEAR}&per=week")),
    ]
}

/// Lists, each as its page opens it.
pub(super) fn lists(code: &str) -> Vec<Asked> {
    let agent = week::agent(2).0;
    let list = |what, path: String| asked(what, None, path);
    vec![
        list("Activities", "/activities".to_owned()),
        list("Activities of a code", format!("/activities?code={code}")),
        list("Activities of an agent", format!("/activities?agent={agent}")),
        list("Activities nobody summed up", "/activities?outcome=undispositioned".to_owned()),
        list("Activities by two words of notes", "/activities?notes=factura%20router".to_owned()),
        list("wrap-ups", "/wrapups".to_owned()),
        list("people", "/people".to_owned()),
        list("Cases", "/cases".to_owned()),
        list("messages", "/messages".to_owned()),
        list("changes", "/audit".to_owned()),
        list("follow-ups", "/follow-ups".to_owned()),
        list(
            "Activities of one day",
            "/activities?from=2025-11-11T00:00:00Z&until=2025-11-12T00:00:00Z".to_owned(),
        ),
        list("completeness of a month", format!("/completeness?{MONTH}")),
        list("completeness of a year", format!("/completeness?{YEAR}")),
    ]
}
