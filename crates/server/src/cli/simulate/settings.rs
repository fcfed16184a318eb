//! What is to be played: defaults, the day's file on top, then what stands on the command line; who may log in also from
//! the environment. All of it is checked before anything is opened.

use super::SimulateArgs;
use sandbox::centre::RING_GROUPS;
use sandbox::day::{Curve, DAY_MIN, DaySettings, GroupDay, MAX_SIGMA, Shape, Spread};
use sandbox::pbx::obedient::{Begins, Habits, PbxSettings};
use sandbox::people::Callers;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Who may log in, where the environment says it.
const USERNAME: &str = "BITACORA_SIMULATE_USERNAME";
const SECRET: &str = "BITACORA_SIMULATE_SECRET";

/// Most calls of a day.
const MAX_CALLS: usize = 100_000;
/// Most agents.
const MAX_AGENTS: usize = 2_000;
/// Fastest: a call of minutes must not be over before its frames are read.
const MAX_SPEED: f64 = 1_000.0;
/// Longest mean of anything, in seconds.
const MAX_MEAN_S: f64 = 86_400.0;

/// A day, and who may log in to its phone system.
#[derive(Debug)]
pub(super) struct Simulation {
    pub(super) day: DaySettings,
    pub(super) habits: Habits,
    pub(super) username: String,
    pub(super) secret: String,
}

/// The day's file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct DayFile {
    username: Option<String>,
    secret: Option<String>,
    calls_per_day: Option<usize>,
    agents: Option<usize>,
    shift_min: Option<u32>,
    lunch_min: Option<u32>,
    repeats: Option<usize>,
    answer_within_s: Option<u32>,
    curve: Option<BTreeMap<String, f64>>,
    begins: Option<BTreeMap<String, u32>>,
    habits: Option<BTreeMap<String, usize>>,
    talk: Option<Times>,
    groups: BTreeMap<String, Group>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Group {
    share: Option<u32>,
    talk: Option<Times>,
    patience: Option<Times>,
    after_call: Option<Times>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Times {
    mean_s: f64,
    shape: Option<ShapeName>,
    sigma: Option<f64>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ShapeName {
    Fixed,
    Exponential,
    Lognormal,
}

/// What is to be played.
///
/// # Errors
/// Something cannot be read or used; the reason names the place.
pub(super) fn read(
    args: &SimulateArgs,
    variables: impl Iterator<Item = (String, String)>,
) -> Result<Simulation, String> {
    let (file, place) = match &args.day {
        Some(path) => (day_file(path)?, path.display().to_string()),
        None => (DayFile::default(), String::new()),
    };
    let at = |field: &str| if place.is_empty() { field.to_owned() } else { format!("{place}: {field}") };
    let mut day = DaySettings {
        seed: args.seed,
        from_min: minute("--from", &args.from)?,
        to_min: minute("--to", &args.to)?,
        speed: args.speed,
        ..DaySettings::default()
    };
    let habits = over(&file, &mut day, &at)?;
    if let Some(path) = &args.curve {
        day.curve = curve_file(path)?;
    }
    day.calls = args.calls_per_day.unwrap_or(day.calls);
    day.agents = args.agents.unwrap_or(day.agents);
    check(&day)?;
    let (username, secret) = login(args, file, variables)?;
    Ok(Simulation { day, habits, username, secret })
}

fn read_text(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn day_file(path: &Path) -> Result<DayFile, String> {
    toml::from_str(&read_text(path)?).map_err(|error| format!("{}: {error}", path.display()))
}

/// Puts the file on top of the defaults; answers the habits that it sets.
fn over(file: &DayFile, day: &mut DaySettings, at: &dyn Fn(&str) -> String) -> Result<Habits, String> {
    day.calls = file.calls_per_day.unwrap_or(day.calls);
    day.agents = file.agents.unwrap_or(day.agents);
    day.shift_min = file.shift_min.unwrap_or(day.shift_min);
    day.lunch_min = file.lunch_min.unwrap_or(day.lunch_min);
    day.repeats = percent(&at("repeats"), file.repeats.unwrap_or(day.repeats))?;
    day.answer_within_s = file.answer_within_s.unwrap_or(day.answer_within_s);
    if let Some(curve) = &file.curve {
        let steps = curve.iter().map(|(time, weight)| Ok((minute(&at("curve"), time)?, *weight)));
        let mut steps = steps.collect::<Result<Vec<_>, String>>()?;
        steps.sort_by_key(|step| step.0);
        day.curve = Curve::of_steps(steps).map_err(|error| format!("{}: {error}", at("curve")))?;
    }
    for (name, weight) in file.begins.iter().flatten() {
        *begins(&mut day.begins, name).ok_or_else(|| unknown(&at("begins"), name, &BEGINS))? = *weight;
    }
    if let Some(times) = file.talk {
        day.talk = spread(&at("talk"), times)?;
    }
    for (name, group) in &file.groups {
        let queues = RING_GROUPS.map(|group| group.queue);
        let place = queues.iter().position(|queue| queue == name);
        let place = place.ok_or_else(|| unknown(&at("groups"), name, &queues))?;
        over_group(&mut day.groups[place], group, &|field| at(&format!("groups.{name}.{field}")))?;
    }
    let mut habits = Habits::default();
    for (name, value) in file.habits.iter().flatten() {
        let habit = habit(&mut habits, name).ok_or_else(|| unknown(&at("habits"), name, &HABITS))?;
        *habit = percent(&at(&format!("habits.{name}")), *value)?;
    }
    Ok(habits)
}

fn over_group(day: &mut GroupDay, group: &Group, at: &dyn Fn(&str) -> String) -> Result<(), String> {
    day.share = group.share.unwrap_or(day.share);
    for (field, times, into) in [
        ("talk", group.talk, &mut day.talk),
        ("patience", group.patience, &mut day.patience),
        ("after_call", group.after_call, &mut day.after_call),
    ] {
        if let Some(times) = times {
            *into = spread(&at(field), times)?;
        }
    }
    Ok(())
}

/// Names of what begins calls.
const BEGINS: [&str; 4] = ["queue", "direct", "by_hand", "internal"];

fn begins<'b>(begins: &'b mut Begins, name: &str) -> Option<&'b mut u32> {
    match name {
        "queue" => Some(&mut begins.queue),
        "direct" => Some(&mut begins.direct),
        "by_hand" => Some(&mut begins.by_hand),
        "internal" => Some(&mut begins.internal),
        _ => None,
    }
}

/// Names of habits.
const HABITS: [&str; 11] = [
    "misses",
    "rejects",
    "click_missed",
    "holds",
    "blind",
    "attended",
    "taken_back",
    "agent_hangs_up",
    "leaves_message",
    "customer_busy",
    "customer_absent",
];

fn habit<'h>(habits: &'h mut Habits, name: &str) -> Option<&'h mut usize> {
    match name {
        "misses" => Some(&mut habits.misses),
        "rejects" => Some(&mut habits.rejects),
        "click_missed" => Some(&mut habits.click_missed),
        "holds" => Some(&mut habits.holds),
        "blind" => Some(&mut habits.blind),
        "attended" => Some(&mut habits.attended),
        "taken_back" => Some(&mut habits.taken_back),
        "agent_hangs_up" => Some(&mut habits.agent_hangs_up),
        "leaves_message" => Some(&mut habits.leaves_message),
        "customer_busy" => Some(&mut habits.customer_busy),
        "customer_absent" => Some(&mut habits.customer_absent),
        _ => None,
    }
}

fn unknown(place: &str, name: &str, known: &[&str]) -> String {
    format!("{place}: there is no {name:?}; there are {}", known.join(", "))
}

fn percent(place: &str, value: usize) -> Result<usize, String> {
    if value <= 100 { Ok(value) } else { Err(format!("{place}: {value} is not from 0 to 100")) }
}

fn spread(place: &str, times: Times) -> Result<Spread, String> {
    /// Of a lognormal that says none.
    const SIGMA: f64 = 0.8;
    if !(times.mean_s > 0.0 && times.mean_s <= MAX_MEAN_S) {
        return Err(format!("{place}.mean_s: {} is not above 0 and at most {MAX_MEAN_S}", times.mean_s));
    }
    let sigma = times.sigma.unwrap_or(SIGMA);
    if !(0.0..=MAX_SIGMA).contains(&sigma) {
        return Err(format!("{place}.sigma: {sigma} is not from 0 to {MAX_SIGMA}"));
    }
    let shape = match times.shape.unwrap_or(ShapeName::Lognormal) {
        ShapeName::Fixed => Shape::Fixed,
        ShapeName::Exponential => Shape::Exponential,
        ShapeName::Lognormal => Shape::Lognormal { sigma },
    };
    if times.sigma.is_some() && !matches!(shape, Shape::Lognormal { .. }) {
        return Err(format!("{place}.sigma: only shape = \"lognormal\" has one"));
    }
    Ok(Spread { shape, mean_ms: times.mean_s * 1_000.0 })
}

/// Minutes after midnight of `HH:MM`.
fn minute(place: &str, text: &str) -> Result<u32, String> {
    let parse = || {
        let (hour, minute) = text.trim().split_once(':')?;
        let two = |digits: &str| (digits.len() == 2).then(|| digits.parse::<u32>().ok())?;
        let (hour, minute) = (two(hour)?, two(minute)?);
        (minute < 60 && hour * 60 + minute <= DAY_MIN).then_some(hour * 60 + minute)
    };
    parse().ok_or_else(|| format!("{place}: {text:?} is no time of the day like 09:30, up to 24:00"))
}

/// A line `HH:MM,weight` for each step; empty ones and those that begin with `#` say nothing.
fn curve_file(path: &Path) -> Result<Curve, String> {
    let text = read_text(path)?;
    let mut steps = Vec::new();
    for (number, line) in text.lines().enumerate().map(|(place, line)| (place + 1, line.trim())) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let place = format!("{} line {number}", path.display());
        let (time, weight) = line.split_once(',').ok_or_else(|| format!("{place}: not like 09:30,12"))?;
        let weight = weight.trim().parse().map_err(|_| format!("{place}: {weight:?} is no number"))?;
        steps.push((minute(&place, time)?, weight));
    }
    Curve::of_steps(steps).map_err(|error| format!("{}: {error}", path.display()))
}

fn check(day: &DaySettings) -> Result<(), String> {
    if day.from_min >= day.to_min {
        return Err("--to: the day ends after it begins (--from)".to_owned());
    }
    if !(day.speed > 0.0 && day.speed <= MAX_SPEED) {
        return Err(format!("--speed: {} is not above 0 and at most {MAX_SPEED}", day.speed));
    }
    if day.calls > MAX_CALLS {
        return Err(format!("--calls-per-day: {} is more than {MAX_CALLS}", day.calls));
    }
    if !(1..=MAX_AGENTS).contains(&day.agents) {
        return Err(format!("--agents: {} is not from 1 to {MAX_AGENTS}", day.agents));
    }
    if !(1..=DAY_MIN).contains(&day.shift_min) {
        return Err(format!("shift_min: {} is not from 1 to {DAY_MIN}", day.shift_min));
    }
    let begins = day.begins;
    let weights = [begins.queue, begins.direct, begins.by_hand, begins.internal];
    if weights.iter().all(|weight| *weight == 0) {
        return Err("begins: nobody begins a call; one of them must be above 0".to_owned());
    }
    if begins.queue > 0 && day.groups.iter().all(|group| group.share == 0) {
        return Err("groups: no ring group is called; the share of one must be above 0".to_owned());
    }
    if day.calls > 0 && day.curve.weight(day.from_min, day.to_min) <= 0.0 {
        return Err("curve: nobody calls between --from and --to".to_owned());
    }
    Ok(())
}

/// The name and the secret: of the environment, else of the file, else those that everybody knows.
fn login(
    args: &SimulateArgs,
    file: DayFile,
    variables: impl Iterator<Item = (String, String)>,
) -> Result<(String, String), String> {
    let known = PbxSettings::demo(0, Callers::default());
    let set: BTreeMap<String, String> =
        variables.filter(|(name, _)| [USERNAME, SECRET].contains(&name.as_str())).collect();
    let username = set.get(USERNAME).cloned().or(file.username);
    let secret = set.get(SECRET).cloned().or(file.secret);
    if secret.is_none() && !args.listen.ip().is_loopback() {
        return Err(format!(
            "--listen {}: others reach it, so it needs a secret of its own: {SECRET}, or `secret` in the day's file",
            args.listen
        ));
    }
    for (name, value) in [(USERNAME, &username), (SECRET, &secret)] {
        // A line break would never be read as a part of it.
        if value.as_ref().is_some_and(|value| value.is_empty() || value.contains(['\r', '\n'])) {
            return Err(format!("{name}: empty, or with a line break"));
        }
    }
    Ok((username.unwrap_or(known.username), secret.unwrap_or(known.secret)))
}

#[cfg(test)]
mod tests {
    use super::super::SimulateArgs;
    use super::*;
    use clap::{Args, FromArgMatches};
    use std::path::PathBuf;

    fn args(line: &[&str]) -> SimulateArgs {
        let command = SimulateArgs::augment_args(clap::Command::new("simulate"));
        let matches = command.get_matches_from([&["simulate"], line].concat());
        SimulateArgs::from_arg_matches(&matches).expect("arguments")
    }

    fn written(dir: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
        let path = dir.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    }

    fn refused(line: &[&str], variables: &[(&str, &str)]) -> String {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        read(&args(line), variables).expect_err("refused")
    }

    #[test]
    fn nothing_set_is_a_working_day() {
        let simulation = read(&args(&[]), std::iter::empty()).expect("defaults");
        assert_eq!(simulation.day, DaySettings::default());
        assert_eq!(simulation.habits, Habits::default());
        assert_eq!(simulation.username, "bitacora");
    }

    #[test]
    fn the_example_of_the_page_is_taken_and_each_of_its_values_is_used() {
        let page = include_str!("../../../../../docs/simulate.md");
        let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next());
        let dir = tempfile::tempdir().expect("a folder");
        let path = written(&dir, "day.toml", example.expect("an example"));
        let line = ["--day", path.to_str().expect("a path"), "--seed", "5", "--calls-per-day", "1200"];
        let variables = [(SECRET.to_owned(), "of the environment".to_owned())];
        let Simulation { day, habits, username, secret } =
            read(&args(&line), variables.into_iter()).expect("a day");
        assert_eq!((username.as_str(), secret.as_str()), ("cti", "of the environment"));
        assert_eq!((day.seed, day.calls, day.agents), (5, 1200, 20));
        assert_eq!((day.shift_min, day.lunch_min, day.repeats, day.answer_within_s), (420, 30, 12, 30));
        assert_eq!((day.begins.queue, day.begins.internal, habits.misses), (80, 3, 10));
        let soporte = day.groups[1];
        assert_eq!((soporte.share, soporte.talk), (50, Spread::lognormal(320.0, 0.9)));
        assert_eq!(soporte.patience, Spread::exponential(75.0));
        assert_eq!(day.groups[0], DaySettings::default().groups[0]);
        assert_eq!(day.talk.shape, Shape::Fixed);
        assert!(day.curve.weight(540, 600) > day.curve.weight(780, 840));
        // Each key that the file may have is explained.
        for key in BEGINS.iter().chain(&HABITS).chain(&["after_call", "sigma", "shape", "mean_s"]) {
            assert!(page.contains(&format!("`{key}`")), "docs/simulate.md lacks {key}");
        }
    }

    #[test]
    fn a_curve_of_a_file_is_taken_and_a_wrong_line_refused_with_its_number() {
        let dir = tempfile::tempdir().expect("a folder");
        let good = written(&dir, "curve.csv", "# a quiet day\n09:00, 1\n10:30,4.5\n\n12:00,0\n");
        let day = read(&args(&["--curve", good.to_str().expect("a path")]), std::iter::empty());
        let day = day.expect("a day").day;
        assert_eq!(day.curve, Curve::of_steps(vec![(540, 1.0), (630, 4.5), (720, 0.0)]).expect("a curve"));
        for (text, said) in [
            ("09:00,1\n9:30,2", "line 2"),
            ("09:00;1", "line 1"),
            ("09:00,many", "many"),
            ("10:00,1\n09:00,1", "step 2"),
            ("", "no step"),
        ] {
            let bad = written(&dir, "bad.csv", text);
            let why = refused(&["--curve", bad.to_str().expect("a path")], &[]);
            assert!(why.contains("bad.csv") && why.contains(said), "{why}");
        }
    }

    #[test]
    fn a_wrong_setting_is_refused_with_the_place_and_the_reason() {
        for (line, said) in [
            (&["--speed=0"][..], "--speed"),
            (&["--speed=nan"], "--speed"),
            (&["--from=18:00", "--to=09:00"], "--to"),
            (&["--from=9"], "--from"),
            (&["--to=24:01"], "--to"),
            (&["--calls-per-day=100001"], "--calls-per-day"),
            (&["--agents=0"], "--agents"),
            (&["--listen=0.0.0.0:5038"], SECRET),
        ] {
            let why = refused(line, &[]);
            assert!(why.contains(said), "{line:?}: {why}");
        }
        assert!(refused(&[], &[(SECRET, "a\nb")]).contains(SECRET));
        let dir = tempfile::tempdir().expect("a folder");
        for (text, said) in [
            ("agent = 3", "line 1"),
            ("repeats = 101", "repeats"),
            ("[groups.sales]\nshare = 1", "ventas"),
            ("[groups.ventas]\ntalk = { mean_s = 0 }", "groups.ventas.talk.mean_s"),
            ("[groups.citas]\npatience = { mean_s = 9, sigma = 3 }", "groups.citas.patience.sigma"),
            ("talk = { mean_s = 9, shape = 'fixed', sigma = 1 }", "talk.sigma"),
            ("[habits]\nmisses = 400", "habits.misses"),
            ("[habits]\nmises = 4", "misses"),
            ("[begins]\nqueue = 0\ndirect = 0\nby_hand = 0\ninternal = 0", "begins"),
            ("[curve]\n'03:00' = 1\n'04:00' = 0", "curve"),
            ("shift_min = 0", "shift_min"),
        ] {
            let path = written(&dir, "day.toml", text);
            let why = refused(&["--day", path.to_str().expect("a path")], &[]);
            assert!(why.contains(said), "{text}: {why}");
        }
    }
}
