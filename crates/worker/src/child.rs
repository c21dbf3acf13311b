//! One child: started, given tasks, ended.

use std::io::{self, IoSlice, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{Mode, OFlags};
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags};
use signing::source::ByteSource;

use crate::in_process::said;
use crate::wire::{self, Frame, From, Kind, Order, PART_MAX, Ready, SetUp, Wanted};
use crate::{Done, Task, WorkerError};

/// A running child.
pub(crate) struct Worker {
    process: Child,
    socket: UnixStream,
    /// What its kernel refused it.
    pub(crate) refused: Vec<String>,
    /// How many tasks it was given.
    pub(crate) tasks: u32,
    /// Since when it has nothing to do.
    pub(crate) idle_since: Instant,
}

/// How a task came back.
pub(crate) enum Outcome {
    /// The child answered and can be given the next task.
    Answered(Result<Done, WorkerError>),
    /// The child took no notice of the task: it was gone before.
    NotTaken,
    /// The child did not live through the task, or must not.
    Ended(WorkerError),
}

impl Worker {
    /// Starts a child and waits until it has confined itself.
    ///
    /// # Errors
    /// When the program does not start or says something else.
    pub(crate) fn start(program: &Path, set_up: &SetUp) -> io::Result<Self> {
        let (socket, far) = UnixStream::pair()?;
        let process = Command::new(program)
            .arg0("pena")
            .arg("worker")
            // Passphrases and addresses may stand in the environment; the child is told nothing.
            .env_clear()
            // The pool is what works in parallel; more arenas would only use up the address space.
            .env("RAYON_NUM_THREADS", "1")
            .env("MALLOC_ARENA_MAX", "2")
            .current_dir("/")
            .stdin(Stdio::from(OwnedFd::from(far)))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut worker = Self {
            process,
            socket,
            refused: Vec::new(),
            tasks: 0,
            idle_since: Instant::now(),
        };
        let frame = {
            let timed = worker.until(Instant::now() + START);
            wire::send_words(&timed, Kind::SetUp, set_up)?;
            wire::receive(&timed)?
        };
        if frame.kind != Kind::Ready {
            return Err(wire::invalid("the child is not what was started"));
        }
        worker.refused = frame.words::<Ready>()?.refused;
        Ok(worker)
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Has one task done within this time.
    pub(crate) fn run(
        &mut self,
        task: &Task,
        source: &dyn ByteSource,
        patience: Duration,
    ) -> Outcome {
        self.tasks = self.tasks.saturating_add(1);
        let timed = self.until(Instant::now() + patience);
        if let Err(error) = self.order(&timed, task, source) {
            let gone = matches!(
                error.kind(),
                io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset
            );
            return if gone {
                Outcome::NotTaken
            } else {
                Outcome::Ended(self.end(&error, patience))
            };
        }
        match converse(&timed, source) {
            Ok(answer) => Outcome::Answered(answer),
            Err(error) => Outcome::Ended(self.end(&error, patience)),
        }
    }

    fn order(&self, timed: &Timed<'_>, task: &Task, source: &dyn ByteSource) -> io::Result<()> {
        let file = source.file().map(read_only).transpose()?;
        let order = Order {
            length: source.len(),
            from: if file.is_some() {
                From::Descriptor
            } else {
                From::Parts
            },
            task,
        };
        let payload = serde_json::to_vec(&order)?;
        let header = wire::header(Kind::Order, &payload)?;
        match &file {
            Some(file) => self.send_with(&header, file.as_fd())?,
            None => wire_write(timed, &header)?,
        }
        wire_write(timed, &payload)
    }

    fn send_with(&self, bytes: &[u8], file: BorrowedFd<'_>) -> io::Result<()> {
        let mut room = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = SendAncillaryBuffer::new(&mut room);
        let files = [file];
        let fits = control.push(SendAncillaryMessage::ScmRights(&files));
        let sent = rustix::net::sendmsg(
            &self.socket,
            &[IoSlice::new(bytes)],
            &mut control,
            SendFlags::NOSIGNAL,
        )?;
        if !fits || sent != bytes.len() {
            return Err(wire::invalid("the descriptor was not sent"));
        }
        Ok(())
    }

    /// Ends the child after a task it did not live through, and says whose fault that is.
    fn end(&mut self, error: &io::Error, patience: Duration) -> WorkerError {
        if matches!(
            error.kind(),
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
        ) {
            self.kill();
            return limit(format!("it took longer than {} ms", patience.as_millis()));
        }
        match self.farewell().and_then(|status| status.signal()) {
            Some(libc::SIGXCPU) => limit("it took too much processor time".to_owned()),
            // An allocation that fails and a stack that is used up abort; the kernel short of memory kills.
            Some(libc::SIGABRT | libc::SIGKILL | libc::SIGSEGV | libc::SIGBUS) => {
                limit("it took too much memory, or is nested too deeply".to_owned())
            }
            _ => WorkerError::broken(format!("the child ended: {error}")),
        }
    }

    /// How the process ended by itself; one that hung up but goes on is killed.
    fn farewell(&mut self) -> Option<ExitStatus> {
        let until = Instant::now() + FAREWELL;
        while Instant::now() < until {
            if let Ok(Some(status)) = self.process.try_wait() {
                return Some(status);
            }
            thread::sleep(Duration::from_millis(1));
        }
        self.kill();
        None
    }

    fn kill(&mut self) {
        // Neither fails but for a process that is gone and reaped.
        let _killed = self.process.kill();
        let _reaped = self.process.wait();
    }

    const fn until(&self, until: Instant) -> Timed<'_> {
        Timed {
            socket: &self.socket,
            until,
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.kill();
    }
}

fn wire_write(mut timed: &Timed<'_>, bytes: &[u8]) -> io::Result<()> {
    timed.write_all(bytes)
}

/// Gives the child the parts it asks for until it has an answer.
fn converse(timed: &Timed<'_>, source: &dyn ByteSource) -> io::Result<Result<Done, WorkerError>> {
    loop {
        let frame: Frame = wire::receive(timed)?;
        match frame.kind {
            Kind::Wanted => give(timed, source, frame.words()?)?,
            Kind::Done => return Ok(Ok(frame.words()?)),
            Kind::Failed => return Ok(Err(frame.words()?)),
            Kind::SetUp | Kind::Ready | Kind::Order | Kind::Part | Kind::NoPart => {
                return Err(wire::invalid("a message out of turn"));
            }
        }
    }
}

fn give(timed: &Timed<'_>, source: &dyn ByteSource, wanted: Wanted) -> io::Result<()> {
    if wanted.length > PART_MAX {
        return Err(wire::invalid("too long a part was asked for"));
    }
    let mut part = vec![0; usize::try_from(wanted.length).unwrap_or_default()];
    // A defect of the medium is the task's misfortune, not this process's.
    let read = catch_unwind(AssertUnwindSafe(|| {
        source.read_at(wanted.offset, &mut part)
    }));
    match read {
        Ok(Ok(())) => wire::send(timed, Kind::Part, &part),
        Ok(Err(error)) => wire::send(timed, Kind::NoPart, error.to_string().as_bytes()),
        Err(payload) => wire::send(timed, Kind::NoPart, said(payload.as_ref()).as_bytes()),
    }
}

/// The same file, but never to be written to by the child.
fn read_only(file: &std::fs::File) -> io::Result<OwnedFd> {
    let flags = rustix::fs::fcntl_getfl(file)?;
    if flags.intersection(OFlags::RWMODE) == OFlags::RDONLY {
        return Ok(file.try_clone()?.into());
    }
    let path = format!("/proc/self/fd/{}", file.as_raw_fd());
    let flags = OFlags::RDONLY | OFlags::CLOEXEC;
    Ok(rustix::fs::open(path, flags, Mode::empty())?)
}

const fn limit(reason: String) -> WorkerError {
    WorkerError::Limit { reason }
}

/// The socket, for as long as there is time.
struct Timed<'a> {
    socket: &'a UnixStream,
    until: Instant,
}

impl Timed<'_> {
    fn left(&self) -> io::Result<Option<Duration>> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        Ok(Some(left))
    }
}

impl Read for &Timed<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.socket.set_read_timeout(self.left()?)?;
        let mut socket = self.socket;
        socket.read(buf)
    }
}

impl Write for &Timed<'_> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.socket.set_write_timeout(self.left()?)?;
        let mut socket = self.socket;
        socket.write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A child that does not confine itself by then is none.
const START: Duration = Duration::from_secs(20);
/// How long a process takes from its last breath to its end.
const FAREWELL: Duration = Duration::from_millis(500);
