//! The options of `pena sign`.

use std::{path::PathBuf, str::FromStr};

use clap::{ArgGroup, Args, ValueEnum};

use crate::{
    command::provable::{Level, ProvableArgs},
    secret_input::{PassphraseArgs, PasswordArgs},
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
    /// Your key and certificates, as PKCS#12 (.p12, .pfx)
    #[arg(long, value_name = "FILE")]
    pub p12: PathBuf,
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
    #[command(flatten)]
    pub password: PasswordArgs,
    /// How far the signature carries its own evidence
    #[arg(long, value_enum, default_value_t = Level::BB)]
    pub level: Level,
    #[command(flatten)]
    pub provable: ProvableArgs,
    /// Sign without a mark on any page (what happens if no place is given)
    #[arg(long, group = "place")]
    pub invisible: bool,
    /// Sign into this empty signature field of the document; its look stays as the document drew it
    #[arg(long, value_name = "NAME", group = "place")]
    pub field: Option<String>,
    /// Sign with a visible block on this page, 1 being the first; with --rect
    #[arg(long, value_name = "N", group = "place", requires = "rect",
          value_parser = clap::value_parser!(u32).range(1..))]
    pub page: Option<u32>,
    /// Where the block stands: left, bottom, width, height in points (1/72 inch) from the lower left corner of the page as
    /// you see it
    #[arg(
        long,
        value_name = "X,Y,W,H",
        requires = "page",
        allow_hyphen_values = true
    )]
    pub rect: Option<Rect>,
    /// Sign with a visible block over the first of these signs in the text: #, $, ^ or ~
    #[arg(long, value_name = "C", group = "place", value_parser = marker)]
    pub marker: Option<char>,
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

fn marker(text: &str) -> Result<char, String> {
    match text {
        "#" => Ok('#'),
        "$" => Ok('$'),
        "^" => Ok('^'),
        "~" => Ok('~'),
        _ => Err("the markers are #, $, ^ and ~".to_owned()),
    }
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

/// A rectangle on a page: left, bottom, width, height in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect(pub [f64; 4]);

impl FromStr for Rect {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let shape = || "give four numbers, as in 72,72,200,60".to_owned();
        let numbers = text
            .split(',')
            .map(|part| {
                part.trim()
                    .parse()
                    .ok()
                    .filter(|number: &f64| number.is_finite())
            })
            .collect::<Option<Vec<f64>>>()
            .ok_or_else(shape)?;
        let [x, y, width, height] = numbers.try_into().map_err(|_| shape())?;
        if width <= 0.0 || height <= 0.0 {
            return Err(
                "width and height must be more than 0; to show nothing use --invisible".to_owned(),
            );
        }
        Ok(Self([x, y, width, height]))
    }
}

const EXAMPLES: &str = "\
Without --passphrase-file or --passphrase-fd, the passphrase is asked for at the terminal.

A level above b-b needs --tsa and --trust. It is reached or the file is not signed: a revoked certificate, or a source
that does not answer, is an error that names it.

Examples:
  pena sign surat.pdf -o surat-ttd.pdf --p12 kunci.p12
  pena sign surat.pdf -o surat-ttd.pdf --p12 kunci.p12 --page 1 --rect 350,90,180,60 --reason 'Disetujui'
  pena sign surat.pdf -o surat-ttd.pdf --p12 kunci.p12 --marker '#'
  pena sign kontrak.pdf -o kontrak-ttd.pdf --p12 kunci.p12 --field Direktur --certify 2
  pena sign surat.pdf -o surat-ttd.pdf --p12 kunci.p12 --level b-lt --tsa http://tsa.contoh.example --trust root.pem
  pena sign *.pdf --out-dir ditandatangani --p12 kunci.p12 --passphrase-file rahasia.txt --json";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_one_of_four_signs() {
        assert_eq!(marker("$"), Ok('$'));
        for bad in ["", "a", "##", "%"] {
            assert!(marker(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_rectangle_is_four_finite_numbers_with_an_area() {
        assert_eq!(
            "72, 72,200,60.5".parse(),
            Ok(Rect([72.0, 72.0, 200.0, 60.5]))
        );
        for bad in [
            "",
            "1,2,3",
            "1,2,3,4,5",
            "a,b,c,d",
            "0,0,0,10",
            "0,0,10,-1",
            "NaN,0,1,1",
            "0,0,inf,1",
        ] {
            assert!(bad.parse::<Rect>().is_err(), "{bad}");
        }
    }
}
