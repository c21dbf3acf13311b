//! `pena stamp --preview`: where and how a signature would be seen, without a key.

use std::{
    ffi::OsStr,
    io::{Seek, SeekFrom, Write},
    path::PathBuf,
    sync::Arc,
};

use anyhow::Context as _;
use clap::{ArgGroup, Args};
use letter::Standing;
use serde::Serialize;
use signing::sign::{Preview, preview};
use worker::{Caller, FileSource, InProcess, Mark, PdfWorker};

use super::{
    copy::{copy, keep_input},
    look::{LookArgs, Painter, Words},
    place::PlaceArgs,
    sign::{explain, explain_passed_on},
};
use crate::{
    clock,
    exit::{Exit, UsageError},
    output::{self, harmless},
    output_file::Draft,
    secret_input::PasswordArgs,
};

/// Options of `pena stamp`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, group = ArgGroup::new("place").required(true))]
pub struct StampArgs {
    /// Show the block with "pratinjau, belum ditandatangani" across it; nothing is signed
    #[arg(long, required = true)]
    pub preview: bool,
    /// The PDF that would be signed; it is never changed
    #[arg(value_name = "IN.pdf")]
    pub input: PathBuf,
    /// A copy of the document (.pdf), or a picture of the page (.png)
    #[arg(short, long, value_name = "OUT.pdf|OUT.png")]
    pub output: PathBuf,
    #[command(flatten)]
    pub place: PlaceArgs,
    #[command(flatten)]
    pub look: LookArgs,
    /// Why it would be signed, as the block would say it
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Where it would be signed, as the block would say it
    #[arg(long, value_name = "TEXT")]
    pub location: Option<String>,
    #[command(flatten)]
    pub password: PasswordArgs,
    /// Print one line of JSON: path, output, page
    #[arg(long)]
    pub json: bool,
}

/// Shows one signature that is not made.
///
/// # Errors
/// What signing there would refuse, or when a file cannot be read or written.
pub fn run(args: &StampArgs) -> anyhow::Result<Exit> {
    let kind = Kind::of(args)?;
    keep_input("stamp", &args.input, &args.output)?;
    let access = args.password.access()?;
    let mut painter = Painter::open(&args.look, &args.place, Standing::Preview)?;
    let shown = || harmless(args.input.display());
    let draft = copy(&args.input, &args.output).with_context(shown)?;
    let source = FileSource::new(draft.file().try_clone()?)?;
    let words = Words {
        name: None,
        at: clock::now(),
        reasons: args.reason.iter().chain(&args.location).cloned().collect(),
    };
    let look = painter
        .appearance(args.place.seen(&source, &access), &words)
        .map_err(|error| explain_passed_on(error, &source, &access))
        .with_context(shown)?;
    let preview = preview(&source, &args.place.place(), &look, access.clone())
        .map_err(|error| explain(&error, &source, &access))
        .with_context(shown)?;
    write(&draft, kind, &preview)
        .with_context(|| format!("{} cannot be made", harmless(args.output.display())))?;
    draft.publish()?;
    tell(args, &preview)?;
    Ok(Exit::Ok)
}

/// What is written, by the ending of its name.
#[derive(Clone, Copy)]
enum Kind {
    Document,
    Picture,
}

impl Kind {
    fn of(args: &StampArgs) -> Result<Self, UsageError> {
        let ending = args.output.extension().map(OsStr::to_ascii_lowercase);
        match ending.as_deref().and_then(OsStr::to_str) {
            Some("pdf") => Ok(Self::Document),
            Some("png") => Ok(Self::Picture),
            _ => Err(UsageError::new(
                "stamp",
                "the output is a document or a picture: end its name in .pdf or .png",
            )),
        }
    }
}

/// Puts the preview behind the copy, or its picture in place of it.
fn write(draft: &Draft, kind: Kind, preview: &Preview) -> anyhow::Result<()> {
    let mut file = draft.file();
    file.seek(SeekFrom::End(0))?;
    file.write_all(preview.append.bytes())?;
    if matches!(kind, Kind::Document) {
        return Ok(());
    }
    let source = Arc::new(FileSource::new(file.try_clone()?)?);
    let worker = InProcess::new(Caller::Cli);
    let picture = worker.render(source, preview.page, PICTURE_WIDTH, Some(Mark::Unsigned))?;
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&picture.png)?;
    Ok(())
}

/// In pixels: 150 for each inch of an A4 page.
const PICTURE_WIDTH: u32 = 1240;

#[derive(Serialize)]
struct Line {
    path: String,
    output: String,
    page: u32,
}

fn tell(args: &StampArgs, preview: &Preview) -> std::io::Result<()> {
    let path = args.input.display().to_string();
    let output = args.output.display().to_string();
    // People count pages from 1.
    let page = preview.page.saturating_add(1);
    if args.json {
        return output::json(&Line { path, output, page });
    }
    output::line(&format!(
        "preview of page {page} of {} -> {} (not signed)",
        harmless(path),
        harmless(output)
    ))
}

const EXAMPLES: &str = "\
Shows where and how `pena sign` with the same options would show its block, before any key is used. A document that
may not be signed there is refused as it would be then.

A block file says what the office's block shows; all of it may be left out:
  jabatan = ['Kepala Dinas Komunikasi', 'dan Informatika']
  name = 'Contoh Sekali, S.Kom.'
  pangkat = 'Pembina, IV/a'
  nip = '190001011920011001'
  qr = 'https://contohrejo.example/v/KODE'
  logo = 'logo.png'

Examples:
  pena stamp --preview surat.pdf -o lihat.png --page 1 --rect 350,90,212,71
  pena stamp --preview surat.pdf -o lihat.png --marker '#' --block kepala.toml
  pena stamp --preview surat.pdf -o lihat.pdf --marker '#' --size 260,90 --block kepala.toml
  pena stamp --preview kontrak.pdf -o lihat.png --field Direktur --image ttd.png";
