//! What is said at a phone (RFC 3550, a tone as PCMU), and how much of what comes there can be heard.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::sync::watch;
use tokio::task::JoinHandle;
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
pub(super) const TONE: [u8; 2] = [0x90, 0x10];
/// What a phone sends while nobody says anything: silence.
pub(super) const SILENCE: [u8; 2] = [0xff, 0xff];
/// Longest datagram.
const MAX_DATAGRAM_BYTES: usize = 2 * 1024;
/// Where the sound begins in a datagram.
const HEAD_BYTES: usize = 12;
/// A sample as loud as this is heard; silence is 0, and the tone 16,000.
const LOUD: i32 = 4_000;

/// Where voices come and go.
pub(super) struct Voice {
    socket: Arc<UdpSocket>,
    port: u16,
    heard: watch::Receiver<u64>,
    listens: JoinHandle<()>,
}

impl Voice {
    pub(super) async fn new() -> io::Result<Voice> {
        let socket = Arc::new(UdpSocket::bind(("127.0.0.1", 0)).await?);
        let port = socket.local_addr()?.port();
        let (tell, heard) = watch::channel(0);
        let listens = tokio::spawn(listen(Arc::clone(&socket), tell));
        Ok(Voice { socket, port, heard, listens })
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// How many datagrams came in which something can be heard.
    pub(super) fn heard(&self) -> u64 {
        *self.heard.borrow()
    }

    /// Waits until more than so many came.
    pub(super) async fn hears(&self, more_than: u64) {
        let mut heard = self.heard.clone();
        // The sender lives as long as this voice.
        let _ = heard.wait_for(|count| *count > more_than).await;
    }

    /// Sends a sound: two samples in turn.
    pub(super) async fn send(&self, there: SocketAddr, time: Duration, two: [u8; 2]) {
        let mut pace = interval(EACH);
        let datagrams = u16::try_from(time.as_millis() / EACH.as_millis()).unwrap_or(u16::MAX);
        for nth in 0..datagrams {
            pace.tick().await;
            let at = u32::from(nth) * u32::from(SAMPLES);
            let head = [&BEGINS[..], &nth.to_be_bytes(), &at.to_be_bytes(), &SPEAKER].concat();
            let sound = two.iter().cycle().take(usize::from(SAMPLES)).copied();
            // What is lost on the way is not said again: this is a voice.
            let _ = self.socket.send_to(&head.into_iter().chain(sound).collect::<Vec<u8>>(), there).await;
        }
    }
}

impl Drop for Voice {
    fn drop(&mut self) {
        self.listens.abort();
    }
}

async fn listen(socket: Arc<UdpSocket>, tell: watch::Sender<u64>) {
    let mut bytes = vec![0; MAX_DATAGRAM_BYTES];
    while let Ok((count, _)) = socket.recv_from(&mut bytes).await {
        let sound = bytes.get(HEAD_BYTES..count).unwrap_or_default();
        let loud = sound.iter().filter(|sample| level(**sample) >= LOUD).count();
        if loud * 2 > sound.len() {
            tell.send_modify(|heard| *heard += 1);
        }
    }
}

/// How loud a sample of PCMU is (G.711).
fn level(sample: u8) -> i32 {
    let turned = !sample;
    let (exponent, mantissa) = (i32::from(turned >> 4 & 7), i32::from(turned & 15));
    (((mantissa << 3) + 132) << exponent) - 132
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tone_is_loud_and_silence_is_not() {
        assert!(TONE.iter().all(|sample| level(*sample) > LOUD));
        assert!(SILENCE.iter().chain(&[0x7f]).all(|sample| level(*sample) < LOUD));
    }
}
