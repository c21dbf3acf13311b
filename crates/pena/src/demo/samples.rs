//! The PDFs the demo leaves behind, and the verdict on each.

use anyhow::Context;
use flow::id::NaskahId;
use service::data_dir::Readers;
use service::{App, naskah};
use signing::UtcTime;
use signing::budget::Budget;
use signing::validate::{Evidence, Headline, Policy, TrustAnchors, verify};

/// Folder of the letters in the data directory.
pub const FOLDER: &str = "contoh";

/// A letter's file and what was found.
pub struct Sample {
    /// Path inside the data directory.
    pub file: String,
    /// The letter's number.
    pub nomor: String,
    /// How many signatures it bears.
    pub signatures: usize,
    /// The verdict.
    pub headline: Headline,
}

/// Writes the newest version of a letter to `contoh/NAME.pdf`, unless it is there, and judges it.
pub async fn keep_sample(app: &App, name: &str, id: NaskahId) -> anyhow::Result<Sample> {
    let file = format!("{FOLDER}/{name}.pdf");
    let pdf = keep(app, &file, id)
        .await?
        .with_context(|| format!("letter {id} has no signed version"))?;
    let report = verify(
        &pdf,
        &evidence(app)?,
        &policy(app)?,
        now(app),
        Budget::cli(),
    );
    let nomor = naskah::show(app, id)
        .await?
        .nomor()
        .map_or_else(String::new, |nomor| nomor.text().to_owned());
    Ok(Sample {
        file,
        nomor,
        signatures: report.signatures.len(),
        headline: report.headline,
    })
}

/// Writes a batch letter to `contoh/kumpulan`, unless it is there or not signed yet.
pub async fn keep_batch_letter(app: &App, id: NaskahId) -> anyhow::Result<()> {
    let file = format!("{FOLDER}/{}/{id}.pdf", super::batch::NAME);
    if !app.data_dir.path(&file).exists() {
        keep(app, &file, id).await?;
    }
    Ok(())
}

async fn keep(app: &App, file: &str, id: NaskahId) -> anyhow::Result<Option<Vec<u8>>> {
    let Some(exported) = naskah::export(app, id).await? else {
        return Ok(None);
    };
    if app.data_dir.read(file)?.as_ref() != Some(&exported.pdf) {
        app.data_dir
            .replace(file, &exported.pdf, Readers::Everyone)?;
    }
    Ok(Some(exported.pdf))
}

fn policy(app: &App) -> anyhow::Result<Policy> {
    let root = app.data_dir.read("ca/root.pem")?.unwrap_or_default();
    let mut anchors = TrustAnchors::new();
    anchors.add_file(&root).context("ca/root.pem")?;
    Ok(Policy::new(anchors))
}

fn evidence(app: &App) -> anyhow::Result<Evidence> {
    let mut evidence = Evidence::new();
    for name in ["ca/root.crl", "ca/issuing.crl"] {
        evidence.crls.extend(app.data_dir.read(name)?);
    }
    Ok(evidence)
}

fn now(app: &App) -> UtcTime {
    UtcTime::from_unix(app.now().micros().div_euclid(1_000_000))
}
