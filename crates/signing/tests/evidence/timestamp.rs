//! What an authority for timestamps may not do.

use rcgen::KeyUsagePurpose;
use signing::{
    UtcTime,
    cms::{TimestampProblem, TimestampRequest, TimestampToken, timestamp::Imprint},
    x509::{Certificate, signature::Digest},
};

use crate::shared::{
    made::{Authority, CODE_SIGNING, Holder, Marked, SHA1, TIME_STAMPING, der, now},
    token::Recipe,
};

struct World {
    root: Authority,
    tsa: Holder,
    request: TimestampRequest,
}

impl World {
    fn new() -> Self {
        let root = Authority::new("Akar Waktu");
        let tsa = root.holder("Cap Waktu", &[TIME_STAMPING], Marked::Critical);
        let request = TimestampRequest {
            imprint: Imprint::of(Digest::Sha256, b"nilai"),
            nonce: [0x31; 16],
        };
        Self { root, tsa, request }
    }

    fn accept(&self, response: &[u8]) -> Result<TimestampToken, TimestampProblem> {
        self.accept_at(response, &[self.root.certificate()], now())
    }

    fn accept_at(
        &self,
        response: &[u8],
        anchors: &[Certificate],
        at: UtcTime,
    ) -> Result<TimestampToken, TimestampProblem> {
        self.request.accept(response, anchors, at)
    }

    fn lie(&self, change: impl FnOnce(&mut Recipe<'_>)) -> TimestampProblem {
        let mut recipe = Recipe::honest(&self.tsa, &self.request);
        change(&mut recipe);
        self.accept(&recipe.response()).unwrap_err()
    }
}

#[test]
fn an_honest_token_is_accepted_with_its_time() {
    let world = World::new();
    let token = world
        .accept(&Recipe::honest(&world.tsa, &world.request).response())
        .unwrap();
    assert_eq!(token.time, now());
    assert_eq!(token.policy, "1.2.3.4.1");
}

#[test]
fn each_lie_has_its_own_name() {
    let world = World::new();
    assert_eq!(
        world.lie(|token| token.nonce = vec![0x31; 15]),
        TimestampProblem::Nonce
    );
    assert_eq!(
        world.lie(|token| token.imprint[0] ^= 1),
        TimestampProblem::Imprint
    );
    assert_eq!(
        world.lie(|token| token.digest = SHA1),
        TimestampProblem::Imprint
    );
    assert!(matches!(
        world.lie(|token| token.time = "20261124000203Z"),
        TimestampProblem::Clock { .. }
    ));
    assert!(matches!(
        world.lie(|token| token.time = "20261124010203.Z"),
        TimestampProblem::Malformed(_)
    ));
    assert_eq!(
        world.lie(|token| token.certificates.clear()),
        TimestampProblem::Certificate
    );
    assert_eq!(
        world.lie(|token| token.bound = b"another".to_vec()),
        TimestampProblem::Certificate
    );
}

#[test]
fn a_certificate_that_is_not_for_timestamps_alone_is_refused() {
    let world = World::new();
    let critical = Marked::Critical;
    let cases: [(&[&[u8]], Marked); 4] = [
        (&[], critical),
        (&[CODE_SIGNING], critical),
        (&[TIME_STAMPING, CODE_SIGNING], critical),
        (&[TIME_STAMPING], Marked::Not),
    ];
    for (usages, marked) in cases {
        let tsa = world.root.holder("Cap Waktu", usages, marked);
        let response = Recipe::honest(&tsa, &world.request).response();
        let problem = world.accept(&response).unwrap_err();
        assert!(matches!(problem, TimestampProblem::Purpose(_)), "{problem}");
    }
}

#[test]
fn a_key_that_is_not_for_signatures_stamps_nothing() {
    let world = World::new();
    for (purpose, lawful) in [
        (KeyUsagePurpose::DigitalSignature, true),
        (KeyUsagePurpose::KeyEncipherment, false),
    ] {
        let tsa = world.root.clock_for(purpose);
        let answer = world.accept(&Recipe::honest(&tsa, &world.request).response());
        assert_eq!(answer.is_ok(), lawful, "{answer:?}");
    }
}

#[test]
fn an_authority_that_nobody_trusts_or_whose_certificate_is_over_is_refused() {
    let world = World::new();
    let response = Recipe::honest(&world.tsa, &world.request).response();
    let strangers = [Authority::new("Akar Waktu").certificate()];
    let problem = world.accept_at(&response, &strangers, now()).unwrap_err();
    assert!(matches!(problem, TimestampProblem::Path(_)), "{problem}");

    let over = world
        .root
        .holder_until("Cap Waktu", &[TIME_STAMPING], Marked::Critical, 2025);
    let response = Recipe::honest(&over, &world.request).response();
    let problem = world.accept(&response).unwrap_err();
    assert!(
        matches!(problem, TimestampProblem::Validity(_)),
        "{problem}"
    );
}

#[test]
fn a_wrong_value_and_every_flip_are_refused_without_a_panic() {
    let world = World::new();
    let other = world
        .root
        .holder("Lain", &[TIME_STAMPING], Marked::Critical);
    let forged = Recipe {
        by: &other,
        bound: world.tsa.certificate.der.clone(),
        certificates: vec![world.tsa.certificate.der.clone()],
        ..Recipe::honest(&other, &world.request)
    };
    assert!(world.accept(&forged.response()).is_err());

    let response = Recipe::honest(&world.tsa, &world.request).response();
    for at in 0..response.len() {
        let mut flipped = response.clone();
        flipped[at] ^= 0x10;
        let _never_panics = world.accept(&flipped);
        assert!(world.accept(&response[..at]).is_err());
    }
}

#[test]
fn a_refusal_says_what_the_authority_said() {
    let world = World::new();
    let status = der(0x30, &[&[2, 1, 2], &der(0x30, &[&der(0x0c, &[b"tutup"])])]);
    let problem = world.accept(&der(0x30, &[&status])).unwrap_err();
    assert_eq!(
        problem.to_string(),
        "the authority refused (status 2: tutup)"
    );
    let granted = der(0x30, &[&der(0x30, &[&[2, 1, 0]])]);
    assert_eq!(
        world.accept(&granted).unwrap_err(),
        TimestampProblem::NoToken
    );
}
