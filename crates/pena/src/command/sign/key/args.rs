//! The options of `pena sign` that say whose key signs, and how.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};

use crate::secret_input::PassphraseArgs;

/// Where the key is, and the algorithm.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("source").required(true))]
pub struct KeySourceArgs {
    /// Your key and certificates, as PKCS#12 (.p12, .pfx)
    #[arg(long, value_name = "FILE", group = "source")]
    pub p12: Option<PathBuf>,
    /// Your key is on a token: the PKCS#11 module of its maker, as /usr/lib/…/libsofthsm2.so with --token and --key, or a
    /// URI (RFC 7512), as 'pkcs11:token=…;object=…?module-path=…'
    #[arg(long, value_name = "MODULE|URI", group = "source")]
    pub pkcs11: Option<String>,
    /// The label of the token
    #[arg(long, value_name = "LABEL", requires = "pkcs11")]
    pub token: Option<String>,
    /// The label of the key on the token
    #[arg(long, value_name = "LABEL", requires = "pkcs11")]
    pub key: Option<String>,
    /// Certificates that are not on the token: that of the key, those of its issuers, PEM or DER
    #[arg(long, value_name = "FILE", requires = "pkcs11")]
    pub chain: Option<PathBuf>,
    /// Send the PIN even if the token says that a wrong one will lock it
    #[arg(long, requires = "pkcs11")]
    pub pin_final_try: bool,
    /// Your key is at a signing service (Cloud Signature Consortium API 2): its address
    #[arg(long, value_name = "URL", group = "source")]
    pub csc: Option<String>,
    /// The id of the key at the service
    #[arg(long, value_name = "ID", requires = "csc")]
    pub credential: Option<String>,
    /// Read the access token of the service from FILE (its last line break is not part of it)
    #[arg(long, value_name = "FILE", requires = "csc")]
    pub token_file: Option<PathBuf>,
    /// Read the one-time code from FILE, if the service asks for one
    #[arg(long, value_name = "FILE", requires = "csc")]
    pub otp_file: Option<PathBuf>,
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
    /// The digest; usually that of the key's kind (RSA and P-256 SHA-256, P-384 SHA-384, Ed25519 SHA-512)
    #[arg(long, value_enum)]
    pub digest: Option<ChosenDigest>,
    /// Sign by RSASSA-PSS instead of PKCS#1 v1.5; only for RSA keys
    #[arg(long)]
    pub pss: bool,
}

/// The digests that signatures are made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ChosenDigest {
    /// SHA-256
    Sha256,
    /// SHA-384
    Sha384,
    /// SHA-512
    Sha512,
}
