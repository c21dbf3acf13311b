//! The `SignedData` of a detached signature.

use der::{
    Any, Decode, Encode, Sequence, Tag, TagNumber, ValueOrd,
    asn1::{ObjectIdentifier, OctetString, SetOfVec},
};
use x509_parser::prelude::{FromDer, X509Certificate};

use super::{CmsError, SignedAttributes, attributes::DATA};
use crate::sign::signer::{CertificateDer, SignatureAlgorithm};

const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const ECDSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");

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
    let leaf = chain.first().ok_or(CmsError::NoCertificate)?;
    let (_, certificate) =
        X509Certificate::from_der(&leaf.0).map_err(|_| CmsError::BadCertificate)?;
    let signer = SignerInfo {
        version: 1,
        sid: IssuerAndSerialNumber {
            issuer: Any::from_der(certificate.issuer().as_raw())?,
            serial: Any::new(Tag::Integer, certificate.raw_serial())?,
        },
        digest_algorithm: AlgorithmIdentifier {
            oid: SHA256,
            parameters: None,
        },
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
        digest_algorithms: SetOfVec::try_from(vec![AlgorithmIdentifier {
            oid: SHA256,
            parameters: None,
        }])?,
        content: EncapsulatedContentInfo { content_type: DATA },
        certificates: retagged(Any::encode_from(&SetOfVec::try_from(certificates)?)?.value())?,
        signers: SetOfVec::try_from(vec![signer])?,
    };
    let explicit = Any::new(context_zero(), signed_data.to_der()?)?;
    Ok(ContentInfo {
        content_type: SIGNED_DATA,
        content: explicit,
    }
    .to_der()?)
}

/// RFC 3370 for RSA (NULL parameters), RFC 5754 for ECDSA. P-384 and Ed25519 want a SHA-384 and a SHA-512 message
/// digest (RFC 5754 2, RFC 8419 3), which the attributes do not carry; validators reject the mixture.
fn algorithm_identifier(algorithm: SignatureAlgorithm) -> Result<AlgorithmIdentifier, CmsError> {
    let (oid, parameters) = match algorithm {
        SignatureAlgorithm::RsaPkcs1Sha256 => (RSA_ENCRYPTION, Some(Any::null())),
        SignatureAlgorithm::EcdsaP256Sha256 => (ECDSA_SHA256, None),
        SignatureAlgorithm::EcdsaP384Sha384 | SignatureAlgorithm::Ed25519 => {
            return Err(CmsError::DigestDisagrees(algorithm));
        }
    };
    Ok(AlgorithmIdentifier { oid, parameters })
}

fn retagged(value: &[u8]) -> Result<Any, der::Error> {
    Any::new(context_zero(), value)
}

fn context_zero() -> Tag {
    Tag::ContextSpecific {
        constructed: true,
        number: TagNumber(0),
    }
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
        sign::signer::{AttributeSigner, RingSigner},
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
                RingSigner::from_pkcs8(key.serialized_der(), chain, SystemRandom::new()).unwrap();
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
