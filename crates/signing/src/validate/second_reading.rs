//! What a second, independent reader made of a file, put into the report. The reading itself is made elsewhere, where its
//! failure costs nothing: a judgement never waits for it.

use serde::{Deserialize, Serialize};

use super::{
    finding::{Code, Finding},
    report::{Headline, Report, SignatureReport},
    verdict::{Indeterminate, Verdict},
};

/// What a second reader made of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reading", rename_all = "snake_case")]
pub enum SecondReading {
    /// It sees the same document.
    Agrees,
    /// It sees another one.
    Differs {
        /// Where, for people; the first few.
        places: Vec<String>,
    },
    /// It was not asked, or could not answer.
    NotMade {
        /// Why.
        why: String,
    },
}

impl Report {
    /// Whether a second reader could see another document: later revisions, a repaired or a hybrid file.
    pub fn wants_second_reading(&self) -> bool {
        self.findings.iter().any(is_open)
    }

    /// With the answer of a second reader in place of the remark that there was none. Of a document that another reader sees
    /// differently nothing is established: no signature passes, and no headline is better than [`Headline::Untrusted`].
    #[must_use]
    pub fn with_second_reading(mut self, reading: SecondReading) -> Self {
        let finding = match reading {
            SecondReading::Agrees => {
                let detail = "a second, independent reader sees the same document";
                Finding::info(Code::SecondReadingAgrees, detail)
            }
            SecondReading::Differs { places } => {
                let places = places.join(", ");
                let detail =
                    format!("a second, independent reader sees another document: {places}");
                let was = self.headline;
                self.doubt();
                if was == self.headline {
                    Finding::warning(Code::SecondReadingDiffers, detail)
                } else {
                    Finding::failure(Code::SecondReadingDiffers, detail)
                }
            }
            SecondReading::NotMade { why } => {
                let detail = format!("the file was read by one reader alone: {why}");
                Finding::info(Code::SecondReadingNotMade, detail)
            }
        };
        if let Some(open) = self.findings.iter_mut().find(|finding| is_open(finding)) {
            *open = finding;
        }
        self
    }

    fn doubt(&mut self) {
        if self.headline == Headline::Intact {
            self.headline = Headline::Untrusted;
        }
        let passed = |signature: &&mut SignatureReport| signature.verdict == Verdict::TotalPassed;
        for signature in self.signatures.iter_mut().filter(passed) {
            signature.verdict = DOUBTED;
            signature.best_time = None;
        }
    }
}

const DOUBTED: Verdict = Verdict::Indeterminate(Some(Indeterminate::SigConstraintsFailure));

fn is_open(finding: &Finding) -> bool {
    finding.code == Code::SecondReadingNotMade
}
