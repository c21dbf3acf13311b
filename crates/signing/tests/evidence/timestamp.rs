//! What an authority for timestamps may not do.

use signing::{
    UtcTime,
    cms::{TimestampProblem, TimestampRequest, TimestampToken, timestamp::Imprint},
    x509::{Certificate, signature::Digest},
};

use super::made::{
    Authority, CODE_SIGNING, ECDSA_SHA256, Holder, Marked, SHA1, SHA256, TIME_STAMPING, der, now,
};

const SIGNED_DATA: &[u8] = &[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
const TST_INFO: &[u8] = &[0x06, 11, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 1, 4];
const CONTENT_TYPE: &[u8] = &[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 3];
const MESSAGE_DIGEST: &[u8] = &[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 4];
const CERTIFICATE_V2: &[u8] = &[
    0x06, 11, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 2, 47,
];

/// A token as an authority would make it, each part to be lied about.
pub struct Recipe<'a> {
    by: &'a Holder,
    /// The certificate that the token binds.
    bound: Vec<u8>,
    certificates: Vec<Vec<u8>>,
    digest: &'a [u8],
    imprint: Vec<u8>,
    nonce: Vec<u8>,
    pub time: &'a str,
}

impl<'a> Recipe<'a> {
    pub fn honest(by: &'a Holder, request: &TimestampRequest) -> Self {
        Self {
            by,
            bound: by.certificate.der.clone(),
            certificates: vec![by.certificate.der.clone()],
            digest: SHA256,
            imprint: request.imprint.value.clone(),
            nonce: request.nonce.to_vec(),
            time: "20261124010203.123Z",
        }
    }

    pub fn token(&self) -> Vec<u8> {
        let algorithm = der(0x30, &[self.digest]);
        let imprint = der(0x30, &[&algorithm, &der(0x04, &[&self.imprint])]);
        let info = der(
            0x30,
            &[
                &[2, 1, 1],
                &[0x06, 4, 0x2a, 3, 4, 1],
                &imprint,
                &[2, 1, 7],
                &der(0x18, &[self.time.as_bytes()]),
                &der(0x30, &[&[2, 1, 1]]),
                &der(0x02, &[&self.nonce]),
            ],
        );
        let sha256 = |bytes: &[u8]| Digest::Sha256.of(bytes);
        let attribute = |oid: &[u8], value: &[u8]| der(0x30, &[oid, &der(0x31, &[value])]);
        let binding = der(
            0x30,
            &[&der(
                0x30,
                &[&der(0x30, &[&der(0x04, &[&sha256(&self.bound)])])],
            )],
        );
        let mut attributes = [
            attribute(CONTENT_TYPE, TST_INFO),
            attribute(MESSAGE_DIGEST, &der(0x04, &[&sha256(&info)])),
            attribute(CERTIFICATE_V2, &binding),
        ];
        attributes.sort();
        let attributes: Vec<&[u8]> = attributes.iter().map(Vec::as_slice).collect();
        let value = self.by.sign(&der(0x31, &attributes));
        let sid = der(
            0x30,
            &[
                &self.by.certificate.issuer,
                &der(0x02, &[&self.by.certificate.serial]),
            ],
        );
        let sha256 = der(0x30, &[SHA256]);
        let signer = der(
            0x30,
            &[
                &[2, 1, 1],
                &sid,
                &sha256,
                &der(0xa0, &attributes),
                ECDSA_SHA256,
                &der(0x04, &[&value]),
            ],
        );
        let content = der(0x30, &[TST_INFO, &der(0xa0, &[&der(0x04, &[&info])])]);
        let certificates: Vec<&[u8]> = self.certificates.iter().map(Vec::as_slice).collect();
        let data = der(
            0x30,
            &[
                &[2, 1, 3],
                &der(0x31, &[&sha256]),
                &content,
                &der(0xa0, &certificates),
                &der(0x31, &[&signer]),
            ],
        );
        der(0x30, &[SIGNED_DATA, &der(0xa0, &[&data])])
    }

    fn response(&self) -> Vec<u8> {
        der(0x30, &[&der(0x30, &[&[2, 1, 0]]), &self.token()])
    }
}

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
