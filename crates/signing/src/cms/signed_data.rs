//! The `SignedData` of a detached signature.

use der::{
    Any, Decode, Encode, Sequence, Tag, TagNumber, ValueOrd,
    asn1::{ObjectIdentifier, OctetString, SetOfVec},
};

use super::{
    CmsError, SignedAttributes,
    attributes::DATA,
    ber::{BerError, Reader, Tlv, tag},
};
use crate::{
    sign::{algorithm::SignatureAlgorithm, signer::CertificateDer},
    x509::{
        digest::Digest,
        pss::{MGF1, Pss},
        signature::Scheme,
    },
};

const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// Puts attributes, signature value and certificates together as a DER `ContentInfo` for `/Contents`.
/// The attributes go in byte for byte as they were signed.
///
/// # Errors
/// When the chain is empty, its first certificate is unreadable, or a structure does not encode.
pub fn assemble(
    attributes: &SignedAttributes,
    signature: &[u8],
    algorithm: SignatureAlgorithm,
    chain: &[CertificateDer],
) -> Result<Vec<u8>, CmsError> {
    let digest = algorithm.digest();
    if attributes.digest_length() != digest.length() {
        return Err(CmsError::DigestDisagrees(algorithm));
    }
    let leaf = chain.first().ok_or(CmsError::NoCertificate)?;
    let (issuer, serial) = issuer_and_serial(&leaf.0).map_err(|_| CmsError::BadCertificate)?;
    let signer = SignerInfo {
        version: 1,
        sid: IssuerAndSerialNumber {
            issuer: Any::from_der(issuer.raw)?,
            serial: Any::new(Tag::Integer, serial.value)?,
        },
        digest_algorithm: AlgorithmIdentifier::of(digest),
        signed_attributes: retagged(Any::from_der(attributes.der())?.value())?,
        signature_algorithm: algorithm_identifier(algorithm)?,
        signature: OctetString::new(signature)?,
    };
    let certificates = chain
        .iter()
        .map(|certificate| Any::from_der(&certificate.0))
        .collect::<Result<Vec<_>, _>>()?;
    let signed_data = SignedData {
        version: 1,
        digest_algorithms: SetOfVec::try_from(vec![AlgorithmIdentifier::of(digest)])?,
        content: EncapsulatedContentInfo { content_type: DATA },
        certificates: retagged(Any::encode_from(&SetOfVec::try_from(certificates)?)?.value())?,
        signers: SetOfVec::try_from(vec![signer])?,
    };
    Ok(ContentInfo {
        content_type: SIGNED_DATA,
        content: explicit(0, signed_data.to_der()?)?,
    }
    .to_der()?)
}

/// What names a certificate (RFC 5280 4.1); the rest of it is not read.
fn issuer_and_serial(certificate: &[u8]) -> Result<(Tlv<'_>, Tlv<'_>), BerError> {
    let mut certificate = Reader::new(certificate).expect(tag::SEQUENCE)?.reader();
    let mut fields = certificate.expect(tag::SEQUENCE)?.reader();
    fields.optional(tag::context(0))?;
    let serial = fields.expect(tag::INTEGER)?;
    fields.expect(tag::SEQUENCE)?;
    let issuer = fields.expect(tag::SEQUENCE)?;
    Ok((issuer, serial))
}

/// RFC 3370 for RSA (NULL parameters, and the key's identifier without a digest), RFC 4056 for PSS, RFC 5754 for ECDSA,
/// RFC 8419 for Ed25519.
fn algorithm_identifier(algorithm: SignatureAlgorithm) -> Result<AlgorithmIdentifier, der::Error> {
    let named = ObjectIdentifier::new(algorithm.oid()).map_err(|_| der::ErrorKind::OidMalformed)?;
    let (oid, parameters) = match algorithm.scheme() {
        Scheme::RsaPkcs1(_) => (RSA_ENCRYPTION, Some(Any::null())),
        Scheme::RsaPss(pss) => (named, Some(pss_parameters(pss)?)),
        Scheme::Ecdsa(_) | Scheme::Ed25519 | Scheme::Ed448 => (named, None),
    };
    Ok(AlgorithmIdentifier { oid, parameters })
}

/// The DER of the parameters that belong to [`SignatureAlgorithm::oid`], where it has any.
pub fn signature_parameters(algorithm: SignatureAlgorithm) -> Option<Vec<u8>> {
    match algorithm.scheme() {
        Scheme::RsaPss(pss) => pss_parameters(pss).and_then(|any| any.to_der()).ok(),
        Scheme::RsaPkcs1(_) | Scheme::Ecdsa(_) | Scheme::Ed25519 | Scheme::Ed448 => None,
    }
}

/// RFC 4055 3.1: the trailer field is left out, being the only one there is.
fn pss_parameters(pss: Pss) -> Result<Any, der::Error> {
    let hash = AlgorithmIdentifier::of(pss.digest);
    let mask = AlgorithmIdentifier {
        oid: MGF1,
        parameters: Some(Any::encode_from(&AlgorithmIdentifier::of(pss.mask))?),
    };
    let salt = u8::try_from(pss.salt).map_err(|_| der::ErrorKind::Overflow)?;
    let fields = [
        explicit(0, hash.to_der()?)?.to_der()?,
        explicit(1, mask.to_der()?)?.to_der()?,
        explicit(2, salt.to_der()?)?.to_der()?,
    ]
    .concat();
    Any::new(Tag::Sequence, fields)
}

fn explicit(number: u32, inner: Vec<u8>) -> Result<Any, der::Error> {
    let tag = Tag::ContextSpecific {
        constructed: true,
        number: TagNumber(number),
    };
    Any::new(tag, inner)
}

/// The content of a SET under the implicit tag `[0]`.
fn retagged(value: &[u8]) -> Result<Any, der::Error> {
    explicit(0, value.to_vec())
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct ContentInfo {
    content_type: ObjectIdentifier,
    content: Any,
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct SignedData {
    version: u8,
    digest_algorithms: SetOfVec<AlgorithmIdentifier>,
    content: EncapsulatedContentInfo,
    certificates: Any,
    signers: SetOfVec<SignerInfo>,
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct EncapsulatedContentInfo {
    content_type: ObjectIdentifier,
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence, ValueOrd)]
struct AlgorithmIdentifier {
    oid: ObjectIdentifier,
    parameters: Option<Any>,
}

impl AlgorithmIdentifier {
    /// Without parameters (RFC 5754 2).
    fn of(digest: Digest) -> Self {
        Self {
            oid: digest.oid(),
            parameters: None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence, ValueOrd)]
struct IssuerAndSerialNumber {
    issuer: Any,
    serial: Any,
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence, ValueOrd)]
struct SignerInfo {
    version: u8,
    sid: IssuerAndSerialNumber,
    digest_algorithm: AlgorithmIdentifier,
    signed_attributes: Any,
    signature_algorithm: AlgorithmIdentifier,
    signature: OctetString,
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write as _, process::Command};

    use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256};
    use ring::{digest, rand::SystemRandom};

    use super::*;
    use crate::{
        cms::signed_attributes,
        sign::{AttributeSigner, LocalSigner},
    };

    #[test]
    fn openssl_accepts_the_cms_and_refuses_it_over_other_bytes() {
        if Command::new("openssl").arg("version").output().is_err() {
            assert!(std::env::var_os("CI").is_none(), "openssl is missing");
            let _ = writeln!(std::io::stderr(), "left out: openssl is not installed");
            return;
        }
        {
            let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
            let certificate = CertificateParams::new(vec!["contoh.example".to_owned()])
                .unwrap()
                .self_signed(&key)
                .unwrap();
            let chain = vec![CertificateDer(certificate.der().to_vec())];
            let signer =
                LocalSigner::from_pkcs8(key.serialized_der(), chain, SystemRandom::new()).unwrap();
            let content = b"surat";
            let hash: [u8; 32] = digest::digest(&digest::SHA256, content)
                .as_ref()
                .try_into()
                .unwrap();
            let attributes = signed_attributes(&hash, certificate.der()).unwrap();
            let value = signer.sign(attributes.der()).unwrap();
            let cms = assemble(
                &attributes,
                &value,
                signer.algorithm(),
                signer.certificate_chain(),
            )
            .unwrap();
            assert!(openssl_verifies(&cms, content, &certificate.pem()));
            assert!(!openssl_verifies(&cms, b"surat lain", &certificate.pem()));
        }
    }

    fn openssl_verifies(cms: &[u8], content: &[u8], root: &str) -> bool {
        static CALLS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let call = CALLS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let folder =
            std::env::temp_dir().join(format!("signing-cms-{}-{call}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("cms"), cms).unwrap();
        fs::write(folder.join("root"), root).unwrap();
        fs::write(folder.join("content"), content).unwrap();
        let done = Command::new("openssl")
            .args([
                "cms", "-verify", "-binary", "-inform", "DER", "-CAfile", "root", "-purpose",
                "any", "-cades", "-in", "cms", "-content", "content",
            ])
            .current_dir(&folder)
            .output()
            .unwrap();
        fs::remove_dir_all(&folder).unwrap();
        eprintln!("openssl: {}", String::from_utf8_lossy(&done.stderr));
        done.status.success()
    }
}
