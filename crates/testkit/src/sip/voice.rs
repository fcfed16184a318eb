//! What is said at a phone (RFC 3550, a tone as PCMU), and nothing that is heard there.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::time::interval;

/// How much a datagram holds.
const EACH: Duration = Duration::from_millis(20);
/// The same in samples, 8,000 a second, a byte each.
const SAMPLES: u16 = 160;
/// Version 2; PCMU.
const BEGINS: [u8; 2] = [0x80, 0];
/// Whoever speaks.
const SPEAKER: [u8; 4] = [0, 0, 0, 7];
/// Two samples of PCMU, loud and up, loud and down: the tone is these in turn.
const TONE: [u8; 2] = [0x90, 0x10];

/// Where voices come and go.
pub(super) struct Voice {
    socket: UdpSocket,
    port: u16,
}

impl Voice {
    pub(super) async fn new() -> io::Result<Voice> {
        let socket = UdpSocket::bind(("127.0.0.1", 0)).await?;
        let port = socket.local_addr()?.port();
        Ok(Voice { socket, port })
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Says a tone.
    pub(super) async fn speak(&self, there: SocketAddr, time: Duration) {
        let mut pace = interval(EACH);
        let datagrams = u16::try_from(time.as_millis() / EACH.as_millis()).unwrap_or(u16::MAX);
        for nth in 0..datagrams {
            pace.tick().await;
            let at = u32::from(nth) * u32::from(SAMPLES);
            let head = [&BEGINS[..], &nth.to_be_bytes(), &at.to_be_bytes(), &SPEAKER].concat();
            let sound = TONE.iter().cycle().take(usize::from(SAMPLES)).copied();
            // What is lost on the way is not said again: this is a voice.
            let _ = self.socket.send_to(&head.into_iter().chain(sound).collect::<Vec<u8>>(), there).await;
        }
    }
}
