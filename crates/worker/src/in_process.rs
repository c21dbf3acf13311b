//! The worker that does its tasks in this process.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

use letter::{Typeset, Typesetter};
use serde::{Deserialize, Serialize};
use signing::budget::Budget;
use signing::sign::{Ceremony, SignError, ToBeSigned, dss, extend};
use signing::source::ByteSource;
use signing::validate::{Evidence, Policy, Whose};
use signing::{Access, UtcTime, sign, validate};

use crate::compare::changed_pages;
use crate::render::render;
use crate::second_reading::second_reading;
use crate::{Done, Lacking, PdfWorker, Task, WorkerError};

/// On whose behalf a worker works: decides how much work one document may cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Caller {
    /// Anybody on a public page.
    Public,
    /// The office's own people.
    Office,
    /// Somebody at a terminal.
    Cli,
}

/// Works in the calling thread. Share one: it keeps the fonts of its typesetter.
pub struct InProcess {
    caller: Caller,
    // Made with the first letter, because verifying needs no fonts.
    typesetter: OnceLock<Typesetter>,
}

impl InProcess {
    /// A worker for one kind of caller.
    pub const fn new(caller: Caller) -> Self {
        Self {
            caller,
            typesetter: OnceLock::new(),
        }
    }

    fn typesetter(&self) -> &Typesetter {
        self.typesetter.get_or_init(Typesetter::new)
    }

    /// A defect that hostile bytes find may cost their sender this task, never the process.
    fn guarded(
        &self,
        task: Task,
        source: &dyn ByteSource,
        caller: Caller,
    ) -> Result<Done, WorkerError> {
        catch_unwind(AssertUnwindSafe(|| {
            self.work(task, source, caller.budget())
        }))
        .unwrap_or_else(|payload| Err(WorkerError::broken(said(payload.as_ref()))))
    }

    fn work(
        &self,
        task: Task,
        source: &dyn ByteSource,
        budget: Budget,
    ) -> Result<Done, WorkerError> {
        Ok(match task {
            Task::Inspect => Done::Inspect {
                fields: sign::fields(source, budget)?,
            },
            Task::PlaceFields { fields } => Done::PlaceFields {
                append: sign::place_fields(source, &fields, budget)?.into_bytes(),
            },
            Task::Prepare { request, algorithm } => Done::Prepare {
                to_be_signed: Box::new(
                    Ceremony::new(source, *request, budget)?
                        .for_algorithm(algorithm)
                        .prepare()?,
                ),
            },
            Task::Embed { to_be_signed, cms } => Done::Embed {
                append: embed(source, &to_be_signed, &cms)?,
            },
            Task::PrepareTimestamp => Done::Prepare {
                to_be_signed: Box::new(sign::archive::prepare(source, budget)?),
            },
            Task::Lacking {
                evidence,
                policy,
                at,
            } => Done::Lacking {
                lacking: lacking(source, &evidence, &policy, at, budget)?,
            },
            Task::KeepEvidence {
                evidence,
                policy,
                at,
            } => Done::KeepEvidence {
                append: keep_evidence(source, &evidence, &policy, at, budget)?,
            },
            Task::Validate {
                evidence,
                policy,
                at,
            } => Done::Validate {
                report: validate::verify(source, &evidence, &policy, at, budget),
            },
            Task::Examine {
                evidence,
                policy,
                at,
                password,
            } => {
                let access = Access::new(budget, password);
                let (facts, report) = validate::examine(source, &evidence, &policy, at, access);
                let particulars = facts.map(|facts| validate::particulars(&report, &facts));
                Done::Examine {
                    report,
                    particulars: particulars.unwrap_or_default(),
                }
            }
            Task::SecondReading => Done::SecondReading {
                reading: second_reading(source, budget),
            },
            Task::Typeset { letter } => typeset(self.typesetter().typeset(&letter)?),
            Task::Receipt { receipt } => typeset(self.typesetter().receipt(&receipt)?),
            Task::Locate { texts, size } => Done::Locate {
                found: sign::locate(source, &texts, size, budget)?,
            },
            Task::Stamp { stamp } => Done::Stamp {
                pdf: self.typesetter().stamp(&stamp)?,
            },
            Task::Render { page, width, mark } => Done::Render {
                image: render(source, page, width, mark)?,
            },
            Task::Compare {
                before,
                pages,
                width,
            } => Done::Compare {
                changed: changed_pages(source, before, &pages, width)?,
            },
        })
    }
}

impl PdfWorker for InProcess {
    fn run(&self, task: Task, source: Arc<dyn ByteSource>) -> Result<Done, WorkerError> {
        self.guarded(task, source.as_ref(), self.caller)
    }

    fn run_for_public(&self, task: Task, source: Arc<dyn ByteSource>) -> Result<Done, WorkerError> {
        self.guarded(task, source.as_ref(), Caller::Public)
    }
}

impl Caller {
    const fn budget(self) -> Budget {
        match self {
            Self::Public => Budget::public(),
            Self::Office => Budget::office(),
            Self::Cli => Budget::cli(),
        }
    }
}

/// A prepared revision holds offsets into the document it was made for and fits no other.
fn embed(
    source: &dyn ByteSource,
    prepared: &ToBeSigned,
    cms: &[u8],
) -> Result<Vec<u8>, WorkerError> {
    if source.len() != prepared.source_length() {
        return Err(WorkerError::Refused {
            reason: "the signature was prepared for another document".to_owned(),
        });
    }
    let append = prepared.embed(cms).map_err(SignError::from)?;
    Ok(append.into_bytes())
}

fn typeset(set: Typeset) -> Done {
    let Typeset {
        pdf,
        pages,
        anchors,
    } = set;
    Done::Typeset {
        pdf,
        pages,
        anchors,
    }
}

fn lacking(
    source: &dyn ByteSource,
    evidence: &Evidence,
    policy: &Policy,
    at: UtcTime,
    budget: Budget,
) -> Result<Lacking, WorkerError> {
    let facts = validate::gather(source, budget)?;
    let whose = Whose::Everyone;
    Ok(Lacking {
        proven: extend::is_proven(&facts, whose, policy, evidence, at)?,
        needs: validate::needs(&facts, whose, policy, evidence, at),
    })
}

fn keep_evidence(
    source: &dyn ByteSource,
    evidence: &Evidence,
    policy: &Policy,
    at: UtcTime,
    budget: Budget,
) -> Result<Vec<u8>, WorkerError> {
    let facts = validate::gather(source, budget.clone())?;
    let store = extend::store(&facts, Whose::Everyone, policy, evidence, at)?;
    if store.is_empty() {
        return Ok(Vec::new());
    }
    Ok(dss::append(source, &store, budget)?.into_bytes())
}

pub(crate) fn said(payload: &(dyn Any + Send)) -> String {
    payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without words")
        .to_owned()
}
