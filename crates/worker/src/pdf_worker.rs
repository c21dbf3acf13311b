//! The trait through which all PDF work is reached.

use std::sync::Arc;

use letter::{LetterInput, Receipt, Stamp, Typeset};
use signing::UtcTime;
use signing::sign::{FieldInfo, Marked, NewField, Request, SignatureAlgorithm, ToBeSigned};
use signing::source::ByteSource;
use signing::validate::{Evidence, Policy, Report, SecondReading};

use crate::{Done, Lacking, Mark, PageImage, Task, WorkerError};

/// Does PDF work. Calls block; an async caller keeps them off its own threads.
pub trait PdfWorker: Send + Sync {
    /// Does one task on one document.
    ///
    /// # Errors
    /// [`WorkerError`] says whether the request, the document, a limit or the worker was at fault.
    fn run(&self, task: Task, source: Arc<dyn ByteSource>) -> Result<Done, WorkerError>;

    /// Does one task on bytes that a stranger sent: within the tighter limits of the public, and never
    /// before the office's own tasks. [`ForPublic`] gives the other methods the same.
    ///
    /// # Errors
    /// As [`PdfWorker::run`].
    fn run_for_public(&self, task: Task, source: Arc<dyn ByteSource>) -> Result<Done, WorkerError> {
        self.run(task, source)
    }

    /// Lists the signature fields.
    ///
    /// # Errors
    /// When the document cannot be read within its limits.
    fn inspect(&self, source: Arc<dyn ByteSource>) -> Result<Vec<FieldInfo>, WorkerError> {
        let Done::Inspect { fields } = self.run(Task::Inspect, source)? else {
            return Err(other_answer());
        };
        Ok(fields)
    }

    /// Adds fields to be signed later; gives the bytes to put behind the source.
    ///
    /// # Errors
    /// When the document forbids it or a field makes no sense.
    fn place_fields(
        &self,
        source: Arc<dyn ByteSource>,
        fields: Vec<NewField>,
    ) -> Result<Vec<u8>, WorkerError> {
        let task = Task::PlaceFields { fields };
        let Done::PlaceFields { append } = self.run(task, source)? else {
            return Err(other_answer());
        };
        Ok(append)
    }

    /// Prepares a signature by this algorithm.
    ///
    /// # Errors
    /// When the document forbids it or the place is not usable.
    fn prepare(
        &self,
        source: Arc<dyn ByteSource>,
        request: Request,
        algorithm: SignatureAlgorithm,
    ) -> Result<ToBeSigned, WorkerError> {
        let task = Task::Prepare {
            request: Box::new(request),
            algorithm,
        };
        let Done::Prepare { to_be_signed } = self.run(task, source)? else {
            return Err(other_answer());
        };
        Ok(*to_be_signed)
    }

    /// Puts a finished signature into what was prepared; gives the bytes to put behind the source.
    ///
    /// # Errors
    /// When the signature does not fit, or the source is not the one it was prepared for.
    fn embed(
        &self,
        source: Arc<dyn ByteSource>,
        to_be_signed: ToBeSigned,
        cms: Vec<u8>,
    ) -> Result<Vec<u8>, WorkerError> {
        let task = Task::Embed {
            to_be_signed: Box::new(to_be_signed),
            cms,
        };
        let Done::Embed { append } = self.run(task, source)? else {
            return Err(other_answer());
        };
        Ok(append)
    }

    /// Prepares a timestamp on the whole document.
    ///
    /// # Errors
    /// When the document cannot be read or appended to.
    fn prepare_timestamp(&self, source: Arc<dyn ByteSource>) -> Result<ToBeSigned, WorkerError> {
        let Done::Prepare { to_be_signed } = self.run(Task::PrepareTimestamp, source)? else {
            return Err(other_answer());
        };
        Ok(*to_be_signed)
    }

    /// Says what the signatures and timestamps lack to be checked by the file alone.
    ///
    /// # Errors
    /// When the document cannot be read, is not signed, or a signature is wrong.
    fn lacking(
        &self,
        source: Arc<dyn ByteSource>,
        evidence: Evidence,
        policy: Policy,
        at: UtcTime,
    ) -> Result<Lacking, WorkerError> {
        let task = Task::Lacking {
            evidence,
            policy,
            at,
        };
        let Done::Lacking { lacking } = self.run(task, source)? else {
            return Err(other_answer());
        };
        Ok(lacking)
    }

    /// Puts certificates and revocation evidence into the file; gives the bytes to put behind the source.
    ///
    /// # Errors
    /// When a signature is wrong or without a path, or a certificate is revoked or not cleared.
    fn keep_evidence(
        &self,
        source: Arc<dyn ByteSource>,
        evidence: Evidence,
        policy: Policy,
        at: UtcTime,
    ) -> Result<Vec<u8>, WorkerError> {
        let task = Task::KeepEvidence {
            evidence,
            policy,
            at,
        };
        let Done::KeepEvidence { append } = self.run(task, source)? else {
            return Err(other_answer());
        };
        Ok(append)
    }

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

    /// Has the file read once more by another reader where the report says that this could find something, and puts its answer
    /// into the report. Never fails: that the reading was not made stands in the report, too.
    fn read_again(&self, report: Report, source: Arc<dyn ByteSource>) -> Report {
        if !report.wants_second_reading() {
            return report;
        }
        let reading = match self.run(Task::SecondReading, source) {
            Ok(Done::SecondReading { reading }) => reading,
            Ok(_) => not_made(&other_answer()),
            Err(error) => not_made(&error),
        };
        report.with_second_reading(reading)
    }

    /// Sets a letter.
    ///
    /// # Errors
    /// When a field is refused or over its limit.
    fn typeset(&self, letter: LetterInput) -> Result<Typeset, WorkerError> {
        let letter = Box::new(letter);
        set(self.run(Task::Typeset { letter }, Arc::new(Vec::new()))?)
    }

    /// Sets the receipt of a verification.
    ///
    /// # Errors
    /// When a list is over its limit.
    fn receipt(&self, receipt: Receipt) -> Result<Typeset, WorkerError> {
        let receipt = Box::new(receipt);
        set(self.run(Task::Receipt { receipt }, Arc::new(Vec::new()))?)
    }

    /// Looks for each of these texts; gives a rectangle of this width and height in points around its first occurrence.
    ///
    /// # Errors
    /// When the document or the text of a page cannot be read within the limits.
    fn locate(
        &self,
        source: Arc<dyn ByteSource>,
        texts: Vec<String>,
        size: [f64; 2],
    ) -> Result<Vec<Option<Marked>>, WorkerError> {
        let Done::Locate { found } = self.run(Task::Locate { texts, size }, source)? else {
            return Err(other_answer());
        };
        Ok(found)
    }

    /// Draws the look of a signature as a PDF of one page.
    ///
    /// # Errors
    /// When a line is refused, or the words do not fit.
    fn stamp(&self, stamp: Stamp) -> Result<Vec<u8>, WorkerError> {
        let task = Task::Stamp {
            stamp: Box::new(stamp),
        };
        let Done::Stamp { pdf } = self.run(task, Arc::new(Vec::new()))? else {
            return Err(other_answer());
        };
        Ok(pdf)
    }

    /// Shows a page, counted from zero, as a picture.
    ///
    /// # Errors
    /// When the document cannot be read within its limits or has no such page.
    fn render(
        &self,
        source: Arc<dyn ByteSource>,
        page: u32,
        width: u32,
        mark: Option<Mark>,
    ) -> Result<PageImage, WorkerError> {
        let task = Task::Render { page, width, mark };
        let Done::Render { image } = self.run(task, source)? else {
            return Err(other_answer());
        };
        Ok(image)
    }
}

/// A worker as the public meets it.
pub struct ForPublic(pub Arc<dyn PdfWorker>);

impl PdfWorker for ForPublic {
    fn run(&self, task: Task, source: Arc<dyn ByteSource>) -> Result<Done, WorkerError> {
        self.0.run_for_public(task, source)
    }
}

fn set(done: Done) -> Result<Typeset, WorkerError> {
    let Done::Typeset {
        pdf,
        pages,
        anchors,
    } = done
    else {
        return Err(other_answer());
    };
    Ok(Typeset {
        pdf,
        pages,
        anchors,
    })
}

fn not_made(error: &WorkerError) -> SecondReading {
    SecondReading::NotMade {
        why: error.to_string(),
    }
}

fn other_answer() -> WorkerError {
    WorkerError::broken("it answered another question")
}
