//! What is said at a phone (RFC 3550, a tone as PCMU), and how much of what is heard there is loud.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
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
/// Bytes before the samples.
const HEAD: usize = 12;
/// The bits of a datagram's second byte that say what it holds.
const KIND: u8 = 0x7f;
/// From this on a sample of PCMU is loud (G.711: of eight steps that double each time, the fourth).
const LOUD: u8 = 0x30;
/// Longest datagram of a voice.
const MAX_DATAGRAM_BYTES: usize = 2_048;

/// What was heard at a phone so far, in datagrams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// All of them.
    pub all: u64,
    /// Those with something loud in them.
    pub loud: u64,
}

/// Where voices come and go.
pub(super) struct Voice {
    socket: Arc<UdpSocket>,
    port: u16,
    heard: watch::Receiver<Heard>,
    listens: JoinHandle<()>,
    /// How many datagrams went out: one stream, whatever pauses there are. A phone system drops what goes back in it.
    sent: AtomicU32,
}

impl Voice {
    pub(super) async fn new() -> io::Result<Voice> {
        let socket = Arc::new(UdpSocket::bind(("127.0.0.1", 0)).await?);
        let port = socket.local_addr()?.port();
        let (tell, heard) = watch::channel(Heard::default());
        let listens = tokio::spawn(listen(Arc::clone(&socket), tell));
        Ok(Voice { socket, port, heard, listens, sent: AtomicU32::new(0) })
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// What was heard so far.
    pub(super) fn heard(&self) -> Heard {
        *self.heard.borrow()
    }

    /// Waits until enough was heard.
    pub(super) async fn until_heard(&self, enough: impl FnMut(&Heard) -> bool) -> Heard {
        let mut heard = self.heard.clone();
        match heard.wait_for(enough).await {
            Ok(heard) => *heard,
            // Nobody listens any more.
            Err(_) => std::future::pending().await,
        }
    }

    /// Sends a sound: two samples in turn.
    pub(super) async fn send(&self, there: SocketAddr, time: Duration, two: [u8; 2]) {
        let mut pace = interval(EACH);
        for _ in 0..time.as_millis() / EACH.as_millis() {
            pace.tick().await;
            let nth = self.sent.fetch_add(1, Ordering::Relaxed);
            let at = nth.wrapping_mul(u32::from(SAMPLES));
            // The number of a datagram is the lower half of it.
            let head = [&BEGINS[..], &nth.to_be_bytes()[2..], &at.to_be_bytes(), &SPEAKER].concat();
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

async fn listen(socket: Arc<UdpSocket>, tell: watch::Sender<Heard>) {
    let mut bytes = vec![0; MAX_DATAGRAM_BYTES];
    while let Ok((count, _)) = socket.recv_from(&mut bytes).await {
        let Some(samples) = samples(&bytes[..count]) else { continue };
        let loud = is_loud(samples);
        tell.send_modify(|heard| {
            heard.all += 1;
            heard.loud += u64::from(loud);
        });
    }
}

/// The samples of a datagram that holds PCMU.
fn samples(datagram: &[u8]) -> Option<&[u8]> {
    let samples = datagram.get(HEAD..)?;
    (datagram[1] & KIND == BEGINS[1] && !samples.is_empty()).then_some(samples)
}

fn is_loud(samples: &[u8]) -> bool {
    samples.iter().any(|sample| !sample & KIND >= LOUD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_is_loud_and_silence_is_not() {
        let silence = [0x7f, 0xfe];
        assert!(is_loud(&TONE) && !is_loud(&SILENCE) && !is_loud(&silence) && !is_loud(&[]));
        let datagram = [&BEGINS[..], &[0; 10], &TONE].concat();
        assert_eq!(samples(&datagram), Some(&TONE[..]));
        let of_another_kind = [&[0x80, 101][..], &[0; 10], &TONE].concat();
        assert_eq!((samples(&of_another_kind), samples(&[0x80, 0])), (None, None));
    }
}
