//! A worker whose next task of a kind breaks down.

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
}

impl TestWorker {
    pub fn new() -> Self {
        Self {
            inner: InProcess::new(Caller::Office),
            breaks_at: Mutex::new(None),
        }
    }

    pub fn break_next(&self, step: Step) {
        *self.breaks_at.lock().unwrap() = Some(step);
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
        self.inner.run(task, source)
    }
}
