//! The options of `pena verify`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use signing::UtcTime;

use crate::secret_input::PasswordArgs;

/// Options of `pena verify`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct VerifyArgs {
    /// Files to check, of any kind
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Certificates of an authority you trust, PEM or DER; may be given several times
    #[arg(long, value_name = "CA.pem")]
    pub trust: Vec<PathBuf>,
    /// A policy file (TOML) that names anchors with their purpose, trusted lists, and ends of algorithms; may be given several times
    #[arg(long, value_name = "FILE")]
    pub policy: Vec<PathBuf>,
    /// A revocation list to judge by, PEM or DER; may be given several times
    #[arg(long, value_name = "FILE")]
    pub crl: Vec<PathBuf>,
    /// Judge as of this moment instead of now, as in 2026-11-24T08:00:00+07:00
    #[arg(long, value_name = "RFC3339", value_parser = moment)]
    pub at: Option<UtcTime>,
    /// Fetch nothing from the network (this version never does)
    #[arg(long)]
    pub offline: bool,
    #[command(flatten)]
    pub password: PasswordArgs,
    /// Language of the five lines
    #[arg(long, value_enum, default_value_t = Lang::Id, conflicts_with_all = ["json", "xml"])]
    pub lang: Lang,
    /// Write each signed revision of a file into DIR
    #[arg(long, value_name = "DIR")]
    pub revisions: Option<PathBuf>,
    /// Write pictures of pages that look different since they were signed into DIR, before and after side by side
    #[arg(long, value_name = "DIR")]
    pub pictures: Option<PathBuf>,
    /// Print one line of JSON per file
    #[arg(long)]
    pub json: bool,
    /// Print the report of ETSI TS 119 102-2, one XML document per file
    #[arg(long, conflicts_with = "json")]
    pub xml: bool,
}

/// The languages of the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// Indonesian
    Id,
    /// English
    En,
}

fn moment(text: &str) -> Result<UtcTime, String> {
    UtcTime::parse_rfc3339(text)
        .map_err(|_| "write an RFC 3339 time such as 2026-11-24T08:00:00+07:00".to_owned())
}

const EXAMPLES: &str = "\
No authority is trusted unless you name it by --trust: a signature then is at best \"Tidak dapat dipastikan\".

Examples:
  pena verify surat.pdf --trust pena-data/ca/root.pem
  pena verify surat.pdf --trust root.pem --crl issuing.crl --at 2026-11-24T08:00:00+07:00
  pena verify arsip/*.pdf --trust root.pem --json

Verdict of a file, and its exit code (of many files: 1 if any is 1, else 3 if any is 3):
  0  Asli dan utuh           every signature holds, nothing was changed that may not be
  1  Asli, lalu diubah       changed after signing
  1  Tidak sah               a signature is wrong, or its certificate revoked
  3  Tidak dapat dipastikan  no path to a trusted authority, or not enough evidence
  3  Tidak ada tanda tangan elektronik
  3  Tidak dapat diperiksa   no PDF, locked, or beyond the limits";
