//! Connections whose client says nothing, or nearly nothing. What a client may take once it has begun a request is
//! bounded elsewhere: its head by the HTTP library (`running`), its body and the answer in [`super::limits`].

use axum_server::accept::Accept;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// How many bytes tell which HTTP it is: the preface of HTTP/2 (RFC 9113, section 3.4). No request of HTTP/1.1 is
/// shorter. Until they are there the library waits without a limit.
const TELLING_BYTES: usize = 24;

/// Takes connections as `A` does, and ends those whose first bytes do not come.
#[derive(Clone, Debug)]
pub(crate) struct FirstBytes<A> {
    accepts: A,
    within: Duration,
}

impl<A> FirstBytes<A> {
    /// They have to come within this time.
    pub(crate) fn within(accepts: A, within: Duration) -> Self {
        FirstBytes { accepts, within }
    }
}

impl<A, I, S> Accept<I, S> for FirstBytes<A>
where
    A: Accept<I, S>,
    A::Future: Send + 'static,
{
    type Stream = Impatient<A::Stream>;
    type Service = A::Service;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Self::Stream, Self::Service)>> + Send>>;

    fn accept(&self, stream: I, service: S) -> Self::Future {
        let (accepted, within) = (self.accepts.accept(stream, service), self.within);
        Box::pin(async move {
            let (stream, service) = accepted.await?;
            #[expect(
                clippy::disallowed_methods,
                reason = "a limit of a connection decides nothing that is stored"
            )]
            let ends = Some(Box::pin(sleep(within)));
            Ok((Impatient { stream, read: 0, ends }, service))
        })
    }
}

/// A connection that fails where its first bytes do not come in time.
pub(crate) struct Impatient<S> {
    stream: S,
    read: usize,
    /// None once they came.
    ends: Option<Pin<Box<Sleep>>>,
}

impl<S: AsyncRead + Unpin> AsyncRead for Impatient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, into);
        self.read += into.filled().len() - before;
        if self.read >= TELLING_BYTES {
            self.ends = None;
        }
        let late = |ends: &mut Pin<Box<Sleep>>| ends.as_mut().poll(context).is_ready();
        if polled.is_pending() && self.ends.as_mut().is_some_and(late) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Impatient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
