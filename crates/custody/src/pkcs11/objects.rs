//! What is found on a token: the private key, its public half, certificates.

use cryptoki::{
    object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle},
    session::Session,
};
use signing::x509::{Certificate, signature::PublicKey};

use super::{KeyChoice, TokenError};

/// The private key of a label.
pub(super) fn private_key(
    session: &Session,
    choice: &KeyChoice,
) -> Result<ObjectHandle, TokenError> {
    let mut template = vec![
        Attribute::Class(ObjectClass::PRIVATE_KEY),
        Attribute::Sign(true),
    ];
    template.push(match choice {
        KeyChoice::Label(label) => Attribute::Label(label.clone().into_bytes()),
        KeyChoice::Id(id) => Attribute::Id(id.clone()),
    });
    let found = session.find_objects(&template)?;
    match found.as_slice() {
        [key] => {
            if bytes_of(session, *key, AttributeType::AlwaysAuthenticate)?
                .is_some_and(|flag| flag == [1])
            {
                return Err(TokenError::AlwaysAuthenticate);
            }
            Ok(*key)
        }
        [] => Err(TokenError::NoKey {
            wanted: choice.to_string(),
            found: labels(session)?,
        }),
        several => Err(TokenError::SeveralKeys(several.len())),
    }
}

/// The certificate of a private key out of `pool`: the one with its public half; where the token does not tell that, the
/// one that the token keeps under the same id.
pub(super) fn certificate(
    session: &Session,
    key: ObjectHandle,
    pool: &[Certificate],
) -> Result<Certificate, TokenError> {
    let half = public_half(session, key)?;
    let id = bytes_of(session, key, AttributeType::Id)?;
    if let Some(half) = half {
        let found = pool.iter().find(|found| half.is_of(&found.key));
        return found.cloned().ok_or(TokenError::NoCertificate);
    }
    let id = id
        .filter(|id| !id.is_empty())
        .ok_or(TokenError::NoCertificate)?;
    let template = [
        Attribute::Class(ObjectClass::CERTIFICATE),
        Attribute::Id(id),
    ];
    let named = read_certificates(session, &template)?;
    named.into_iter().next().ok_or(TokenError::NoCertificate)
}

/// Every readable certificate on the token.
pub(super) fn certificates(session: &Session) -> Result<Vec<Certificate>, TokenError> {
    read_certificates(session, &[Attribute::Class(ObjectClass::CERTIFICATE)])
}

/// What the token tells of the public half of a key.
enum PublicHalf {
    Modulus(Vec<u8>),
    Point(Vec<u8>),
}

impl PublicHalf {
    fn is_of(&self, key: &PublicKey) -> bool {
        match self {
            // Content of the BIT STRING: SEQUENCE { INTEGER modulus, INTEGER exponent }.
            Self::Modulus(modulus) => key.rsa_modulus().is_some_and(|of| of == trimmed(modulus)),
            Self::Point(point) => key.bytes == *point,
        }
    }
}

fn public_half(session: &Session, key: ObjectHandle) -> Result<Option<PublicHalf>, TokenError> {
    if kind(session, key)? == Some(KeyType::RSA) {
        let modulus = bytes_of(session, key, AttributeType::Modulus)?;
        return Ok(modulus.map(PublicHalf::Modulus));
    }
    let Some(id) = bytes_of(session, key, AttributeType::Id)? else {
        return Ok(None);
    };
    let template = [Attribute::Class(ObjectClass::PUBLIC_KEY), Attribute::Id(id)];
    let Some(public) = session.find_objects(&template)?.first().copied() else {
        return Ok(None);
    };
    let point = bytes_of(session, public, AttributeType::EcPoint)?;
    Ok(point.map(|point| PublicHalf::Point(unwrapped(point))))
}

/// CKA_EC_POINT is the DER of an OCTET STRING around the point; some modules leave that out.
fn unwrapped(point: Vec<u8>) -> Vec<u8> {
    match point.as_slice() {
        [0x04, length, inner @ ..] if usize::from(*length) == inner.len() => inner.to_vec(),
        [0x04, 0x81, length, inner @ ..] if usize::from(*length) == inner.len() => inner.to_vec(),
        _ => point,
    }
}

fn read_certificates(
    session: &Session,
    template: &[Attribute],
) -> Result<Vec<Certificate>, TokenError> {
    let mut found = Vec::new();
    for object in session
        .find_objects(template)?
        .into_iter()
        .take(MAX_CERTIFICATES)
    {
        if let Some(der) = bytes_of(session, object, AttributeType::Value)?
            && let Ok(certificate) = Certificate::parse(&der)
        {
            found.push(certificate);
        }
    }
    Ok(found)
}

fn labels(session: &Session) -> Result<String, TokenError> {
    let all = session.find_objects(&[Attribute::Class(ObjectClass::PRIVATE_KEY)])?;
    let mut found = Vec::new();
    for key in all.into_iter().take(MAX_LABELS) {
        let label = bytes_of(session, key, AttributeType::Label)?.unwrap_or_default();
        found.push(format!("{:?}", String::from_utf8_lossy(&label)));
    }
    if found.is_empty() {
        return Ok("none that signs".to_owned());
    }
    Ok(found.join(", "))
}

fn kind(session: &Session, key: ObjectHandle) -> Result<Option<KeyType>, TokenError> {
    let found = session.get_attributes(key, &[AttributeType::KeyType])?;
    Ok(match found.as_slice() {
        [Attribute::KeyType(kind)] => Some(*kind),
        _ => None,
    })
}

/// The bytes of one attribute; a token that has or shows none of the kind gives none.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a foreign enum of a hundred attributes, of which five are asked for"
)]
fn bytes_of(
    session: &Session,
    object: ObjectHandle,
    wanted: AttributeType,
) -> Result<Option<Vec<u8>>, TokenError> {
    let found = session.get_attributes(object, &[wanted])?;
    Ok(found.into_iter().next().and_then(|found| match found {
        Attribute::Id(bytes)
        | Attribute::Label(bytes)
        | Attribute::Modulus(bytes)
        | Attribute::EcPoint(bytes)
        | Attribute::Value(bytes) => Some(bytes),
        Attribute::AlwaysAuthenticate(flag) => Some(vec![u8::from(flag)]),
        _ => None,
    }))
}

fn trimmed(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|octet| **octet == 0).count();
    number.get(zeros..).unwrap_or_default()
}

const MAX_CERTIFICATES: usize = 50;
const MAX_LABELS: usize = 20;
