//! Where one Asterisk runs: its work folder with its settings, its address and its ports.

use super::tree::Tree;
use std::fs::{self, File};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering};
use tempfile::TempDir;

/// The manager user of the product.
pub const USERNAME: &str = "bitacora";
/// The secret of all manager users.
pub const SECRET: &str = "no-secret";
/// The password of the phone in a browser.
pub const WEB_PASSWORD: &str = "said-by-a-browser";
/// The manager user of the product where agents may ask whatever there is of their calls.
pub const COMMANDER: &str = "commander";
/// The manager user of who looks on for the test.
pub(super) const ONLOOKER: &str = "onlooker";
/// How many ports voices get. Nobody speaks, but every leg takes one.
const VOICE_PORTS: u16 = 200;

/// Its settings; what stands in braces is filled in.
const SETTINGS: [(&str, &str); 22] = [
    ("asterisk.conf", include_str!("conf/asterisk.conf")),
    ("confbridge.conf", include_str!("conf/confbridge.conf")),
    ("extensions.conf", include_str!("conf/extensions.conf")),
    ("features.conf", include_str!("conf/features.conf")),
    ("http.conf", include_str!("conf/http.conf")),
    ("logger.conf", include_str!("conf/logger.conf")),
    ("manager.conf", include_str!("conf/ami.conf")),
    ("modules.conf", include_str!("conf/modules.conf")),
    ("musiconhold.conf", include_str!("conf/musiconhold.conf")),
    ("pjsip.conf", include_str!("conf/pjsip.conf")),
    ("queues.conf", include_str!("conf/queues.conf")),
    ("res_parking.conf", include_str!("conf/res_parking.conf")),
    ("rtp.conf", include_str!("conf/rtp.conf")),
    ("voicemail.conf", include_str!("conf/voicemail.conf")),
    // It wants these to be there.
    ("acl.conf", ""),
    ("ccss.conf", NOTHING_SET),
    ("cdr.conf", NOTHING_SET),
    ("cel.conf", NOTHING_SET),
    ("indications.conf", NOTHING_SET),
    ("pjproject.conf", NOTHING_SET),
    ("pjsip_notify.conf", "[talk]\nEvent=>talk\n"),
    ("udptl.conf", NOTHING_SET),
];
const NOTHING_SET: &str = "[general]\n";
/// Folders that it wants to find.
const FOLDERS: [&str; 7] = ["etc", "varlib/keys", "db", "spool", "run", "log", "cache"];
/// Where its log is.
const LOG: &str = "log/full";
/// Where what it says before it has one is.
const ERRORS: &str = "log/errors";

/// A place.
pub(super) struct Place {
    pub(super) tree: Tree,
    pub(super) sip: SocketAddr,
    pub(super) ami: SocketAddr,
    /// Where it takes SIP over a WebSocket.
    pub(super) web: SocketAddr,
    work: TempDir,
}

impl Place {
    pub(super) fn new(tree: &Path, name: &str) -> io::Result<Place> {
        let tree = Tree::at(tree)?;
        let address = own_address();
        let sip = UdpSocket::bind((address, 0))?.local_addr()?;
        let ami = TcpListener::bind((address, 0))?.local_addr()?;
        let web = TcpListener::bind((address, 0))?.local_addr()?;
        let voice = UdpSocket::bind((address, 0))?.local_addr()?.port().min(u16::MAX - VOICE_PORTS);
        let place = Place { tree, sip, ami, web, work: tempfile::tempdir()? };
        for folder in FOLDERS {
            fs::create_dir_all(place.work().join(folder))?;
        }
        let values = [
            ("{work}", place.work().display().to_string()),
            ("{modules}", place.tree.modules.display().to_string()),
            ("{data}", place.tree.data.display().to_string()),
            ("{name}", name.to_owned()),
            ("{address}", address.to_string()),
            ("{sip_port}", sip.port().to_string()),
            ("{ami_port}", ami.port().to_string()),
            ("{web_port}", web.port().to_string()),
            ("{web_password}", WEB_PASSWORD.to_owned()),
            ("{voice_first}", voice.to_string()),
            ("{voice_last}", (voice + VOICE_PORTS).to_string()),
            ("{username}", USERNAME.to_owned()),
            ("{commander}", COMMANDER.to_owned()),
            ("{onlooker}", ONLOOKER.to_owned()),
            ("{secret}", SECRET.to_owned()),
        ];
        for (file, text) in SETTINGS {
            let fill = |text: String, (gap, value): &(&str, String)| text.replace(gap, value);
            fs::write(place.work().join("etc").join(file), values.iter().fold(text.to_owned(), fill))?;
        }
        Ok(place)
    }

    pub(super) fn work(&self) -> &Path {
        self.work.path()
    }

    /// Where its complaints go before it has a log.
    pub(super) fn errors(&self) -> io::Result<File> {
        File::options().create(true).append(true).open(self.work().join(ERRORS))
    }

    /// What it said so far.
    pub(super) fn said(&self) -> String {
        let read = |file| fs::read_to_string(self.work().join(file)).unwrap_or_default();
        [ERRORS, LOG].map(read).concat()
    }
}

/// A loopback address that nothing else of a test uses: between finding free ports and their use by another program
/// nobody takes them.
fn own_address() -> IpAddr {
    static GIVEN: AtomicU8 = AtomicU8::new(1);
    let [.., high, low] = std::process::id().to_be_bytes();
    let nth = GIVEN.fetch_add(1, Ordering::Relaxed);
    IpAddr::V4(Ipv4Addr::new(127, high | 1, low, nth.max(1)))
}
