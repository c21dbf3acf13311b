//! Signs one file in two halves around the use of the key: copy it and prepare the copy; append the signature and publish.

use std::{
    fs::File,
    io::{self, BufWriter, Read, Seek, SeekFrom, Write},
};

use anyhow::Context;
use ring::digest::{Context as Hash, SHA256};
use signing::{
    Access,
    cms::{self, SignedAttributes},
    pdf::rewrite::rewrite,
    sign::{AttributeSigner, Ceremony, SignError, ToBeSigned},
    validate::Whose,
};
use worker::FileSource;

use super::{
    SignArgs,
    plan::Job,
    refusal,
    request::{request, words},
    trial::Trial,
};
use crate::{
    clock,
    command::{copy::copy, look::Painter, provable::Provable},
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

/// A copy of the input with everything but the signature decided.
///
/// What is signed is the copy that is about to be published, so the signature fits it even if somebody writes to
/// the input meanwhile; and an input that cannot be read twice, such as a pipe, can be signed.
pub struct Begun<'a> {
    job: &'a Job,
    draft: Draft,
    source: FileSource,
    prepared: ToBeSigned,
    attributes: SignedAttributes,
}

impl<'a> Begun<'a> {
    /// Copies the input of a job and prepares its signature; the key is not used.
    ///
    /// # Errors
    /// When a file cannot be read or written, or the document may not be signed like this.
    pub fn new(
        job: &'a Job,
        args: &SignArgs,
        signer: &dyn AttributeSigner,
        access: &Access,
        painter: &mut Painter,
        trial: &mut Trial,
    ) -> anyhow::Result<Self> {
        let cannot_write = || format!("{} cannot be written", job.output.display());
        let mut draft = copy(&job.input, &job.output)?;
        if args.rewrite_first {
            let anew = Draft::beside(&job.output).with_context(cannot_write)?;
            write_anew(draft.file(), anew.file(), access)?;
            draft = anew;
        }
        draft.put_on_disk_early().with_context(cannot_write)?;
        let source = FileSource::new(draft.file().try_clone()?)?.held()?;
        let prepared = prepare(&source, args, signer, access, painter, trial)?;
        let leaf = signer.certificate_chain().first();
        let leaf = leaf.map(|leaf| leaf.0.as_slice()).unwrap_or_default();
        let attributes = prepared.signed_attributes(leaf)?;
        Ok(Self {
            job,
            draft,
            source,
            prepared,
            attributes,
        })
    }

    /// What the key signs.
    pub fn attributes(&self) -> &[u8] {
        self.attributes.der()
    }

    /// Appends the signature of this value, raises it to the level asked for, and publishes the file.
    ///
    /// # Errors
    /// When the signature does not fit, evidence is missing, or the file cannot be written; nothing is published then.
    pub fn finish(
        self,
        value: &[u8],
        args: &SignArgs,
        signer: &dyn AttributeSigner,
        access: &Access,
        mut provable: Option<&mut Provable>,
    ) -> anyhow::Result<Signed> {
        let cannot_write = || format!("{} cannot be written", self.job.output.display());
        let explain = |error: SignError| refusal::explain(&error, &self.source, access);
        let chain = signer.certificate_chain();
        let mut cms = cms::assemble(&self.attributes, value, signer.algorithm(), chain)
            .map_err(|error| explain(error.into()))?;
        if let Some(provable) = &provable {
            cms = provable.stamped(&cms)?;
        }
        let append = self
            .prepared
            .embed(&cms)
            .map_err(|error| explain(error.into()))?;
        let mut file = self.draft.file();
        file.seek(SeekFrom::End(0))?;
        file.write_all(append.bytes()).with_context(cannot_write)?;
        if let Some(provable) = provable.as_mut() {
            provable.raise(file, args.level, Whose::Field(self.prepared.field()))?;
        }
        let sha256 = if args.json { Some(sha256(file)?) } else { None };
        let output = self.job.output.display();
        self.draft
            .publish()
            .with_context(|| format!("{output} cannot be written"))?;
        Ok(Signed {
            sha256,
            field: self.prepared.field().to_owned(),
        })
    }
}

fn write_anew(from: &File, to: &File, access: &Access) -> anyhow::Result<()> {
    let source = FileSource::new(from.try_clone()?)?;
    let mut sink = BufWriter::new(to);
    rewrite(&source, access.clone(), &mut sink).context("cannot be written anew")?;
    Ok(sink.flush()?)
}

/// The revision that will be signed, tried out.
fn prepare(
    source: &FileSource,
    args: &SignArgs,
    signer: &dyn AttributeSigner,
    access: &Access,
    painter: &mut Painter,
    trial: &mut Trial,
) -> anyhow::Result<ToBeSigned> {
    let at = clock::now();
    let seen = args.place.seen(source, access);
    let look = painter
        .appearance(seen, &words(args, signer, at))
        .map_err(|error| refusal::explain_passed_on(error, source, access))?;
    let asked = request(args, at, &look);
    let prepared = Ceremony::new(source, asked, access.clone())
        .map(|ceremony| {
            ceremony
                .for_chain(signer.certificate_chain())
                .for_algorithm(signer.algorithm())
        })
        .and_then(Ceremony::prepare)
        .map_err(|error| refusal::explain(&error, source, access))?;
    trial.run(source, &prepared, signer, access)?;
    Ok(prepared)
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
