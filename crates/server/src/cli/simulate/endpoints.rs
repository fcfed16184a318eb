//! The settings of a deployment that reads the simulated phone system: what `serve --config` takes. Nothing is simulated
//! here.

use sandbox::centre;
use sandbox::pbx::obedient::PbxSettings;
use serde::Serialize;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use telephony::endpoints::EndpointSettings;

/// What the file begins with: one that begins otherwise is somebody's, and is not written over.
const FIRST_LINE: &str = "# Settings that read the phone system of `bitacora simulate` (docs/simulate.md).";
/// Name of the source.
const SOURCE: &str = "simulated";
/// Where the simulated phone system's numbers lead outside.
const OUTSIDE: &str = "from-internal";
/// The file holds the secret: it is its owner's alone.
const MODE: u32 = 0o600;

#[derive(Serialize)]
struct Written {
    tenants: [Tenant; 1],
}

#[derive(Serialize)]
struct Tenant {
    region: &'static str,
    own_numbers: Vec<String>,
    sources: [Source; 1],
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
    kind: &'static str,
    address: String,
    username: String,
    secret: String,
    dial_context: &'static str,
    endpoints: EndpointSettings,
}

/// Writes the settings into `file`.
///
/// # Errors
/// It cannot be written, or holds something else; the reason names it.
pub(super) fn write(file: &Path, pbx: &PbxSettings, address: SocketAddr) -> Result<(), String> {
    let failed = |why: &dyn std::fmt::Display| format!("--write-endpoints {}: {why}", file.display());
    if let Ok(there) = File::open(file) {
        let first = BufReader::new(there).lines().next();
        if first.is_some_and(|line| line.is_ok_and(|line| line != FIRST_LINE)) {
            return Err(failed(&"it is there and was not written by this command; name another file"));
        }
    }
    let source = Source {
        name: SOURCE,
        kind: "ami",
        address: address.to_string(),
        username: pbx.username.clone(),
        secret: pbx.secret.clone(),
        dial_context: OUTSIDE,
        endpoints: centre::endpoints(&pbx.agents),
    };
    let own_numbers = centre::own_numbers(&pbx.agents);
    let settings = Written { tenants: [Tenant { region: centre::REGION, own_numbers, sources: [source] }] };
    let text = toml::to_string(&settings).map_err(|error| failed(&error))?;
    let open = OpenOptions::new().write(true).create(true).truncate(true).mode(MODE).open(file);
    let mut open = open.map_err(|error| failed(&error))?;
    write!(open, "{FIRST_LINE}\n\n{text}").map_err(|error| failed(&error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{SourceKind, load};
    use sandbox::day::{Day, DaySettings};
    use sandbox::people::Callers;
    use std::os::unix::fs::PermissionsExt;

    fn pbx() -> PbxSettings {
        PbxSettings::of_day(Day::new(DaySettings::default()), Callers::default())
    }

    #[test]
    fn what_is_written_is_what_settings_take_and_nobody_else_may_read_it() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("pbx.toml");
        let address = SocketAddr::from(([127, 0, 0, 1], 5038));
        // A second time as well: the file is the command's own.
        for _ in 0..2 {
            write(&file, &pbx(), address).expect("written");
        }
        let settings = load(Some(&file), Vec::new()).expect("settings");
        let source = &settings.tenants[0].sources[0];
        let SourceKind::Ami(ami) = &source.kind else { panic!("{:?}", source.kind) };
        assert_eq!((ami.address.as_str(), ami.username.as_str()), ("127.0.0.1:5038", "bitacora"));
        assert_eq!(source.endpoints, centre::endpoints(&pbx().agents));
        assert_eq!(file.metadata().expect("a file").permissions().mode() & 0o777, MODE);
    }

    #[test]
    fn a_file_of_somebody_elses_is_not_written_over() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("bitacora.toml");
        std::fs::write(&file, "[server]\n").expect("written");
        let said = write(&file, &pbx(), SocketAddr::from(([127, 0, 0, 1], 1))).expect_err("refused");
        assert!(said.contains("--write-endpoints") && said.contains("bitacora.toml"), "{said}");
        assert_eq!(std::fs::read_to_string(&file).expect("read"), "[server]\n");
    }
}
