//! Signs one file: copy it, sign the copy, append, publish.

use std::{
    fs::File,
    io::{self, BufWriter, Read, Seek, SeekFrom, Write},
};

use anyhow::Context;
use ring::digest::{Context as Hash, SHA256};
use signing::{
    Access, RingSigner,
    pdf::rewrite::rewrite,
    sign::{Appearance, Append, AttributeSigner, Ceremony, SignError, signed_cms},
    validate::Whose,
};
use worker::FileSource;

use super::{
    SignArgs,
    plan::Job,
    refusal,
    request::{request, words},
};
use crate::{
    clock,
    command::{look::Painter, provable::Provable},
    output_file::Draft,
};

/// What came of one file.
#[derive(Debug)]
pub struct Signed {
    /// SHA-256 of the signed file, hexadecimal; only made for who reads it, since it is one more pass.
    pub sha256: Option<String>,
    /// The fully qualified name of the field that was signed.
    pub field: String,
}

/// Signs the input of a job into its output.
///
/// What is signed is the copy that is about to be published, so the signature fits it even if somebody writes to
/// the input meanwhile; and an input that cannot be read twice, such as a pipe, can be signed.
///
/// # Errors
/// When a file cannot be read or written, or the document may not be signed like this.
pub fn sign(
    job: &Job,
    args: &SignArgs,
    signer: &RingSigner,
    access: &Access,
    painter: &mut Painter,
    mut provable: Option<&mut Provable>,
) -> anyhow::Result<Signed> {
    let mut input = File::open(&job.input).context("cannot be read")?;
    let cannot_write = || format!("{} cannot be written", job.output.display());
    let mut draft = Draft::beside(&job.output).with_context(cannot_write)?;
    io::copy(&mut input, &mut draft.file()).context("cannot be copied")?;
    if args.rewrite_first {
        let anew = Draft::beside(&job.output).with_context(cannot_write)?;
        write_anew(draft.file(), anew.file(), access)?;
        draft = anew;
    }

    let source = FileSource::new(draft.file().try_clone()?)?;
    let (append, field) = append(&source, args, signer, access, painter, provable.as_deref())?;

    let mut file = draft.file();
    file.seek(SeekFrom::End(0))?;
    file.write_all(append.bytes()).with_context(cannot_write)?;
    if let Some(provable) = provable.as_mut() {
        provable.raise(file, args.level, Whose::Field(&field))?;
    }
    let sha256 = if args.json { Some(sha256(file)?) } else { None };
    draft.publish().with_context(cannot_write)?;
    Ok(Signed { sha256, field })
}

fn write_anew(from: &File, to: &File, access: &Access) -> anyhow::Result<()> {
    let source = FileSource::new(from.try_clone()?)?;
    let mut sink = BufWriter::new(to);
    rewrite(&source, access.clone(), &mut sink).context("cannot be written anew")?;
    Ok(sink.flush()?)
}

/// The revision that signs, and the name of its field: the one asked for, or the first free `SignatureN`.
fn append(
    source: &FileSource,
    args: &SignArgs,
    signer: &RingSigner,
    access: &Access,
    painter: &mut Painter,
    provable: Option<&Provable>,
) -> anyhow::Result<(Append, String)> {
    let at = clock::now();
    let look = match args.place.seen(source, access) {
        Some(size) => painter.appearance(size, &words(args, signer, at))?,
        None => Appearance::Transparent,
    };
    let mut number = 1_u32;
    loop {
        let name = format!("Signature{number}");
        let asked = request(args, at, &name, &look);
        let begun = Ceremony::new(source, asked, access.clone())
            .map(|ceremony| ceremony.for_chain(signer.certificate_chain()));
        let prepared = match begun.and_then(Ceremony::prepare) {
            Ok(prepared) => prepared,
            // Found out before the document is hashed, so looking for a free name costs little.
            Err(SignError::NameTaken(_)) => {
                number = number.saturating_add(1);
                continue;
            }
            Err(error) => return Err(refusal::explain(&error, source, access)),
        };
        let explain = |error: SignError| refusal::explain(&error, source, access);
        let mut cms = signed_cms(&prepared, signer).map_err(explain)?;
        if let Some(provable) = provable {
            cms = provable.stamped(&cms)?;
        }
        let append = prepared
            .embed(&cms)
            .map_err(|error| explain(error.into()))?;
        return Ok((append, args.place.field.clone().unwrap_or(name)));
    }
}

fn sha256(mut file: &File) -> io::Result<String> {
    file.seek(SeekFrom::Start(0))?;
    let mut hash = Hash::new(&SHA256);
    let mut window = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut window)?;
        match window.get(..read) {
            Some(bytes) if !bytes.is_empty() => hash.update(bytes),
            Some(_) | None => return Ok(hex::encode(hash.finish())),
        }
    }
}
