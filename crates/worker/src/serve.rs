//! The child's side: confine, then do tasks until the parent hangs up.

use std::io::{self, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags};
use signing::source::ByteSource;

use crate::asked_source::AskedSource;
use crate::confine::{confine, limit_cpu};
use crate::wire::{self, ArrivedOrder, From, HEADER, Kind, Ready, SetUp};
use crate::{FileSource, InProcess, PdfWorker, WorkerError};

/// Works for the process at the other end of standard input, which must be a socket, until it hangs
/// up. To be called before this process has a second thread.
///
/// # Errors
/// When standard input is no socket or what arrives over it is no order.
pub fn serve_stdin() -> io::Result<()> {
    let socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    // Fails for a terminal, a pipe or a file.
    socket.peer_addr()?;
    serve(&Arc::new(socket))
}

fn serve(socket: &Arc<UnixStream>) -> io::Result<()> {
    let first = wire::receive(&**socket)?;
    let set_up: SetUp = expected(first.kind, Kind::SetUp).and_then(|()| first.words())?;
    let ready = Ready {
        refused: confine(&set_up),
    };
    wire::send_words(&**socket, Kind::Ready, &ready)?;

    let worker = InProcess::new(set_up.caller);
    let mut worked = Duration::ZERO;
    while let Some((order, document)) = next(socket)? {
        let source: Arc<dyn ByteSource> = match (order.from, document) {
            (From::Descriptor, Some(file)) => Arc::new(FileSource::new(file.into())?),
            (From::Parts, None) => Arc::new(AskedSource::new(socket.clone(), order.length)),
            (From::Descriptor, None) | (From::Parts, Some(_)) => {
                return Err(wire::invalid("the document does not fit the order"));
            }
        };
        // The limit counts from the start of the process, so it moves on with the tasks. Time on the
        // clock is never less than that of the processor, for one thread works.
        limit_cpu(
            worked
                .as_secs()
                .saturating_add(1)
                .saturating_add(set_up.cpu),
        );
        let began = Instant::now();
        let outcome = worker.run(order.task, source);
        worked = worked.saturating_add(began.elapsed());
        answer(socket, outcome)?;
    }
    Ok(())
}

fn answer(socket: &UnixStream, outcome: Result<crate::Done, WorkerError>) -> io::Result<()> {
    match outcome {
        Ok(done) => wire::send_words(socket, Kind::Done, &done),
        Err(error) => wire::send_words(socket, Kind::Failed, &error),
    }
}

/// The next order with the descriptor that came along, or nothing when the parent hung up.
fn next(socket: &UnixStream) -> io::Result<Option<(ArrivedOrder, Option<OwnedFd>)>> {
    let mut header = [0; HEADER];
    let mut room = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = RecvAncillaryBuffer::new(&mut room);
    let received = rustix::net::recvmsg(
        socket,
        &mut [IoSliceMut::new(&mut header)],
        &mut control,
        RecvFlags::CMSG_CLOEXEC | RecvFlags::WAITALL,
    )?;
    if received.bytes == 0 {
        return Ok(None);
    }
    if received.bytes != HEADER {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let mut descriptor = None;
    for message in control.drain() {
        if let RecvAncillaryMessage::ScmRights(mut arrived) = message {
            descriptor = arrived.next();
        }
    }
    let frame = wire::receive_behind(header, socket)?;
    expected(frame.kind, Kind::Order)?;
    Ok(Some((frame.words()?, descriptor)))
}

fn expected(arrived: Kind, wanted: Kind) -> io::Result<()> {
    if arrived == wanted {
        return Ok(());
    }
    Err(wire::invalid("a message out of turn"))
}
