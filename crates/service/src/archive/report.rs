//! What was found about a package.

use serde::Serialize;
use signing::validate::Headline;

/// What was found about a package.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PackageReport {
    /// How many letters it holds.
    pub letters: u64,
    /// How many events were compared with the log.
    pub events: u64,
    /// How many signed PDF versions were judged.
    pub pdfs: u64,
    /// The size of the log its checkpoint covers.
    pub log_size: Option<u64>,
    /// What does not hold; empty when all of it does.
    pub problems: Vec<Problem>,
    /// What cannot be told without more evidence.
    pub uncertain: Vec<Problem>,
}

/// One thing that does not hold, or cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum Problem {
    /// A file that the manifest does not name, or a name twice.
    NotInManifest {
        /// The file.
        file: String,
    },
    /// A file that the manifest names and the package lacks.
    Missing {
        /// The file.
        file: String,
    },
    /// A file that is not what the manifest says.
    Changed {
        /// The file.
        file: String,
    },
    /// A file that is not of the form it should have.
    Malformed {
        /// The file.
        file: String,
        /// What is wrong with it.
        why: String,
    },
    /// The checkpoint is not signed by the key.
    Checkpoint {
        /// Why.
        why: String,
    },
    /// The key of the checkpoint came with the package itself.
    CheckpointKeyUntrusted,
    /// An event that its leaf does not speak of.
    EventChanged {
        /// The event: kind, stream, version.
        event: String,
    },
    /// The versions of a stream are not 1, 2, 3, ….
    VersionGap {
        /// The stream.
        stream: String,
    },
    /// The proof does not lead from the leaf to the checkpoint.
    Proof {
        /// The event.
        event: String,
    },
    /// An event that the log does not cover yet.
    NotLogged {
        /// The event.
        event: String,
    },
    /// The content is not the one the events speak of.
    Content {
        /// The letter.
        letter: String,
    },
    /// The PDF versions are not those the events speak of.
    Versions {
        /// The letter.
        letter: String,
    },
    /// A signed PDF that is not intact.
    Pdf {
        /// The file.
        file: String,
        /// The judgement now.
        headline: Headline,
    },
}

impl PackageReport {
    /// Whether everything holds, and enough is known to say so.
    pub fn is_proved(&self) -> bool {
        self.problems.is_empty() && self.uncertain.is_empty()
    }

    /// One line of JSON for each thing that does not hold or cannot be told.
    pub fn sentences(&self) -> Vec<String> {
        let all = self.problems.iter().chain(&self.uncertain);
        all.filter_map(|problem| serde_json::to_string(problem).ok())
            .collect()
    }

    /// One closing line.
    pub fn summary(&self) -> String {
        let log = self
            .log_size
            .map_or_else(|| "no log".to_owned(), |size| format!("a log of {size}"));
        format!(
            "{} letters, {} events in {log}, {} signed versions; {} problems, {} uncertain",
            self.letters,
            self.events,
            self.pdfs,
            self.problems.len(),
            self.uncertain.len()
        )
    }
}
