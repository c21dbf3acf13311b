//! Revocation lists that amend others: whom they clear takes the list below them, whom they accuse does not.

use signing::x509::{
    Certificate, Revocations,
    crl::{Status, Unknown},
};

use crate::shared::made::{Authority, ECDSA_SHA256, Holder, Marked, der, now};

const NUMBER: &[u8] = &[0x06, 3, 0x55, 0x1d, 20];
const REASON: &[u8] = &[0x06, 3, 0x55, 0x1d, 21];
const AMENDS: &[u8] = &[0x06, 3, 0x55, 0x1d, 27];
const KEY_COMPROMISE: u8 = 1;
const REMOVED: u8 = 8;

/// A list with one entry or none, each part to be changed.
struct Recipe {
    number: u8,
    /// The number from which on it amends complete lists.
    amends: Option<u8>,
    next_update: &'static str,
    /// Why the certificate is on it.
    listed: Option<u8>,
}

const COMPLETE: Recipe = Recipe {
    number: 7,
    amends: None,
    next_update: "20261224000000Z",
    listed: None,
};

const AMENDMENT: Recipe = Recipe {
    number: 9,
    amends: Some(7),
    listed: Some(KEY_COMPROMISE),
    ..COMPLETE
};

struct World {
    authority: Holder,
    certificate: Certificate,
}

impl World {
    fn new() -> Self {
        let root = Authority::new("Akar Contoh");
        Self {
            certificate: root.holder("Pejabat", &[], Marked::Not).certificate,
            authority: root.itself(),
        }
    }

    fn list(&self, recipe: &Recipe) -> Vec<u8> {
        let time = |text: &str| der(0x18, &[text.as_bytes()]);
        let extension = |oid: &[u8], value: &[u8]| der(0x30, &[oid, &der(0x04, &[value])]);
        let entries = recipe.listed.map(|reason| {
            let reason = extension(REASON, &[0x0a, 1, reason]);
            let serial = der(0x02, &[&self.certificate.serial]);
            let since = time("20261001000000Z");
            let entry = der(0x30, &[&serial, &since, &der(0x30, &[&reason])]);
            der(0x30, &[&entry])
        });
        let number = extension(NUMBER, &[0x02, 1, recipe.number]);
        let amends = recipe
            .amends
            .map(|base| extension(AMENDS, &[0x02, 1, base]));
        let extensions = der(0x30, &[&number, &amends.unwrap_or_default()]);
        let signed = der(
            0x30,
            &[
                &[0x02, 1, 1],
                ECDSA_SHA256,
                &self.authority.certificate.subject,
                &time("20261123000000Z"),
                &time(recipe.next_update),
                &entries.unwrap_or_default(),
                &der(0xa0, &[&extensions]),
            ],
        );
        let value = self.authority.sign(&signed);
        der(0x30, &[&signed, ECDSA_SHA256, &der(0x03, &[&[0], &value])])
    }

    fn status(&self, lists: &[Recipe]) -> Status {
        let lists: Vec<Vec<u8>> = lists.iter().map(|list| self.list(list)).collect();
        let known = Revocations::read(lists.iter(), std::iter::empty(), now());
        known.status(&self.certificate, &self.authority.certificate, now())
    }
}

#[test]
fn an_amendment_accuses_without_the_list_that_it_amends() {
    let world = World::new();
    let over = Recipe {
        next_update: "20261123120000Z",
        ..AMENDMENT
    };
    let of_a_later_list = Recipe {
        amends: Some(8),
        ..AMENDMENT
    };
    for lists in [
        vec![COMPLETE, AMENDMENT],
        vec![AMENDMENT],
        vec![COMPLETE, over],
        vec![COMPLETE, of_a_later_list],
    ] {
        let status = world.status(&lists);
        assert!(matches!(status, Status::Revoked { .. }), "{status:?}");
    }
}

#[test]
fn an_amendment_clears_only_over_the_list_that_it_amends() {
    let world = World::new();
    let empty = Recipe {
        listed: None,
        ..AMENDMENT
    };
    let alone = world.status(&[empty]);
    assert_eq!(alone, Status::Unknown(Unknown::NoList));
    let removed = Recipe {
        number: 10,
        listed: Some(REMOVED),
        ..AMENDMENT
    };
    let status = world.status(&[COMPLETE, AMENDMENT, removed]);
    assert!(matches!(status, Status::Good { .. }), "{status:?}");
}
