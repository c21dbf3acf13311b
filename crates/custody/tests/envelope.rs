//! The envelopes of decision 0006. The vector was made by another implementation, from the decision's
//! text, so that the text and not this program says how a key is opened years from now.
#![expect(
    clippy::unwrap_used,
    reason = "a test helper that cannot go on fails the test"
)]

use custody::{
    EnvelopeError, Kek, Passphrase, Secret, open_official, open_server, open_with_passphrase,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Vector {
    kek: String,
    passphrase: String,
    envelopes: Vec<Sealed>,
}

#[derive(Deserialize)]
struct Sealed {
    under: String,
    key_id: String,
    plaintext: String,
    envelope: String,
}

impl Vector {
    fn open(&self, sealed: &Sealed, text: &str) -> Result<Secret, EnvelopeError> {
        let kek = Kek::from_hex(&self.kek).unwrap();
        let passphrase = Passphrase::new(self.passphrase.clone());
        match sealed.under.as_str() {
            "server" => open_server(&kek, &sealed.key_id, text),
            "passphrase" => open_with_passphrase(&passphrase, &sealed.key_id, text),
            "server+passphrase" => open_official(&kek, &passphrase, &sealed.key_id, text),
            other => panic!("the vector has an unknown kind {other}"),
        }
    }
}

fn vector() -> Vector {
    serde_json::from_str(include_str!("vectors/envelope.json")).unwrap()
}

#[test]
fn envelopes_of_every_kind_open_as_the_decision_says() {
    let vector = vector();
    assert_eq!(vector.envelopes.len(), 3);
    for sealed in &vector.envelopes {
        let opened = vector.open(sealed, &sealed.envelope).unwrap();
        assert_eq!(opened.expose(), sealed.plaintext.as_bytes());
    }
}

#[test]
fn another_version_or_an_unknown_field_is_refused() {
    let vector = vector();
    for sealed in &vector.envelopes {
        for (from, to) in [("\"v\":1", "\"v\":2"), ("\"v\":1", "\"v\":1,\"x\":0")] {
            let other = sealed.envelope.replacen(from, to, 1);
            assert_ne!(other, sealed.envelope);
            assert!(matches!(
                vector.open(sealed, &other),
                Err(EnvelopeError::Shape(_))
            ));
        }
    }
}
