//! The trial before the real key is used: the first document that can be signed as asked is signed by a key made for this
//! and thrown away, and our validator judges it. Once per run; the other documents are asked the same.

use anyhow::Context as _;
use ring::rand::SystemRandom;
use signing::{
    Access,
    sign::{AttributeSigner, ToBeSigned, lint},
};
use worker::FileSource;

use crate::clock;

/// Whether the trial was passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trial {
    /// Not yet.
    Open,
    /// Yes.
    Passed,
}

impl Trial {
    /// Looks at the signer's certificate, which needs no document.
    ///
    /// # Errors
    /// When the certificate is not fit to sign now.
    pub fn begin(signer: &dyn AttributeSigner) -> anyhow::Result<Self> {
        lint::certificate(signer.certificate_chain(), clock::now())
            .context("nothing was signed")?;
        Ok(Self::Open)
    }

    /// Tries out what was prepared for a document, unless one passed already.
    ///
    /// # Errors
    /// When the validator finds fault with the trial signature; the real key was not used.
    pub fn run(
        &mut self,
        source: &FileSource,
        prepared: &ToBeSigned,
        signer: &dyn AttributeSigner,
        access: &Access,
    ) -> anyhow::Result<()> {
        if *self == Self::Passed {
            return Ok(());
        }
        let throwaway = custody::throwaway(
            signer.algorithm(),
            signer.certificate_chain(),
            clock::now().unix(),
            &SystemRandom::new(),
        )?;
        lint::document(source, prepared, &throwaway, access, clock::now())
            .context("the key was not used")?;
        *self = Self::Passed;
        Ok(())
    }
}
