//! What a responder may not do.

use signing::{
    UtcTime,
    x509::{
        Certificate, Revocations,
        crl::{Status, Unknown},
        ocsp::{OcspProblem, OcspRequest, OcspResponse},
        signature::Digest,
    },
};

use crate::shared::made::{
    Authority, ECDSA_SHA256, Holder, Marked, OCSP_SIGNING, SHA1, TIME_STAMPING, der, now,
};

const BASIC: &[u8] = &[0x06, 9, 0x2b, 6, 1, 5, 5, 7, 48, 1, 1];
const NONCE: &[u8] = &[0x06, 9, 0x2b, 6, 1, 5, 5, 7, 48, 1, 2];
const ARCHIVE_CUTOFF: &[u8] = &[0x06, 9, 0x2b, 6, 1, 5, 5, 7, 48, 1, 6];
const GOOD: &[u8] = &[0x80, 0];
const UNKNOWN: &[u8] = &[0x82, 0];

/// An answer as a responder would make it, each part to be lied about.
struct Recipe<'a> {
    by: &'a Holder,
    status: Vec<u8>,
    serial: Vec<u8>,
    this_update: &'a str,
    next_update: Option<&'a str>,
    nonce: Option<Vec<u8>>,
    /// Since when the responder remembers certificates that are over.
    remembers_since: Option<&'a str>,
}

struct World {
    root: Authority,
    responder: Holder,
    signer: Certificate,
}

impl World {
    fn new() -> Self {
        let root = Authority::new("Akar Contoh");
        let responder = root.holder("Penjawab", &[OCSP_SIGNING], Marked::Not);
        let signer = root.holder("Pejabat", &[], Marked::Not).certificate;
        Self {
            root,
            responder,
            signer,
        }
    }

    fn request(&self) -> OcspRequest {
        OcspRequest::new(self.signer.clone(), self.root.certificate(), [9; 16])
    }

    fn honest(&self) -> Recipe<'_> {
        Recipe {
            by: &self.responder,
            status: GOOD.to_vec(),
            serial: self.signer.serial.clone(),
            this_update: "20261124010000Z",
            next_update: Some("20261124020000Z"),
            nonce: Some(vec![9; 16]),
            remembers_since: None,
        }
    }

    fn answer(&self, recipe: &Recipe<'_>) -> Vec<u8> {
        let issuer = self.root.certificate();
        let time = |text: &str| der(0x18, &[text.as_bytes()]);
        let id = der(
            0x30,
            &[
                &der(0x30, &[SHA1, &[5, 0]]),
                &der(0x04, &[&Digest::Sha1.of(&issuer.subject)]),
                &der(0x04, &[&Digest::Sha1.of(&issuer.key.bytes)]),
                &der(0x02, &[&recipe.serial]),
            ],
        );
        let next = recipe
            .next_update
            .map(|next| der(0xa0, &[&time(next)]))
            .unwrap_or_default();
        let remembered = recipe.remembers_since.map(|since| {
            let value = der(0x04, &[&time(since)]);
            der(
                0xa1,
                &[&der(0x30, &[&der(0x30, &[ARCHIVE_CUTOFF, &value])])],
            )
        });
        let single = der(
            0x30,
            &[
                &id,
                &recipe.status,
                &time(recipe.this_update),
                &next,
                &remembered.unwrap_or_default(),
            ],
        );
        let nonce = recipe.nonce.as_ref().map(|nonce| {
            let value = der(0x04, &[&der(0x04, &[nonce])]);
            der(0xa1, &[&der(0x30, &[&der(0x30, &[NONCE, &value])])])
        });
        let data = der(
            0x30,
            &[
                &der(0xa1, &[&recipe.by.certificate.subject]),
                &time(recipe.this_update),
                &der(0x30, &[&single]),
                &nonce.unwrap_or_default(),
            ],
        );
        let value = recipe.by.sign(&data);
        let certificates = der(0xa0, &[&der(0x30, &[&recipe.by.certificate.der])]);
        let basic = der(
            0x30,
            &[
                &data,
                ECDSA_SHA256,
                &der(0x03, &[&[0], &value]),
                &certificates,
            ],
        );
        let bytes = der(0x30, &[BASIC, &der(0x04, &[&basic])]);
        der(0x30, &[&[0x0a, 1, 0], &der(0xa0, &[&bytes])])
    }

    fn lie(&self, change: impl FnOnce(&mut Recipe<'_>)) -> OcspProblem {
        let mut recipe = self.honest();
        change(&mut recipe);
        let answer = self.answer(&recipe);
        self.request().accept(&answer, now()).unwrap_err()
    }
}

#[test]
fn an_answer_by_a_delegate_or_by_the_issuer_itself_clears() {
    let world = World::new();
    let itself = world.root.itself();
    for by in [&world.responder, &itself] {
        let answer = world.answer(&Recipe {
            by,
            ..world.honest()
        });
        let status = world.request().accept(&answer, now()).unwrap();
        assert!(matches!(status, Status::Good { .. }), "{status:?}");
    }
}

#[test]
fn a_revoked_certificate_is_an_answer_and_counts_from_its_time_on() {
    let world = World::new();
    let since = der(0x18, &[b"20261001000000Z"]);
    let mut recipe = world.honest();
    recipe.status = der(0xa1, &[&since, &[0xa0, 3, 0x0a, 1, 1]]);
    let answer = world.answer(&recipe);
    let status = world.request().accept(&answer, now()).unwrap();
    assert!(matches!(
        status,
        Status::Revoked {
            reason: Some(1),
            ..
        }
    ));
    let read = OcspResponse::parse(&answer).unwrap();
    let before = UtcTime::parse_rfc3339("2026-09-01T00:00:00Z").unwrap();
    let status = read.status(&world.signer, &world.root.certificate(), &[], before);
    assert!(matches!(status, Status::Good { .. }), "{status:?}");
}

#[test]
fn each_lie_has_its_own_name() {
    let world = World::new();
    assert_eq!(
        world.lie(|answer| answer.nonce = Some(vec![8; 16])),
        OcspProblem::Nonce
    );
    assert_eq!(
        world.lie(|answer| answer.serial = vec![0x77]),
        OcspProblem::Other
    );
    assert_eq!(
        world.lie(|answer| answer.status = UNKNOWN.to_vec()),
        OcspProblem::Unknown
    );
    assert!(matches!(
        world.lie(|answer| answer.next_update = Some("20261124010100Z")),
        OcspProblem::Stale { .. }
    ));
    assert!(matches!(
        world.lie(|answer| {
            answer.this_update = "20261122010000Z";
            answer.next_update = None;
        }),
        OcspProblem::Stale { .. }
    ));
    assert!(matches!(
        world.lie(|answer| answer.this_update = "20261124013000Z"),
        OcspProblem::Stale { .. }
    ));
    for (code, words) in [(3, "try later"), (6, "not authorised")] {
        let problem = OcspResponse::parse(&der(0x30, &[&[0x0a, 1, code]])).unwrap_err();
        assert_eq!(problem, OcspProblem::Status(words));
    }
}

#[test]
fn an_answer_of_a_time_to_come_clears_nobody_and_still_revokes() {
    let world = World::new();
    let issuer = world.root.certificate();
    let status = |status: &[u8], this_update| {
        let answer = world.answer(&Recipe {
            status: status.to_vec(),
            this_update,
            next_update: Some("20280101000000Z"),
            ..world.honest()
        });
        let known = Revocations::read(std::iter::empty(), [answer].iter(), now());
        known.status(&world.signer, &issuer, now())
    };
    let in_two_minutes = status(GOOD, "20261124010400Z");
    assert!(matches!(in_two_minutes, Status::Good { .. }));
    let in_a_month = "20261224000000Z";
    let early = Status::Unknown(Unknown::Ahead);
    assert_eq!(status(GOOD, in_a_month), early);
    let since = der(0x18, &[b"20261001000000Z"]);
    let revoked = status(&der(0xa1, &[&since]), in_a_month);
    assert!(matches!(revoked, Status::Revoked { .. }), "{revoked:?}");
}

#[test]
fn who_may_have_forgotten_a_certificate_that_is_over_does_not_clear_it() {
    let world = World::new();
    let issuer = world.root.certificate();
    let over = world.root.holder_until("Pejabat", &[], Marked::Not, 2026);
    let status = |this_update, remembers_since| {
        let answer = world.answer(&Recipe {
            this_update,
            remembers_since,
            ..world.honest()
        });
        let known = Revocations::read(std::iter::empty(), [answer].iter(), now());
        let before = UtcTime::parse_rfc3339("2025-06-01T00:00:00Z").unwrap();
        known.status(&over.certificate, &issuer, before)
    };
    let late = "20261124010000Z";
    let forgotten = Status::Unknown(Unknown::Stale);
    assert_eq!(status(late, None), forgotten);
    assert_eq!(status(late, Some("20260601000000Z")), forgotten);
    for (this_update, since) in [(late, Some("20250101000000Z")), ("20251201000000Z", None)] {
        let known = status(this_update, since);
        assert!(matches!(known, Status::Good { .. }), "{known:?}");
    }
}

#[test]
fn nobody_answers_for_an_issuer_who_did_not_tell_them_to() {
    let world = World::new();
    let wrong_purpose = world.root.holder("Penjawab", &[TIME_STAMPING], Marked::Not);
    let stranger = Authority::new("Akar Contoh").holder("Penjawab", &[OCSP_SIGNING], Marked::Not);
    let over = world
        .root
        .holder_until("Penjawab", &[OCSP_SIGNING], Marked::Not, 2025);
    for by in [&wrong_purpose, &stranger, &over] {
        let answer = world.answer(&Recipe {
            by,
            ..world.honest()
        });
        let problem = world.request().accept(&answer, now()).unwrap_err();
        assert!(matches!(problem, OcspProblem::Responder(_)), "{problem}");
    }
}

#[test]
fn no_truncation_or_flip_of_an_answer_passes_as_another_or_panics() {
    let world = World::new();
    let answer = world.answer(&world.honest());
    for at in 0..answer.len() {
        assert!(OcspResponse::parse(&answer[..at]).is_err());
        let mut flipped = answer.clone();
        flipped[at] ^= 0x04;
        let _never_panics = world.request().accept(&flipped, now());
    }
}
