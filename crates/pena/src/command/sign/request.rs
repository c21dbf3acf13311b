//! From the options to what is asked of the signing room.

use signing::{
    AttributeSigner, UtcTime,
    sign::{Appearance, Permission, Place, Request},
};
use x509_parser::prelude::{FromDer, X509Certificate};

use super::{SignArgs, args::Certify};
use crate::command::provable::Level;

/// The signature that the options describe; `name` is for the field, if a new one is made.
pub fn request(args: &SignArgs, signer: &impl AttributeSigner, at: UtcTime, name: &str) -> Request {
    let name = Some(name.to_owned());
    let (place, appearance) = match (&args.field, args.marker, args.page, args.rect) {
        (Some(field), ..) => (Place::Existing(field.clone()), Appearance::Transparent),
        (None, Some(sign), ..) => (
            Place::Marker {
                name,
                sign,
                size: BLOCK,
            },
            Appearance::Block(block(args, signer, at)),
        ),
        (None, None, Some(page), Some(rect)) => (
            Place::New {
                name,
                page: page.saturating_sub(1),
                rect: rect.0,
            },
            Appearance::Block(block(args, signer, at)),
        ),
        (None, None, ..) => (Place::Invisible { name }, Appearance::Transparent),
    };
    Request {
        reason: args.reason.clone(),
        location: args.location.clone(),
        certify: args.certify.map(Permission::from),
        appearance,
        contents_capacity: if args.level > Level::BB {
            Request::STAMPED_CAPACITY
        } else {
            Request::USUAL_CAPACITY
        },
        ..Request::new(place, at)
    }
}

/// Width and height of the block over a marker, in points: six centimetres by two.
const BLOCK: [f64; 2] = [170.0, 57.0];

/// The lines of the visible block.
fn block(args: &SignArgs, signer: &impl AttributeSigner, at: UtcTime) -> Vec<String> {
    let mut lines = vec!["Ditandatangani secara elektronik oleh".to_owned()];
    lines.extend(common_name(signer));
    lines.push(at.to_string());
    lines.extend(args.reason.clone());
    lines.extend(args.location.clone());
    lines
}

fn common_name(signer: &impl AttributeSigner) -> Option<String> {
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
