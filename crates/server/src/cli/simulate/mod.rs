//! `bitacora simulate` (docs/simulate.md): a phone system that plays a call centre's day into any deployment, and says
//! afterwards what really happened. The phone system is the sandbox's; the deployment reads it as it reads an Asterisk.

mod endpoints;
mod ledger;
mod settings;

use super::demo::phone_system::{PhoneSystem, Working};
use super::serve::End;
use super::{refuse, variables};
use crate::clock::{Machine, Surroundings};
use clap::{Args, ValueEnum};
use domain::id::At;
use ledger::Played;
use sandbox::DEMO_SEED;
use sandbox::day::Day;
use sandbox::pbx::obedient::{ObedientPbx, PbxSettings};
use sandbox::people::{Callers, DEMO_PEOPLE};
use settings::Simulation;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::time::{Instant, interval, sleep_until};

/// How often it is looked how far the day has come.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How long the connection stays after the last call, so that whoever reads can settle it.
const STAYS: Duration = Duration::from_secs(3);

/// The day, and where it is played.
#[derive(Debug, Args)]
pub(super) struct SimulateArgs {
    /// Where the phone system is reached; port 0 takes any free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:5038")]
    listen: SocketAddr,
    /// How many times faster than in life the day passes; above 0.
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// When the day begins.
    #[arg(long, value_name = "HH:MM", default_value = "09:00")]
    from: String,
    /// When nobody calls any more.
    #[arg(long, value_name = "HH:MM", default_value = "18:00")]
    to: String,
    /// How many calls are begun between the two.
    #[arg(long, value_name = "CALLS")]
    calls_per_day: Option<usize>,
    /// How many agents there are.
    #[arg(long)]
    agents: Option<usize>,
    /// What everything follows from: the same seed gives the same day.
    #[arg(long, default_value_t = DEMO_SEED)]
    seed: u64,
    /// The day in a file: how long things take, shifts, habits, who may log in (docs/simulate.md).
    #[arg(long, value_name = "FILE")]
    day: Option<PathBuf>,
    /// How many call when: a file with a line `HH:MM,weight` for each step.
    #[arg(long, value_name = "FILE")]
    curve: Option<PathBuf>,
    /// Writes settings into FILE with which `bitacora serve --config FILE` reads this phone system.
    #[arg(long, value_name = "FILE")]
    write_endpoints: Option<PathBuf>,
    /// How the ledger is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Tables to read.
    Text,
    /// One JSON object, with every call.
    Json,
}

pub(super) fn run(args: &SimulateArgs) -> ExitCode {
    let simulation = match settings::read(args, variables()) {
        Ok(simulation) => simulation,
        Err(error) => return refuse(error),
    };
    let runtime = match Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return refuse(error),
    };
    match runtime.block_on(simulate(args, simulation)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(error),
    }
}

async fn simulate(args: &SimulateArgs, simulation: Simulation) -> Result<(), String> {
    let mut end = End::listen()?;
    let phones = PhoneSystem::open_at(args.listen).await;
    let phones = phones.map_err(|error| format!("--listen {}: {error}", args.listen))?;
    let address = phones.address().map_err(|error| error.to_string())?;
    let day = Day::new(simulation.day);
    let callers = Callers::of_sample(DEMO_SEED, DEMO_PEOPLE);
    let pbx = PbxSettings {
        username: simulation.username,
        secret: simulation.secret,
        habits: simulation.habits,
        ..PbxSettings::of_day(day.clone(), callers)
    };
    if let Some(file) = &args.write_endpoints {
        endpoints::write(file, &pbx, address)?;
    }
    eprintln!("The phone system listens on {address}; the day begins when somebody logs in to it.");
    let (working, works) = phones.work(|start| ObedientPbx::new(pbx, start), Machine.now());
    let works = tokio::spawn(works);
    let played = play(&working, &mut end, day).await;
    works.abort();
    let printed = match args.format {
        Format::Text => ledger::text(&played),
        Format::Json => format!("{}\n", ledger::json(&played)),
    };
    std::io::stdout().lock().write_all(printed.as_bytes()).map_err(|error| error.to_string())
}

/// Plays the day to its end, or until the process is told to end.
async fn play(working: &Working, end: &mut End, day: Day) -> Played {
    let mut look = interval(LOOK_EVERY);
    let mut played = Played { day, began: None, ended: Machine.now(), living: 0, calls: Vec::new() };
    loop {
        tokio::select! {
            () = end.told() => {
                played.look(working);
                return played;
            }
            _ = look.tick() => if played.look(working) {
                break;
            },
        }
    }
    tokio::select! {
        () = end.told() => {}
        () = sleep_until(Instant::now() + STAYS) => {}
    }
    played
}

impl Played {
    /// Takes over what has happened since the last look; answers whether the day is over.
    fn look(&mut self, working: &Working) -> bool {
        let (mut pbx, now) = working.look();
        let hours = |day: &Day, began: Option<At>, at: At| began.map(|began| day.minute_of(began, at) / 60);
        let before = hours(&self.day, self.began, self.ended);
        self.began = pbx.day_began();
        self.calls.extend(pbx.take_past_calls());
        (self.living, self.ended) = (pbx.living(), now);
        let hour = hours(&self.day, self.began, now);
        if let Some(hour) = hour.filter(|_| hour != before) {
            eprintln!("{hour:02}:00: {} calls are over, {} under way", self.calls.len(), self.living);
        }
        pbx.day_is_over()
    }
}
