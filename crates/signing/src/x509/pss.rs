//! The parameters of RSASSA-PSS (RFC 4055 3.1).

use der::asn1::ObjectIdentifier;

use super::digest::Digest;
use crate::cms::{
    ber::{BerError, Reader, tag},
    parse::AlgorithmId,
};

/// `id-RSASSA-PSS`: a scheme, or a key that is for it alone.
pub(crate) const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
/// `id-mgf1`
pub(crate) const MGF1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.8");

/// Digest, mask and salt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pss {
    /// Over the message.
    pub digest: Digest,
    /// Inside MGF1.
    pub mask: Digest,
    /// Bytes of salt.
    pub salt: usize,
}

impl Pss {
    /// As everybody makes them today, and as ring checks them: one digest, and a salt as long as it.
    pub const fn usual(digest: Digest) -> Self {
        Self {
            digest,
            mask: digest,
            salt: digest.length(),
        }
    }

    /// Reads the parameters; an absent field is SHA-1, MGF1 with SHA-1, 20 bytes of salt.
    ///
    /// # Errors
    /// What about them cannot be checked, in words.
    pub(crate) fn read(parameters: Option<&[u8]>) -> Result<Self, String> {
        let absent = || "RSASSA-PSS without parameters".to_owned();
        match read(parameters.ok_or_else(absent)?) {
            Ok(Ok(pss)) => Ok(pss),
            Ok(Err(unknown)) => Err(format!("RSASSA-PSS with {unknown}")),
            Err(_) => Err("RSASSA-PSS with malformed parameters".to_owned()),
        }
    }
}

/// The outer error is one of form, the inner one names an algorithm.
fn read(parameters: &[u8]) -> Result<Result<Pss, ObjectIdentifier>, BerError> {
    let mut fields = Reader::new(parameters).expect(tag::SEQUENCE)?.reader();
    let mut pss = Pss {
        digest: Digest::Sha1,
        mask: Digest::Sha1,
        salt: 20,
    };
    if let Some(hash) = fields.optional(tag::context(0))? {
        let named = AlgorithmId::parse(hash.reader().any()?)?;
        match Digest::read(&named) {
            Some(digest) => pss.digest = digest,
            None => return Ok(Err(named.oid)),
        }
    }
    if let Some(mask) = fields.optional(tag::context(1))? {
        let function = AlgorithmId::parse(mask.reader().any()?)?;
        let Some(inner) = function.parameters.filter(|_| function.oid == MGF1) else {
            return Ok(Err(function.oid));
        };
        let named = AlgorithmId::parse(Reader::new(&inner).any()?)?;
        match Digest::read(&named) {
            Some(digest) => pss.mask = digest,
            None => return Ok(Err(named.oid)),
        }
    }
    if let Some(salt) = fields.optional(tag::context(2))? {
        pss.salt = small(salt.reader().expect(tag::INTEGER)?.value)?;
    }
    if let Some(trailer) = fields.optional(tag::context(3))?
        && small(trailer.reader().expect(tag::INTEGER)?.value)? != 1
    {
        return Err(BerError::Value("trailer field"));
    }
    if !fields.is_empty() {
        return Err(BerError::Value("RSASSA-PSS parameters"));
    }
    Ok(Ok(pss))
}

/// A length that an RSA block has room for: below 2^15.
fn small(octets: &[u8]) -> Result<usize, BerError> {
    match octets {
        [low @ 0..=0x7f] => Ok(usize::from(*low)),
        [high @ 0..=0x7f, low] => Ok(usize::from(u16::from_be_bytes([*high, *low]))),
        _ => Err(BerError::Value("length of a salt")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA256: [u8; 13] = [
        0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
    ];

    fn parameters(salt: &[u8]) -> Vec<u8> {
        let mgf1 = [
            0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08,
        ];
        let fields = [
            [&[0xa0, 0x0d][..], &SHA256].concat(),
            [&[0xa1, 0x1a, 0x30, 0x18][..], &mgf1, &SHA256].concat(),
            salt.to_vec(),
        ]
        .concat();
        [
            &[0x30, u8::try_from(fields.len()).unwrap()],
            fields.as_slice(),
        ]
        .concat()
    }

    #[test]
    fn what_is_absent_has_the_value_of_the_standard() {
        let old = Pss {
            digest: Digest::Sha1,
            mask: Digest::Sha1,
            salt: 20,
        };
        assert_eq!(Pss::read(Some(&[0x30, 0])), Ok(old));
        let salt = parameters(&[0xa2, 0x03, 0x02, 0x01, 32]);
        assert_eq!(Pss::read(Some(&salt)), Ok(Pss::usual(Digest::Sha256)));
        let without = Pss {
            salt: 20,
            ..Pss::usual(Digest::Sha256)
        };
        assert_eq!(Pss::read(Some(&parameters(&[]))), Ok(without));
    }

    #[test]
    fn what_cannot_be_read_is_named_and_never_guessed() {
        assert!(Pss::read(None).is_err());
        let negative = parameters(&[0xa2, 0x03, 0x02, 0x01, 0xff]);
        assert!(
            Pss::read(Some(&negative))
                .unwrap_err()
                .contains("malformed")
        );
        let trailer = parameters(&[0xa3, 0x03, 0x02, 0x01, 2]);
        assert!(Pss::read(Some(&trailer)).is_err());
        let mut unknown = parameters(&[]);
        let last = unknown.len() - 1;
        unknown[last] = 0x63;
        let said = Pss::read(Some(&unknown)).unwrap_err();
        assert_eq!(said, "RSASSA-PSS with 2.16.840.1.101.3.4.2.99");
    }
}
