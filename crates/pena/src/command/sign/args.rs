//! The options of `pena sign`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};

use super::key::KeySourceArgs;
use crate::{
    command::{
        look::LookArgs,
        place::PlaceArgs,
        provable::{Level, ProvableArgs},
    },
    secret_input::PasswordArgs,
};

/// Options of `pena sign`.
#[derive(Debug, Args)]
#[command(
    after_help = EXAMPLES,
    group = ArgGroup::new("target").required(true),
    group = ArgGroup::new("place"),
)]
pub struct SignArgs {
    /// PDF files to sign; they are never changed
    #[arg(required = true, value_name = "IN.pdf")]
    pub files: Vec<PathBuf>,
    /// Where the signed file goes; an earlier file there is replaced, whole or not at all
    #[arg(short, long, value_name = "OUT.pdf", group = "target")]
    pub output: Option<PathBuf>,
    /// The folder for signed files, under their own names; made if it is missing
    #[arg(long, value_name = "DIR", group = "target")]
    pub out_dir: Option<PathBuf>,
    #[command(flatten)]
    pub key: KeySourceArgs,
    #[command(flatten)]
    pub password: PasswordArgs,
    /// How far the signature carries its own evidence
    #[arg(long, value_enum, default_value_t = Level::BB)]
    pub level: Level,
    #[command(flatten)]
    pub provable: ProvableArgs,
    /// Sign without a mark on any page (what happens if no place is given)
    #[arg(long, group = "place", conflicts_with = "look")]
    pub invisible: bool,
    #[command(flatten)]
    pub place: PlaceArgs,
    #[command(flatten)]
    pub look: LookArgs,
    /// Write the document anew first, which mends a damaged one; a signed document is refused
    #[arg(long)]
    pub rewrite_first: bool,
    /// Certify the document, allowing later: 1 nothing, 2 filling forms and signing, 3 also annotating
    #[arg(long, value_enum, value_name = "1|2|3")]
    pub certify: Option<Certify>,
    /// Why you sign, written into the signature
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Where you sign, written into the signature
    #[arg(long, value_name = "TEXT")]
    pub location: Option<String>,
    /// Print one line of JSON per file: path, output, sha256, field; or path, error
    #[arg(long)]
    pub json: bool,
}

/// What a certification allows afterwards (ISO 32000-2 table 257).
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Certify {
    /// Nothing
    #[value(name = "1")]
    Nothing,
    /// Filling forms and signing
    #[value(name = "2")]
    FormsAndSigning,
    /// Also annotating
    #[value(name = "3")]
    AlsoAnnotating,
}

const EXAMPLES: &str = "\
What is seen: a block with the signer's name and the time, --block FILE (`pena stamp --help` shows such a file) or --image
FILE. `pena stamp --preview` with the same options shows it before any key is used.

Without --passphrase-file or --passphrase-fd, the passphrase is asked for at the terminal. The PIN of a token or of a
service comes the same way; --pin-file and --pin-fd are other names of these options. A wrong PIN is sent
once, and none if the token says that one try is left.

A level above b-b needs --tsa and --trust. It is reached or the file is not signed: a revoked certificate, or a source
that does not answer, is an error that names it.

Examples:
  pena sign surat.pdf -o surat-ttd.pdf --p12 kunci.p12
  pena sign surat.pdf -o surat-ttd.pdf --p12 kunci.p12 --page 1 --rect 350,90,180,60 --reason 'Disetujui'
  pena sign surat.pdf -o surat-ttd.pdf --p12 kunci.p12 --marker '#' --block kepala.toml
  pena sign kontrak.pdf -o kontrak-ttd.pdf --p12 kunci.p12 --field Direktur --certify 2
  pena sign surat.pdf -o surat-ttd.pdf --p12 kunci.p12 --level b-lt --tsa http://tsa.contoh.example --trust root.pem
  pena sign surat.pdf -o surat-ttd.pdf --pkcs11 /usr/lib/softhsm/libsofthsm2.so --token Kab --key ttd --pin-file pin.txt
  pena sign *.pdf --out-dir signed --csc https://tanda.contoh.example --credential ttd-1 --token-file token.txt
  pena sign *.pdf --out-dir ditandatangani --p12 kunci.p12 --passphrase-file rahasia.txt --json";
