//! A worker whose next task of a kind breaks down, or that looks away.

use std::mem::take;
use std::sync::{Arc, Mutex};

use signing::source::ByteSource;
use worker::{Caller, Done, InProcess, PdfWorker, Task, WorkerError};

/// The step that breaks down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Typeset,
    Embed,
    KeepEvidence,
}

pub struct TestWorker {
    inner: InProcess,
    breaks_at: Mutex<Option<Step>>,
    looks_away: Mutex<bool>,
}

impl TestWorker {
    pub fn new() -> Self {
        Self {
            inner: InProcess::new(Caller::Office),
            breaks_at: Mutex::new(None),
            looks_away: Mutex::new(false),
        }
    }

    pub fn break_next(&self, step: Step) {
        *self.breaks_at.lock().unwrap() = Some(step);
    }

    /// The next fields are placed in no file, whatever it forbids, as if nobody had looked at it.
    pub fn look_away(&self) {
        *self.looks_away.lock().unwrap() = true;
    }
}

impl PdfWorker for TestWorker {
    fn run(&self, task: Task, source: Arc<dyn ByteSource>) -> Result<Done, WorkerError> {
        let step = match &task {
            Task::Typeset { .. } => Some(Step::Typeset),
            Task::Embed { .. } => Some(Step::Embed),
            Task::KeepEvidence { .. } => Some(Step::KeepEvidence),
            Task::Inspect
            | Task::PlaceFields { .. }
            | Task::Prepare { .. }
            | Task::PrepareTimestamp
            | Task::Lacking { .. }
            | Task::Validate { .. }
            | Task::Examine { .. }
            | Task::SecondReading
            | Task::Receipt { .. }
            | Task::Locate { .. }
            | Task::Stamp { .. }
            | Task::Render { .. }
            | Task::Compare { .. } => None,
        };
        let breaks = {
            let mut breaks_at = self.breaks_at.lock().unwrap();
            step.is_some() && *breaks_at == step && breaks_at.take().is_some()
        };
        assert!(
            !breaks,
            "the worker breaks down at {step:?}, as the test wants it"
        );
        if matches!(task, Task::PlaceFields { .. }) && take(&mut self.looks_away.lock().unwrap()) {
            return Ok(Done::PlaceFields { append: Vec::new() });
        }
        self.inner.run(task, source)
    }
}
