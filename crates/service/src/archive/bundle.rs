//! The files of one letter in a package, and their forms. Read and written by the same types.

use std::sync::Arc;

use flow::digest::Sha256;
use flow::id::NaskahId;
use flow::naskah::Naskah;
use flow::office::Office;
use flow::time::Timestamp;
use serde::{Deserialize, Serialize};
use signing::UtcTime;
use signing::source::ByteSource;
use signing::validate::Report;
use store::Tx;
use store::audit::{Checkpoint, prove};
use store::model::{EventRow, Stream, StreamKind, VersionKind, VersionRow};

use crate::letter_blob::LetterBlobs;
use crate::naskah::load;
use crate::verification::Trust;
use crate::{App, ServiceError};

/// `metadata.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Metadata {
    pub(super) format: u8,
    pub(super) id: NaskahId,
    pub(super) opd: String,
    pub(super) jenis: String,
    pub(super) tahap: String,
    pub(super) nomor: Option<String>,
    pub(super) code: Option<String>,
    pub(super) keamanan: String,
    pub(super) sifat: String,
    pub(super) klasifikasi: String,
    pub(super) signers: Vec<SignerLine>,
    pub(super) versions: Vec<VersionLine>,
}

/// Who signed, as the letter names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SignerLine {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) signed_at: String,
}

/// A version of the PDF.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct VersionLine {
    pub(super) no: u64,
    pub(super) kind: VersionKind,
    pub(super) sha256: Sha256,
    /// The file beside this one; unsigned bytes of a letter nobody signed are not in the package.
    pub(super) file: Option<String>,
}

/// A line of `events.jsonl`: every column of the event, the body as the text that is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EventLine {
    pub(super) stream_kind: StreamKind,
    pub(super) stream_id: uuid::Uuid,
    pub(super) version: u64,
    pub(super) kind: String,
    pub(super) body: String,
    pub(super) at: Timestamp,
    pub(super) actor: String,
    /// What the log committed to.
    pub(super) leaf: String,
    /// The proof beside this file; none while the leaf waits for the sequencer.
    pub(super) proof: Option<String>,
}

impl EventLine {
    /// The event as it is digested; `None` if the actor is no pseudonym.
    pub(super) fn event(&self) -> Option<EventRow> {
        let actor = hex::decode(&self.actor).ok()?.try_into().ok()?;
        Some(EventRow {
            stream: Stream {
                kind: self.stream_kind,
                id: self.stream_id,
            },
            version: self.version,
            kind: self.kind.clone(),
            body: self.body.clone(),
            at: self.at,
            actor,
        })
    }
}

/// A name inside the letter's folder, and the bytes.
pub(super) type File = (String, Vec<u8>);

/// Everything of one letter. The letter's data key must not have been erased.
pub(super) async fn files(
    app: &Arc<App>,
    office: &Office,
    trust: &Trust,
    id: NaskahId,
) -> Result<Vec<File>, ServiceError> {
    let mut files = Vec::new();
    let mut tx = app.store.snapshot().await?;
    let loaded = load(&mut tx, id).await?;
    let checkpoint = tx.newest_checkpoint().await?;
    let blobs = LetterBlobs::open(app, &mut tx, id).await?;
    if let Some(content) = loaded.naskah.content() {
        files.push((
            "content.json".to_owned(),
            blobs.read(&mut tx, content.blob).await?,
        ));
    }
    let signed = !loaded.naskah.tahap().signatures().is_empty();
    let versions = tx.versions(id).await?;
    let mut lines = Vec::new();
    let mut to_judge = Vec::new();
    for version in &versions {
        let file = signed.then(|| format!("v{}.pdf", version.no));
        if let Some(name) = &file {
            let pdf = blobs.read(&mut tx, version.blob).await?;
            if version.kind != VersionKind::Prepared {
                to_judge.push((version.no, pdf.clone()));
            }
            files.push((name.clone(), pdf));
        }
        lines.push(line(version, file));
    }
    let mut streams = vec![Stream {
        kind: StreamKind::Naskah,
        id: id.uuid(),
    }];
    streams.extend(tx.agenda_of(id).await?.into_iter().map(|row| Stream {
        kind: StreamKind::Agenda,
        id: row.id.uuid(),
    }));
    let mut events = Vec::new();
    for stream in streams {
        files.extend(stream_files(&mut tx, stream, checkpoint.as_ref(), &mut events).await?);
    }
    files.push(("events.jsonl".to_owned(), events));
    let metadata = Metadata {
        versions: lines,
        ..metadata(office, &loaded.naskah, &loaded.row)
    };
    // A connection must not be held while files are judged.
    drop(tx);
    files.push(("metadata.json".to_owned(), json(&metadata)?));
    for (no, pdf) in to_judge {
        let report = judge(app, trust, pdf).await?;
        files.push((format!("report-v{no}.json"), json(&report)?));
    }
    Ok(files)
}

/// Appends the events of a stream to `lines`; returns their proofs.
async fn stream_files(
    tx: &mut Tx,
    stream: Stream,
    checkpoint: Option<&Checkpoint>,
    lines: &mut Vec<u8>,
) -> Result<Vec<File>, ServiceError> {
    let events = tx.events(stream).await?;
    let leaves = tx.leaves_of(stream).await?;
    let mut proofs = Vec::new();
    for event in events {
        let leaf = leaves
            .iter()
            .find(|leaf| leaf.version == event.version)
            .ok_or_else(|| ServiceError::Corrupt {
                what: "event",
                id: format!("{stream}/{}", event.version),
                why: "it has no leaf".to_owned(),
            })?;
        let proof = match (leaf.index, checkpoint) {
            (Some(index), Some(checkpoint)) if index < checkpoint.size => {
                let proof = prove(tx, index, checkpoint).await?;
                let name = format!(
                    "proofs/{}-{}-{}.tlog-proof",
                    stream.kind,
                    stream.id.simple(),
                    event.version
                );
                proofs.push((name.clone(), proof.to_string().into_bytes()));
                Some(name)
            }
            (_, _) => None,
        };
        lines.extend(json(&EventLine {
            stream_kind: stream.kind,
            stream_id: stream.id,
            version: event.version,
            kind: event.kind,
            body: event.body,
            at: event.at,
            actor: hex::encode(event.actor),
            leaf: leaf.body.clone(),
            proof,
        })?);
        lines.push(b'\n');
    }
    Ok(proofs)
}

fn line(version: &VersionRow, file: Option<String>) -> VersionLine {
    VersionLine {
        no: version.no,
        kind: version.kind,
        sha256: version.sha256,
        file,
    }
}

fn metadata(office: &Office, naskah: &Naskah, row: &store::model::NaskahRow) -> Metadata {
    let content = naskah.content();
    let signatures = naskah.tahap().signatures().iter();
    let signers = signatures.map(|signature| SignerLine {
        name: office
            .pejabat
            .get(&signature.pejabat)
            .map_or_else(String::new, flow::pejabat::Pejabat::name_with_gelar),
        title: office
            .jabatan
            .get(&signature.jabatan)
            .map_or_else(String::new, |jabatan| jabatan.title.clone()),
        signed_at: signature.signed_at.to_string(),
    });
    let of = |text: Option<String>| text.unwrap_or_default();
    Metadata {
        format: 1,
        id: row.id,
        opd: of(office.opd.get(&row.opd).map(|opd| opd.name.clone())),
        jenis: row.jenis.clone(),
        tahap: row.tahap.clone(),
        nomor: row.nomor.clone(),
        code: row.code.clone(),
        keamanan: of(content.map(|content| content.keamanan.word().to_owned())),
        sifat: of(content.map(|content| content.sifat.word().to_owned())),
        klasifikasi: of(content.map(|content| content.klasifikasi.to_string())),
        signers: signers.collect(),
        versions: Vec::new(),
    }
}

async fn judge(app: &Arc<App>, trust: &Trust, pdf: Vec<u8>) -> Result<Report, ServiceError> {
    let at = UtcTime::from_unix(app.now().micros().div_euclid(1_000_000));
    let (policy, evidence) = (trust.policy.clone(), trust.evidence.clone());
    let worker = Arc::clone(&app.worker);
    let report = tokio::task::spawn_blocking(move || {
        let source: Arc<dyn ByteSource> = Arc::new(pdf);
        worker.validate(source, evidence, policy, at)
    })
    .await??;
    Ok(report)
}

pub(super) fn json(value: &impl Serialize) -> Result<Vec<u8>, ServiceError> {
    serde_json::to_vec(value).map_err(|error| ServiceError::Corrupt {
        what: "package",
        id: "json".to_owned(),
        why: error.to_string(),
    })
}
