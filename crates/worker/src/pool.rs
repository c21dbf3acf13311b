//! Children that wait for work, in two lanes: one for the office, one for the public.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use signing::source::ByteSource;

use crate::child::{Outcome, Worker};
use crate::wire::SetUp;
use crate::{Caller, Done, PdfWorker, Task, WorkerError};

/// How a pool works.
#[derive(Debug, Clone)]
pub struct PoolSettings {
    /// The program that a child is; its first argument will be `worker`.
    pub program: PathBuf,
    /// The office's own work.
    pub office: Lane,
    /// Strangers' work.
    pub public: Lane,
    /// A child without work ends after this time.
    pub idle: Duration,
}

/// How much one kind of caller may cause.
#[derive(Debug, Clone, Copy)]
pub struct Lane {
    /// Children at the same time.
    pub children: usize,
    /// Tasks that may wait for one.
    pub queue: usize,
    /// How long a task may wait.
    pub wait: Duration,
    /// How long a task may take.
    pub time: Duration,
    /// How long a second reading may take, which nobody needs for an answer; it does not wait for a child either.
    pub second: Duration,
    /// How long pictures of what changed may take, which do not wait for a child either.
    pub pictures: Duration,
    /// How long setting a receipt may take: what it says is ours and bounded, but fonts may have to be read first.
    pub receipt: Duration,
    /// Seconds of processor time a task may take.
    pub cpu: u64,
    /// Bytes of address space a child may take.
    pub memory: u64,
    /// A child is replaced after so many tasks.
    pub tasks: u32,
}

impl PoolSettings {
    /// The usual pool on a machine of so many cores.
    pub fn new(program: impl Into<PathBuf>, cores: usize) -> Self {
        let office = Lane {
            children: cores.max(2),
            queue: 256,
            wait: Duration::from_secs(30),
            time: Duration::from_mins(1),
            second: Duration::from_secs(5),
            pictures: Duration::from_secs(10),
            receipt: Duration::from_mins(1),
            cpu: 60,
            memory: 2 << 30,
            tasks: 500,
        };
        // A stranger is answered within five seconds, or told to come back; half of the machine is the office's.
        let public = Lane {
            children: (cores / 2).max(1),
            queue: 16,
            wait: Duration::from_millis(1_500),
            time: Duration::from_millis(3_300),
            second: Duration::from_secs(1),
            pictures: Duration::from_millis(2_500),
            receipt: Duration::from_secs(20),
            cpu: 4,
            memory: 1 << 30,
            tasks: 100,
        };
        Self {
            program: program.into(),
            office,
            public,
            idle: Duration::from_mins(1),
        }
    }
}

/// Does its tasks in child processes that have confined themselves. Starts them when they are needed
/// and ends those without work; a child that dies takes one task with it and nothing else.
pub struct ChildPool {
    office: Arc<Line>,
    public: Arc<Line>,
}

impl ChildPool {
    /// A pool without children yet.
    pub fn new(settings: &PoolSettings) -> Self {
        let line = |caller, lane, first| {
            Arc::new(Line {
                program: settings.program.clone(),
                caller,
                lane,
                first,
                idle: settings.idle,
                state: Mutex::default(),
                freed: Condvar::new(),
                calm: Condvar::new(),
            })
        };
        let office = line(Caller::Office, settings.office, None);
        Self {
            public: line(Caller::Public, settings.public, Some(Arc::clone(&office))),
            office,
        }
    }

    /// Starts a child of each lane to see that it can be done, and says what the kernel refused them.
    ///
    /// # Errors
    /// When the program does not start as a worker.
    pub fn probe(&self) -> io::Result<Vec<String>> {
        let mut refused = Vec::new();
        for line in [&self.office, &self.public] {
            let worker = line.start()?;
            for reason in &worker.refused {
                if !refused.contains(reason) {
                    refused.push(reason.clone());
                }
            }
        }
        Ok(refused)
    }

    /// The processes that are there now, the office's first.
    pub fn processes(&self) -> Vec<u32> {
        [&self.office, &self.public]
            .into_iter()
            .flat_map(|line| line.processes())
            .collect()
    }
}

impl PdfWorker for ChildPool {
    fn run(&self, task: Task, source: Arc<dyn ByteSource>) -> Result<Done, WorkerError> {
        self.office.run(&task, source.as_ref())
    }

    fn run_for_public(&self, task: Task, source: Arc<dyn ByteSource>) -> Result<Done, WorkerError> {
        self.public.run(&task, source.as_ref())
    }
}

/// One lane at work.
struct Line {
    program: PathBuf,
    caller: Caller,
    lane: Lane,
    /// Whose work goes before ours.
    first: Option<Arc<Self>>,
    idle: Duration,
    state: Mutex<State>,
    freed: Condvar,
    /// Nothing runs in this lane.
    calm: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Worker>,
    busy: Vec<u32>,
    running: usize,
    /// When the last one ended.
    ended: Option<Instant>,
    waiting: usize,
    reaper: Reaper,
}

#[derive(Default, PartialEq, Eq)]
enum Reaper {
    #[default]
    Absent,
    Present,
}

impl State {
    /// How long the lane has not been calm enough yet for others: between the steps of one signature nothing runs in it
    /// for a moment, and the office is at work all the same.
    fn rest(&self, now: Instant) -> Duration {
        if self.running > 0 {
            return Duration::MAX;
        }
        self.ended.map_or(Duration::ZERO, |ended| {
            (ended + REST).saturating_duration_since(now)
        })
    }
}

impl Line {
    fn run(self: &Arc<Self>, task: &Task, source: &dyn ByteSource) -> Result<Done, WorkerError> {
        let (courtesy, wait, time) = match task {
            Task::SecondReading => (Duration::ZERO, Duration::ZERO, self.lane.second),
            Task::Compare { .. } => (COURTESY, Duration::ZERO, self.lane.pictures),
            Task::Receipt { .. } => (COURTESY, self.lane.wait, self.lane.receipt),
            Task::Inspect
            | Task::PlaceFields { .. }
            | Task::Prepare { .. }
            | Task::Embed { .. }
            | Task::PrepareTimestamp
            | Task::Lacking { .. }
            | Task::KeepEvidence { .. }
            | Task::Validate { .. }
            | Task::Examine { .. }
            | Task::Typeset { .. }
            | Task::Locate { .. }
            | Task::Stamp { .. }
            | Task::Render { .. } => (COURTESY, self.lane.wait, self.lane.time),
        };
        // Nobody needs these for a verdict, so the office never shares the processor with those of a stranger's file.
        let is_extra = matches!(task, Task::SecondReading | Task::Compare { .. });
        if !self.gave_way(courtesy) && is_extra {
            return Err(WorkerError::Busy);
        }
        let _place = self.enter(wait)?;
        // The second child is for the case that the first had died unseen while it waited.
        for _ in 0..2 {
            let mut worker = match self.take() {
                Some(worker) => worker,
                None => self.start().map_err(|error| {
                    WorkerError::broken(format!("no child can be started: {error}"))
                })?,
            };
            self.state().busy.push(worker.id());
            let outcome = worker.run(task, source, time);
            self.state().busy.retain(|id| *id != worker.id());
            match outcome {
                Outcome::Answered(answer) => {
                    self.give_back(worker, &answer);
                    return answer;
                }
                Outcome::Ended(error) => {
                    tracing::warn!(caller = ?self.caller, %error, "a worker was ended");
                    return Err(error);
                }
                Outcome::NotTaken => {}
            }
        }
        Err(WorkerError::broken("no child takes the task"))
    }

    /// Lets the other lane's work go first, for a moment: what a stranger's upload costs beside its task, the office
    /// would feel too. Whether it was done by then.
    fn gave_way(&self, courtesy: Duration) -> bool {
        let Some(first) = &self.first else {
            return true;
        };
        let until = Instant::now() + courtesy;
        let mut state = first.state();
        loop {
            let now = Instant::now();
            let rest = state.rest(now);
            let left = until.saturating_duration_since(now);
            if rest.is_zero() || left.is_zero() {
                return rest.is_zero();
            }
            let waited = first.calm.wait_timeout(state, rest.min(left));
            (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits for its turn, so long at most.
    fn enter(&self, wait: Duration) -> Result<Place<'_>, WorkerError> {
        let mut state = self.state();
        if state.running >= self.lane.children {
            if state.waiting >= self.lane.queue {
                return Err(WorkerError::Busy);
            }
            state.waiting += 1;
            let (waited, timeout) = self
                .freed
                .wait_timeout_while(state, wait, |state| state.running >= self.lane.children)
                .unwrap_or_else(PoisonError::into_inner);
            state = waited;
            state.waiting -= 1;
            if timeout.timed_out() {
                return Err(WorkerError::Busy);
            }
        }
        state.running += 1;
        Ok(Place(self))
    }

    /// The child that worked last: its fonts and caches are warm, and the others may end.
    fn take(&self) -> Option<Worker> {
        self.state().idle.pop()
    }

    fn start(&self) -> io::Result<Worker> {
        let set_up = SetUp {
            caller: self.caller,
            memory: self.lane.memory,
            cpu: self.lane.cpu,
        };
        Worker::start(&self.program, &set_up)
    }

    fn give_back(self: &Arc<Self>, mut worker: Worker, answer: &Result<Done, WorkerError>) {
        // After a defect nobody knows what the child holds.
        let sound = !matches!(answer, Err(WorkerError::Broken { .. }));
        if !sound || worker.tasks >= self.lane.tasks {
            return;
        }
        worker.idle_since = Instant::now();
        let mut state = self.state();
        state.idle.push(worker);
        if state.reaper == Reaper::Absent {
            let line = Arc::downgrade(self);
            let (idle, caller) = (self.idle, self.caller);
            let started = thread::Builder::new()
                .name("pena-worker-idle".to_owned())
                .spawn(move || reap(&line, idle));
            match started {
                Ok(_) => state.reaper = Reaper::Present,
                Err(error) => tracing::warn!(?caller, %error, "idle workers will not be ended"),
            }
        }
    }

    fn processes(&self) -> Vec<u32> {
        let state = self.state();
        let idle = state.idle.iter().map(Worker::id);
        idle.chain(state.busy.iter().copied()).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends children that were idle for too long; goes when there are none, or no pool.
fn reap(line: &Weak<Line>, idle: Duration) {
    loop {
        thread::sleep(idle / 4);
        let Some(line) = line.upgrade() else { return };
        let mut state = line.state();
        let now = Instant::now();
        let (kept, ended): (Vec<_>, Vec<_>) = std::mem::take(&mut state.idle)
            .into_iter()
            .partition(|worker| now.saturating_duration_since(worker.idle_since) < idle);
        state.idle = kept;
        let last = state.idle.is_empty();
        if last {
            state.reaper = Reaper::Absent;
        }
        drop(state);
        drop(ended);
        if last {
            return;
        }
    }
}

/// A turn, given back when it is over.
struct Place<'a>(&'a Line);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.running -= 1;
        state.ended = Some(Instant::now());
        if state.running == 0 {
            self.0.calm.notify_all();
        }
        drop(state);
        self.0.freed.notify_one();
    }
}

/// How long strangers wait for the office at most, out of the five seconds within which they are answered.
const COURTESY: Duration = Duration::from_millis(200);
/// Longer than the steps of one signature are apart.
const REST: Duration = Duration::from_millis(50);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_wait_for_the_office_until_it_is_done_and_no_longer_than_a_moment() {
        let pool = ChildPool::new(&PoolSettings::new("absent", 2));
        let place = pool.office.enter(Duration::ZERO).unwrap();
        let (told, said) = std::sync::mpsc::channel();
        let public = Arc::clone(&pool.public);
        let stranger = thread::spawn(move || {
            told.send(public.gave_way(COURTESY * 50)).unwrap();
        });
        assert!(said.recv_timeout(COURTESY / 4).is_err(), "it did not wait");
        drop(place);
        let done = Instant::now();
        assert!(said.recv().unwrap(), "the office was done");
        assert!(done.elapsed() >= REST, "the next step had no time to begin");
        stranger.join().unwrap();
        let _busy_for_ever = pool.office.enter(Duration::ZERO).unwrap();
        assert!(!pool.public.gave_way(COURTESY));
        assert!(pool.office.gave_way(COURTESY));
    }

    #[test]
    fn a_strangers_file_is_neither_read_twice_nor_shown_in_pictures_while_the_office_works() {
        let pool = ChildPool::new(&PoolSettings::new("absent", 2));
        let _busy = pool.office.enter(Duration::ZERO).unwrap();
        let pictures = Task::Compare {
            before: 0,
            pages: vec![0],
            width: 100,
        };
        for task in [Task::SecondReading, pictures] {
            let outcome = pool.public.run(&task, &Vec::new());
            assert!(matches!(outcome, Err(WorkerError::Busy)), "{outcome:?}");
        }
    }
}
