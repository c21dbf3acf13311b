//! Checking a package with nothing but the package and what the reader trusts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use flow::digest::Sha256;
use flow::event::Event;
use flow::id::NaskahId;
use flow::naskah::{Fact, Naskah, replay};
use signing::UtcTime;
use signing::source::ByteSource;
use signing::validate::{Evidence, Headline, Policy};
use store::audit::{Checkpoint, CheckpointVerifier, TlogProof, speaks_of};
use store::model::{StreamKind, VersionKind};
use worker::PdfWorker;

use super::bundle::{EventLine, Metadata};
use super::package::{Package, PackageError};
use super::report::{PackageReport, Problem};

/// What the reader trusts, and when it is.
pub struct PackageTrust {
    /// The key of the log's checkpoints, as text; without it that of the package is used, and said.
    pub checkpoint_key: Option<String>,
    /// Whose signatures count.
    pub policy: Policy,
    /// Revocation lists beside those of the package.
    pub evidence: Evidence,
    /// The time to judge at.
    pub at: UtcTime,
    /// Who reads the PDFs.
    pub worker: Arc<dyn PdfWorker>,
}

/// Checks a whole package. Blocking: it reads and judges files.
///
/// # Errors
/// [`PackageError`] when it cannot be read at all: what does not hold stands in the report.
pub fn verify_package(
    mut package: Package,
    mut trust: PackageTrust,
) -> Result<PackageReport, PackageError> {
    let mut report = PackageReport {
        letters: 0,
        events: 0,
        pdfs: 0,
        log_size: None,
        problems: Vec::new(),
        uncertain: Vec::new(),
    };
    manifest(&mut package, &mut report)?;
    for name in package.names().clone() {
        let list = name.strip_prefix("data/authority/");
        if list.is_some_and(|list| list.strip_suffix(".crl").is_some()) {
            let bytes = package.read(&name)?;
            if trust.evidence.add_crl_file(&bytes).is_err() {
                report.malformed(&name, "no revocation list");
            }
        }
    }
    let checkpoint = checkpoint(&mut package, &trust, &mut report)?;
    report.log_size = checkpoint.as_ref().map(|checkpoint| checkpoint.size);
    let letters: BTreeSet<NaskahId> = package
        .names()
        .iter()
        .filter_map(|name| name.strip_prefix("data/")?.split('/').next()?.parse().ok())
        .collect();
    for id in letters {
        report.letters += 1;
        let letter = Letter {
            id,
            checkpoint: checkpoint.as_ref(),
            trust: &trust,
        };
        letter.check(&mut package, &mut report)?;
    }
    Ok(report)
}

/// RFC 8493: every payload file is in the manifest, and as the manifest says; the tag files likewise.
fn manifest(package: &mut Package, report: &mut PackageReport) -> Result<(), PackageError> {
    for (list, payload) in [
        ("manifest-sha256.txt", true),
        ("tagmanifest-sha256.txt", false),
    ] {
        if !package.names().contains(list) {
            report.missing(list);
            continue;
        }
        let text = String::from_utf8_lossy(&package.read(list)?).into_owned();
        let mut named = BTreeSet::new();
        for line in text.lines() {
            let Some((digest, name)) = line.split_once("  ") else {
                report.malformed(list, "a line that is neither digest nor name");
                continue;
            };
            if !named.insert(name.to_owned()) || name.starts_with("data/") != payload {
                report.problems.push(Problem::NotInManifest {
                    file: name.to_owned(),
                });
            }
            if !package.names().contains(name) {
                report.missing(name);
                continue;
            }
            if Sha256::of(&package.read(name)?).to_string() != digest.to_ascii_lowercase() {
                report.problems.push(Problem::Changed {
                    file: name.to_owned(),
                });
            }
        }
        let wanted = package
            .names()
            .iter()
            .filter(|name| name.starts_with("data/") == payload)
            .filter(|name| payload || name.as_str() != list);
        let strays: Vec<String> = wanted
            .filter(|name| !named.contains(*name))
            .cloned()
            .collect();
        let strays = strays
            .into_iter()
            .map(|file| Problem::NotInManifest { file });
        report.problems.extend(strays);
    }
    let declaration = package.read("bagit.txt")?;
    if declaration != b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n" {
        report.malformed("bagit.txt", "not BagIt 1.0");
    }
    Ok(())
}

fn checkpoint(
    package: &mut Package,
    trust: &PackageTrust,
    report: &mut PackageReport,
) -> Result<Option<Checkpoint>, PackageError> {
    let mut text = |name: &str| -> Result<Option<String>, PackageError> {
        if !package.names().contains(name) {
            return Ok(None);
        }
        Ok(Some(
            String::from_utf8_lossy(&package.read(name)?).into_owned(),
        ))
    };
    let key = if let Some(key) = &trust.checkpoint_key {
        Some(key.clone())
    } else {
        report.uncertain.push(Problem::CheckpointKeyUntrusted);
        text("data/checkpoint.vkey")?
    };
    let (Some(key), Some(note)) = (key, text("data/checkpoint")?) else {
        report.missing("data/checkpoint");
        return Ok(None);
    };
    let read = CheckpointVerifier::from_vkey(&key).and_then(|verifier| verifier.verify(&note));
    match read {
        Ok(checkpoint) => Ok(Some(checkpoint)),
        Err(error) => {
            report.problems.push(Problem::Checkpoint {
                why: error.to_string(),
            });
            Ok(None)
        }
    }
}

/// One letter of the package.
struct Letter<'a> {
    id: NaskahId,
    checkpoint: Option<&'a Checkpoint>,
    trust: &'a PackageTrust,
}

impl Letter<'_> {
    fn check(&self, package: &mut Package, report: &mut PackageReport) -> Result<(), PackageError> {
        let events = self.events(package, report)?;
        let naskah = self.replayed(&events, report);
        self.versions(package, &naskah, report)?;
        let file = self.file("content.json");
        if let (true, Some(content)) = (package.names().contains(&file), naskah.content()) {
            if Sha256::of(&package.read(&file)?) != content.digest.0 {
                report.problems.push(Problem::Content {
                    letter: self.id.to_string(),
                });
            }
        } else {
            report.missing(&file);
        }
        Ok(())
    }

    /// Every event with its leaf and proof.
    fn events(
        &self,
        package: &mut Package,
        report: &mut PackageReport,
    ) -> Result<Vec<EventLine>, PackageError> {
        let file = self.file("events.jsonl");
        if !package.names().contains(&file) {
            report.missing(&file);
            return Ok(Vec::new());
        }
        let text = String::from_utf8_lossy(&package.read(&file)?).into_owned();
        let mut events = Vec::new();
        let mut next: BTreeMap<(StreamKind, uuid::Uuid), u64> = BTreeMap::new();
        for line in text.lines() {
            let Ok(event) = serde_json::from_str::<EventLine>(line) else {
                report.malformed(&file, "a line that is no event");
                continue;
            };
            report.events += 1;
            let version = next
                .entry((event.stream_kind, event.stream_id))
                .or_insert(1);
            if event.version != *version {
                report.problems.push(Problem::VersionGap {
                    stream: format!("{}/{}", event.stream_kind, event.stream_id.simple()),
                });
            }
            *version = event.version.saturating_add(1);
            self.event(package, &event, report)?;
            events.push(event);
        }
        Ok(events)
    }

    fn event(
        &self,
        package: &mut Package,
        line: &EventLine,
        report: &mut PackageReport,
    ) -> Result<(), PackageError> {
        let stream = line.stream_id.simple();
        let name = format!("{}/{stream}/{}", line.stream_kind, line.version);
        if !line
            .event()
            .is_some_and(|event| speaks_of(&line.leaf, &event))
        {
            report.problems.push(Problem::EventChanged { event: name });
            return Ok(());
        }
        let (Some(proof), Some(checkpoint)) = (&line.proof, self.checkpoint) else {
            report.uncertain.push(Problem::NotLogged { event: name });
            return Ok(());
        };
        let file = self.file(proof);
        if !package.names().contains(&file) {
            report.missing(&file);
            return Ok(());
        }
        let text = String::from_utf8_lossy(&package.read(&file)?).into_owned();
        let holds = text.parse::<TlogProof>().is_ok_and(|proof| {
            proof.checkpoint == checkpoint.note
                && proof.holds(&line.leaf, checkpoint.size, checkpoint.root)
        });
        if !holds {
            report.problems.push(Problem::Proof { event: name });
        }
        Ok(())
    }

    /// The letter as its events tell it.
    fn replayed(&self, lines: &[EventLine], report: &mut PackageReport) -> Naskah {
        let own = |line: &&EventLine| {
            line.stream_kind == StreamKind::Naskah && line.stream_id == self.id.uuid()
        };
        let mut events = Vec::new();
        for line in lines.iter().filter(own) {
            match Event::<Fact>::from_json(&line.body) {
                Ok(event) => events.push(event),
                Err(error) => report.malformed(&self.file("events.jsonl"), &error.to_string()),
            }
        }
        replay(self.id, &events)
    }

    /// The PDF versions: those of the events and no others, and each signed one intact.
    fn versions(
        &self,
        package: &mut Package,
        naskah: &Naskah,
        report: &mut PackageReport,
    ) -> Result<(), PackageError> {
        let file = self.file("metadata.json");
        if !package.names().contains(&file) {
            report.missing(&file);
            return Ok(());
        }
        let Ok(metadata) = serde_json::from_slice::<Metadata>(&package.read(&file)?) else {
            report.malformed(&file, "not the metadata of a letter");
            return Ok(());
        };
        let mut present = BTreeSet::new();
        for version in &metadata.versions {
            let Some(name) = &version.file else {
                continue;
            };
            let file = self.file(name);
            if !package.names().contains(&file) {
                report.missing(&file);
                continue;
            }
            let pdf = package.read(&file)?;
            let sha256 = Sha256::of(&pdf);
            present.insert(sha256);
            if sha256 != version.sha256 {
                report
                    .problems
                    .push(Problem::Changed { file: file.clone() });
            }
            if version.kind != VersionKind::Prepared {
                report.pdfs += 1;
                self.judge(&file, pdf, report);
            }
        }
        let signatures = naskah.tahap().signatures();
        let told: BTreeSet<Sha256> = signatures.iter().map(|one| one.signed_sha256).collect();
        if metadata.id != self.id || !told.is_subset(&present) {
            report.problems.push(Problem::Versions {
                letter: self.id.to_string(),
            });
        }
        Ok(())
    }

    fn judge(&self, file: &str, pdf: Vec<u8>, report: &mut PackageReport) {
        let trust = self.trust;
        let source: Arc<dyn ByteSource> = Arc::new(pdf);
        let judged = trust.worker.validate(
            source,
            trust.evidence.clone(),
            trust.policy.clone(),
            trust.at,
        );
        let headline = judged.map_or(Headline::Unreadable, |judged| judged.headline);
        let problem = Problem::Pdf {
            file: file.to_owned(),
            headline,
        };
        match headline {
            Headline::Intact => {}
            Headline::Untrusted | Headline::Unreadable => report.uncertain.push(problem),
            Headline::Invalid | Headline::Changed | Headline::Unsigned => {
                report.problems.push(problem);
            }
        }
    }

    fn file(&self, name: &str) -> String {
        format!("data/{}/{name}", self.id)
    }
}

impl PackageReport {
    fn missing(&mut self, file: &str) {
        self.problems.push(Problem::Missing {
            file: file.to_owned(),
        });
    }

    fn malformed(&mut self, file: &str, why: &str) {
        self.problems.push(Problem::Malformed {
            file: file.to_owned(),
            why: why.to_owned(),
        });
    }
}
