//! `pena fields`: which signature fields a document has, and new ones for those who will sign.

use std::{
    fs::File,
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    str::FromStr,
};

use anyhow::Context;
use clap::{Args, Subcommand};
use serde::Serialize;
use signing::{
    Access,
    sign::{Appearance, FieldInfo, Lock, LockedFields, NewField, fields, place_fields},
};
use worker::FileSource;

use super::{
    copy::{copy, keep_input},
    place::Rect,
    sign::explain,
};
use crate::{
    exit::Exit,
    output::{self, harmless},
    secret_input::PasswordArgs,
};

/// Options of `pena fields`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub struct FieldsArgs {
    /// What to do instead of listing.
    #[command(subcommand)]
    pub command: Option<FieldsCommand>,
    /// The PDF file whose signature fields are listed
    #[arg(required = true, value_name = "FILE")]
    pub file: Option<PathBuf>,
    #[command(flatten)]
    pub password: PasswordArgs,
    /// Print one line of JSON per field
    #[arg(long)]
    pub json: bool,
}

/// What else can be done.
#[derive(Debug, Subcommand)]
pub enum FieldsCommand {
    /// Add empty signature fields, so that later signers touch only their own
    Add(AddArgs),
}

/// Options of `pena fields add`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct AddArgs {
    /// The PDF file; it is never changed
    #[arg(value_name = "IN.pdf")]
    pub file: PathBuf,
    /// Where the file with the fields goes
    #[arg(short, long, value_name = "OUT.pdf")]
    pub output: PathBuf,
    /// A field: its name, its page (1 is the first), and left, bottom, width and height in points as the page is seen; may
    /// be given several times
    #[arg(long = "field", required = true, value_name = "NAME:N:X,Y,W,H")]
    pub fields: Vec<Wanted>,
    /// Signing the last of these fields closes the document: nothing may change afterwards
    #[arg(long)]
    pub close_with_last: bool,
    #[command(flatten)]
    pub password: PasswordArgs,
}

/// A field that is to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    name: String,
    page: u32,
    rect: Rect,
}

impl FromStr for Wanted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let shape = || "write it as NAME:PAGE:X,Y,W,H, as in Kepala:1:350,90,180,60".to_owned();
        let (rest, rect) = text.rsplit_once(':').ok_or_else(shape)?;
        let (name, page) = rest.rsplit_once(':').ok_or_else(shape)?;
        let page: u32 = page.parse().map_err(|_| shape())?;
        Ok(Self {
            name: name.to_owned(),
            page: page.checked_sub(1).ok_or_else(shape)?,
            rect: rect.parse()?,
        })
    }
}

/// Lists the fields, or adds some.
///
/// # Errors
/// When the file cannot be read or written, or may not have such fields.
pub fn run(args: &FieldsArgs) -> anyhow::Result<Exit> {
    match (&args.command, &args.file) {
        (Some(FieldsCommand::Add(add)), _) => self::add(add)?,
        (None, Some(file)) => {
            for field in read(file, &args.password.access()?)? {
                show(&field, args.json)?;
            }
        }
        // Excluded by the command line's own rules.
        (None, None) => {}
    }
    Ok(Exit::Ok)
}

fn read(path: &Path, access: &Access) -> anyhow::Result<Vec<FieldInfo>> {
    let shown = || harmless(path.display());
    let file = File::open(path).with_context(shown)?;
    let source = FileSource::new(file).with_context(shown)?;
    fields(&source, access.clone())
        .map_err(|error| explain(&error.into(), &source, access))
        .with_context(shown)
}

/// One line of `--json`.
#[derive(Debug, Serialize)]
struct Line<'a> {
    name: &'a str,
    page: Option<u32>,
    rect: [f64; 4],
    signed: bool,
    lock: Option<&'a Lock>,
    demands: &'a [String],
}

fn show(field: &FieldInfo, json: bool) -> io::Result<()> {
    // People count pages from 1.
    let page = field.page.map(|page| page.saturating_add(1));
    if json {
        return output::json(&Line {
            name: &field.name,
            page,
            rect: field.rect,
            signed: field.signed,
            lock: field.lock.as_ref(),
            demands: &field.demands,
        });
    }
    let state = if field.signed { "signed" } else { "empty" };
    let place = match (page, field.rect) {
        (None, _) => "on no page".to_owned(),
        (Some(page), [_, _, width, height]) if width > 0.0 && height > 0.0 => {
            let rect = field.rect.map(|number| format!("{number:.0}")).join(",");
            format!("page {page} at {rect}")
        }
        (Some(page), _) => format!("page {page}, invisible"),
    };
    let mut text = format!("{}: {state}, {place}", harmless(&field.name));
    if let Some(lock) = &field.lock {
        text.push_str(", locks ");
        text.push_str(match lock.fields {
            LockedFields::All => "every field",
            LockedFields::Include(_) => "some fields",
            LockedFields::Exclude(_) => "all but some fields",
        });
    }
    if !field.demands.is_empty() {
        text.push_str(", demands ");
        text.push_str(&harmless(field.demands.join(", ")));
    }
    output::line(&text)
}

fn add(args: &AddArgs) -> anyhow::Result<()> {
    let last = args.fields.len().saturating_sub(1);
    let new: Vec<NewField> = args
        .fields
        .iter()
        .enumerate()
        .map(|(number, wanted)| NewField {
            name: wanted.name.clone(),
            page: wanted.page,
            rect: wanted.rect.0,
            appearance: Appearance::Transparent,
            lock: (args.close_with_last && number == last).then_some(Lock::EVERYTHING),
        })
        .collect();
    keep_input("fields add", &args.file, &args.output)?;
    let access = args.password.access()?;
    let shown = || harmless(args.file.display());
    let cannot_write = || format!("{} cannot be written", harmless(args.output.display()));
    let draft = copy(&args.file, &args.output).with_context(shown)?;
    let source = FileSource::new(draft.file().try_clone()?)?;
    let append = place_fields(&source, &new, access.clone())
        .map_err(|error| explain(&error, &source, &access))
        .with_context(shown)?;
    let mut file = draft.file();
    file.seek(SeekFrom::End(0))?;
    file.write_all(append.bytes()).with_context(cannot_write)?;
    draft.publish().with_context(cannot_write)?;
    output::line(&format!(
        "{} -> {} ({} fields added)",
        harmless(args.file.display()),
        harmless(args.output.display()),
        new.len()
    ))?;
    Ok(())
}

const EXAMPLES: &str = "\
Examples:
  pena fields kontrak.pdf
  pena fields kontrak.pdf --json
  pena fields add kontrak.pdf -o siap.pdf --field Direktur:1:60,90,180,60 --field Bupati:1:350,90,180,60 --close-with-last
  pena sign siap.pdf -o kontrak-ttd.pdf --p12 kunci.p12 --field Direktur";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wanted_field_is_a_name_a_page_and_a_rectangle() {
        let wanted: Wanted = "Kepala: Dinas:2:350,90,180,60".parse().unwrap();
        assert_eq!(wanted.name, "Kepala: Dinas");
        assert_eq!(wanted.page, 1);
        assert_eq!(wanted.rect, Rect([350.0, 90.0, 180.0, 60.0]));
        for bad in [
            "",
            "Kepala",
            "Kepala:0:1,1,1,1",
            "Kepala:1:1,1,1",
            "Kepala:x:1,1,1,1",
        ] {
            assert!(bad.parse::<Wanted>().is_err(), "{bad}");
        }
    }
}
