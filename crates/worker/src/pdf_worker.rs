//! The trait through which all PDF work is reached.

use std::sync::Arc;

use letter::{LetterInput, Typeset};
use signing::UtcTime;
use signing::source::ByteSource;
use signing::validate::{Evidence, Policy, Report};

use crate::{Done, Task, WorkerError};

/// Does PDF work. Calls block; an async caller keeps them off its own threads.
pub trait PdfWorker: Send + Sync {
    /// Does one task on one document.
    ///
    /// # Errors
    /// [`WorkerError`] says whether the request, the document, a limit or the worker was at fault.
    fn run(&self, task: Task, source: Arc<dyn ByteSource>) -> Result<Done, WorkerError>;

    /// Judges any bytes at all.
    ///
    /// # Errors
    /// Only when the worker itself fails: what cannot be read is a headline of the report.
    fn validate(
        &self,
        source: Arc<dyn ByteSource>,
        evidence: Evidence,
        policy: Policy,
        at: UtcTime,
    ) -> Result<Report, WorkerError> {
        let task = Task::Validate {
            evidence,
            policy,
            at,
        };
        let Done::Validate { report } = self.run(task, source)? else {
            return Err(other_answer());
        };
        Ok(report)
    }

    /// Sets a letter.
    ///
    /// # Errors
    /// When a field is refused or over its limit.
    fn typeset(&self, letter: LetterInput) -> Result<Typeset, WorkerError> {
        let task = Task::Typeset {
            letter: Box::new(letter),
        };
        let Done::Typeset { typeset } = self.run(task, Arc::new(Vec::new()))? else {
            return Err(other_answer());
        };
        Ok(typeset)
    }
}

fn other_answer() -> WorkerError {
    WorkerError::broken("it answered another question")
}
