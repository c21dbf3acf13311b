//! The table at the end: what exists, where it lies, what was found.

use std::fmt::Write as _;

use flow::office::Office;
use service::App;
use service::audit::Report;
use signing::validate::Headline;

use super::samples::{FOLDER, Sample};
use super::secrets;

/// What a person sees when the demo is done.
pub fn of(
    app: &App,
    office: &Office,
    samples: &[Sample],
    batch: usize,
    report: &Report,
) -> anyhow::Result<String> {
    let root = app.data_dir.root().display();
    let mut text = String::new();
    let kecamatan = office
        .opd
        .values()
        .filter(|opd| opd.name.starts_with("KECAMATAN"))
        .count();
    writeln!(
        text,
        "Kabupaten Contohrejo (made up): {} OPD, {kecamatan} kecamatan, {} positions, {} people.",
        office.opd.len() - kecamatan,
        office.jabatan.len(),
        office.pejabat.len()
    )?;
    writeln!(text, "\nLetters in {root}/{FOLDER}:")?;
    for sample in samples {
        let name = sample.file.trim_start_matches("contoh/");
        writeln!(
            text,
            "  {name:38}  {:32}  {} signature(s)  {}",
            sample.nomor,
            sample.signatures,
            words(sample.headline)
        )?;
    }
    if batch > 0 {
        writeln!(text, "  kumpulan/*.pdf: {batch} letters of batches")?;
    }
    writeln!(text, "\nAudit: {}", report.summary())?;
    for offence in report.sentences() {
        writeln!(text, "  {offence}")?;
    }
    writeln!(
        text,
        "Root certificate: {root}/ca/root.pem; revocation lists: {root}/ca/*.crl"
    )?;
    writeln!(
        text,
        "Passwords and passphrases of the made-up people: {root}/{}",
        secrets::FILE
    )?;
    writeln!(text, "\nNext, check a letter yourself:")?;
    if let Some(first) = samples.first() {
        writeln!(
            text,
            "  pena verify {root}/{} --trust {root}/ca/root.pem --crl {root}/ca/root.crl --crl {root}/ca/issuing.crl",
            first.file
        )?;
    }
    writeln!(text, "\nOr work in it:")?;
    writeln!(text, "  pena serve --data-dir {root}")?;
    writeln!(
        text,
        "  and log in as kadis-kominfo, konseptor-kominfo, tu-kominfo, auditor or admin; their passwords stand under\n  \"accounts\" in the file above, and for whoever signs the passphrase beside it."
    )?;
    Ok(text)
}

fn words(headline: Headline) -> &'static str {
    match headline {
        Headline::Intact => "Asli dan utuh",
        Headline::Changed => "Asli, lalu diubah",
        Headline::Invalid => "Tidak sah",
        Headline::Untrusted => "Tidak dapat dipastikan",
        Headline::Unsigned => "Tidak ada tanda tangan elektronik",
        Headline::Unreadable => "Tidak dapat diperiksa",
    }
}
