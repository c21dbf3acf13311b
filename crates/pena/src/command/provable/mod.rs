//! Timestamps and evidence for a file: fetched, held against the anchors, appended. Fails closed: a source that does not
//! answer is an error that names it, never a lower level.

mod args;

use std::{
    fs::File,
    io::{Seek as _, SeekFrom, Write as _},
};

use anyhow::{Context as _, anyhow, bail};
use remote::{Allow, Outside, evidence, tsa};
use ring::rand::{SecureRandom as _, SystemRandom};
use signing::{
    Access, CertificateDer,
    cms::{TimestampToken, timestamp::Imprint},
    policy::Policy,
    sign::{self, archive, dss, extend},
    validate::{self, Evidence, Kind, Whose},
    x509::{Certificate, signature::Digest},
};
use tokio::runtime::Runtime;
use worker::FileSource;

pub use self::args::{Goal, Level, ProvableArgs};
use super::verify::material;
use crate::{clock, exit::UsageError};

/// Everything that is needed to go above B-B, for all files of a run.
pub struct Provable {
    outside: Outside,
    authorities: Vec<String>,
    policy: Policy,
    anchors: Vec<Certificate>,
    evidence: Evidence,
    access: Access,
    runtime: Runtime,
    random: SystemRandom,
}

impl Provable {
    /// Reads the options of `command`; files are opened with `access`.
    ///
    /// # Errors
    /// When an authority or whom to trust is missing, or an option cannot be understood.
    pub fn open(
        command: &'static str,
        args: &ProvableArgs,
        access: Access,
    ) -> anyhow::Result<Self> {
        let usage = |message: String| UsageError::new(command, message);
        if args.tsa.is_empty() {
            return Err(usage("name an authority for timestamps by --tsa URL".to_owned()).into());
        }
        if args.trust.is_empty() {
            let what = "say whom you trust by --trust CA.pem: the root of the timestamp authority, and of the signers";
            return Err(usage(what.to_owned()).into());
        }
        let anchors = material::anchors(command, &args.trust)?;
        let parsed = anchors
            .iter()
            .filter_map(|anchor| Certificate::parse(&anchor.certificate.0).ok());
        let parsed = parsed.collect();
        let allowed = Allow::read(args.allow.iter().map(String::as_str))
            .map_err(|error| usage(format!("--allow: {error}")))?;
        // Whoever names an authority on the command line means it, wherever it stands.
        let named = args
            .tsa
            .iter()
            .fold(Allow::none(), |allow, url| allow.and_host_of(url));
        let outside = Outside::default().and_evidence(&named, &allowed);
        for url in &args.tsa {
            outside
                .check(remote::Purpose::Timestamp, url)
                .map_err(|error| usage(format!("--tsa: {error}")))?;
        }
        Ok(Self {
            outside,
            authorities: args.tsa.clone(),
            policy: Policy::new(anchors),
            anchors: parsed,
            evidence: Evidence::new(),
            access,
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?,
            random: SystemRandom::new(),
        })
    }

    /// Makes sure that the signer's certificate leads to an anchor and is not revoked, before its key is used.
    ///
    /// # Errors
    /// When it does not, is, or nobody tells.
    pub fn clear_signer(&mut self, chain: &[CertificateDer]) -> anyhow::Result<()> {
        let (policy, at) = (&self.policy, clock::now());
        let needs = |evidence: &Evidence| validate::needs_of_signer(chain, policy, evidence, at);
        self.runtime
            .block_on(evidence::complete(
                &self.outside,
                &mut self.evidence,
                &self.random,
                at,
                needs,
            ))
            .context(NOT_TO_BE_HAD)?;
        extend::clear_signer(chain, &self.policy, &self.evidence, at)?;
        Ok(())
    }

    /// The CMS with a timestamp on its signature.
    ///
    /// # Errors
    /// When no authority gives one.
    pub fn stamped(&self, cms: &[u8]) -> anyhow::Result<Vec<u8>> {
        let imprint = sign::timestamp::imprint(cms, Digest::Sha256)?;
        Ok(sign::timestamp::add(cms, &self.stamp(imprint)?)?)
    }

    /// Appends what the file lacks to be at `level`, and reads the result back.
    ///
    /// # Errors
    /// When a source does not answer, a certificate is revoked or not trusted, or the result is not at the level.
    pub fn raise(&mut self, file: &File, level: Level, whose: Whose<'_>) -> anyhow::Result<()> {
        if level >= Level::BT && !self.is_proven(file, whose)? {
            self.timestamp(file)?;
        }
        if level >= Level::BLt {
            self.keep_evidence(file, whose)?;
        }
        if level >= Level::BLta {
            self.timestamp(file)?;
        }
        self.confirm(file, level, whose)
    }

    /// Appends a timestamp on the whole document.
    ///
    /// # Errors
    /// When no authority gives one, or the document cannot be appended to.
    pub fn timestamp(&self, file: &File) -> anyhow::Result<()> {
        let prepared = archive::prepare(&source(file)?, self.access.clone())?;
        let token = self.stamp(archive::imprint(&prepared))?;
        append(file, prepared.embed(&token.der)?.bytes())
    }

    fn stamp(&self, imprint: Imprint) -> anyhow::Result<TimestampToken> {
        let mut nonce = [0; 16];
        self.random
            .fill(&mut nonce)
            .map_err(|_| anyhow!("this machine gives no random numbers"))?;
        let request = tsa::request(imprint, nonce);
        self.runtime
            .block_on(tsa::stamp(
                &self.outside,
                &self.authorities,
                &request,
                &self.anchors,
                clock::now(),
            ))
            .context("nothing was written; name another authority by a further --tsa, or try later")
    }

    fn is_proven(&self, file: &File, whose: Whose<'_>) -> anyhow::Result<bool> {
        let facts = validate::gather(&source(file)?, self.access.clone())?;
        let at = clock::now();
        Ok(extend::is_proven(
            &facts,
            whose,
            &self.policy,
            &self.evidence,
            at,
        )?)
    }

    fn keep_evidence(&mut self, file: &File, whose: Whose<'_>) -> anyhow::Result<()> {
        let facts = validate::gather(&source(file)?, self.access.clone())?;
        let (policy, at) = (&self.policy, clock::now());
        let needs = |evidence: &Evidence| validate::needs(&facts, whose, policy, evidence, at);
        self.runtime
            .block_on(evidence::complete(
                &self.outside,
                &mut self.evidence,
                &self.random,
                at,
                needs,
            ))
            .context(NOT_TO_BE_HAD)?;
        let store = extend::store(&facts, whose, &self.policy, &self.evidence, at)?;
        if store.is_empty() {
            return Ok(());
        }
        append(
            file,
            dss::append(&source(file)?, &store, self.access.clone())?.bytes(),
        )
    }

    /// Judges the result by itself, as somebody would who has the file and the anchors only.
    fn confirm(&self, file: &File, level: Level, whose: Whose<'_>) -> anyhow::Result<()> {
        let report = validate::verify(
            &source(file)?,
            &Evidence::new(),
            &self.policy,
            clock::now(),
            self.access.clone(),
        );
        for signature in &report.signatures {
            let ours = match whose {
                Whose::Everyone => true,
                Whose::Field(name) => signature.field == name,
            };
            if ours && signature.kind == Kind::Signature && !level.is_reached(signature.level) {
                bail!(
                    "the signature in {} does not read back as {}; nothing was written",
                    signature.field,
                    level.name()
                );
            }
        }
        Ok(())
    }
}

const NOT_TO_BE_HAD: &str =
    "nothing was written; if its host stands inside the house, name it by --allow";

fn source(file: &File) -> anyhow::Result<FileSource> {
    Ok(FileSource::new(file.try_clone()?)?)
}

fn append(mut file: &File, bytes: &[u8]) -> anyhow::Result<()> {
    file.seek(SeekFrom::End(0))?;
    file.write_all(bytes)
        .context("the output cannot be written")
}
