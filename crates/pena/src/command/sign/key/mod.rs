//! Opens the key once, for all files: from a PKCS#12 file, on a token, or at a service.

mod args;
mod csc;
mod p12;
mod pkcs11_uri;
mod token;

use signing::{
    AttributeSigner,
    sign::{Padding, Wish},
    x509::digest::Digest,
};

use self::args::ChosenDigest;
pub use self::args::KeySourceArgs;
use crate::exit::UsageError;

/// The signer that the options name.
///
/// # Errors
/// When the key, its secret or its certificate is not usable, or the key cannot do what is wished; the text says which,
/// and what to do.
pub fn open(args: &KeySourceArgs) -> anyhow::Result<Box<dyn AttributeSigner>> {
    let wish = wish(args);
    if let Some(file) = &args.p12 {
        return Ok(Box::new(p12::open(file, &args.passphrase, wish)?));
    }
    if let Some(module) = &args.pkcs11 {
        return Ok(Box::new(token::open(module, args, wish)?));
    }
    if let Some(address) = &args.csc {
        return Ok(Box::new(csc::open(address, args, wish)?));
    }
    let what = "name a key by --p12 FILE, --pkcs11 MODULE or --csc URL";
    Err(UsageError::new("sign", what).into())
}

fn wish(args: &KeySourceArgs) -> Wish {
    Wish {
        padding: if args.pss {
            Padding::Pss
        } else {
            Padding::Pkcs1
        },
        digest: args.digest.map(|digest| match digest {
            ChosenDigest::Sha256 => Digest::Sha256,
            ChosenDigest::Sha384 => Digest::Sha384,
            ChosenDigest::Sha512 => Digest::Sha512,
        }),
    }
}
