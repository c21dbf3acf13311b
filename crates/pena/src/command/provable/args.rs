//! The options by which a signature becomes provable for longer.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use signing::validate::Level as Reached;

/// Where timestamps and evidence come from.
#[derive(Debug, Args)]
pub struct ProvableArgs {
    /// An authority for timestamps (RFC 3161); may be given several times, the next is asked when one fails
    #[arg(long, value_name = "URL")]
    pub tsa: Vec<String>,
    /// Certificates of an authority you trust, PEM or DER; may be given several times
    #[arg(long, value_name = "CA.pem")]
    pub trust: Vec<PathBuf>,
    /// Let certificates send us to this host or network inside the house for evidence, as in 10.20.0.0/16 or
    /// pki.kab.example:8080; may be given several times
    #[arg(long, value_name = "HOST|NETWORK")]
    pub allow: Vec<String>,
}

/// The levels of EN 319 142-1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Level {
    /// The signature alone, without a trusted time
    #[value(name = "b-b")]
    BB,
    /// With a timestamp: it is proven when the signature existed
    #[value(name = "b-t")]
    BT,
    /// With certificates and revocation evidence inside: it can be checked by the file alone
    #[value(name = "b-lt")]
    BLt,
    /// With a timestamp on that evidence: it can be checked after certificates expire
    #[value(name = "b-lta")]
    BLta,
}

impl Level {
    /// As the option is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BB => "b-b",
            Self::BT => "b-t",
            Self::BLt => "b-lt",
            Self::BLta => "b-lta",
        }
    }

    /// Whether what a report says is this level or a higher one.
    pub fn is_reached(self, by: Option<Reached>) -> bool {
        let reached = match by {
            None => return false,
            Some(Reached::PadesBB | Reached::Pkcs7B) => Self::BB,
            Some(Reached::PadesBT) => Self::BT,
            Some(Reached::PadesBLT) => Self::BLt,
            Some(Reached::PadesBLTA) => Self::BLta,
        };
        reached >= self
    }
}

/// What `pena extend` can reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Goal {
    /// A timestamp on the whole document, unless timestamps prove every signature already
    #[value(name = "b-t")]
    BT,
    /// And certificates and revocation evidence
    #[value(name = "b-lt")]
    BLt,
    /// And a timestamp on that evidence; repeated before that timestamp's certificate expires, it lasts on
    #[value(name = "b-lta")]
    BLta,
}

impl From<Goal> for Level {
    fn from(goal: Goal) -> Self {
        match goal {
            Goal::BT => Self::BT,
            Goal::BLt => Self::BLt,
            Goal::BLta => Self::BLta,
        }
    }
}
