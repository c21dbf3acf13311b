//! From the options to what is asked of the signing room.

use signing::{
    AttributeSigner, UtcTime,
    sign::{Appearance, Permission, Request, Room},
};
use x509_parser::prelude::{FromDer, X509Certificate};

use super::{SignArgs, args::Certify};
use crate::command::{look::Words, provable::Level};

/// The signature that the options describe.
pub fn request(args: &SignArgs, at: UtcTime, look: &Appearance) -> Request {
    Request {
        reason: args.reason.clone(),
        location: args.location.clone(),
        certify: args.certify.map(Permission::from),
        appearance: look.clone(),
        room: if args.level > Level::BB {
            Room::Stamped
        } else {
            Room::Signature
        },
        ..Request::new(args.place.place(), at)
    }
}

/// What a visible block may say.
pub fn words(args: &SignArgs, signer: &dyn AttributeSigner, at: UtcTime) -> Words {
    Words {
        name: common_name(signer),
        at,
        reasons: args.reason.iter().chain(&args.location).cloned().collect(),
    }
}

fn common_name(signer: &dyn AttributeSigner) -> Option<String> {
    let leaf = signer.certificate_chain().first()?;
    let (_, certificate) = X509Certificate::from_der(&leaf.0).ok()?;
    let name = certificate.subject().iter_common_name().next()?;
    name.as_str().ok().map(ToOwned::to_owned)
}

impl From<Certify> for Permission {
    fn from(certify: Certify) -> Self {
        match certify {
            Certify::Nothing => Self::P1,
            Certify::FormsAndSigning => Self::P2,
            Certify::AlsoAnnotating => Self::P3,
        }
    }
}
