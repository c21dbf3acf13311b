//! Signing and reading are each other's inverse.

use std::sync::LazyLock;

use proptest::prelude::*;
use signing::{
    Budget, UtcTime,
    policy::TrustAnchors,
    sign::{Appearance, Place, Request, fields, sign},
    validate::{Evidence, Headline, Policy, verify},
};

use crate::{
    shape::any_shape,
    support::{Pki, drawing, p256},
};

pub static PKI: LazyLock<Pki> = LazyLock::new(|| p256("Penanda Tangan Uji"));

pub fn at() -> UtcTime {
    UtcTime::from_unix(1_795_000_000)
}

/// Every kind of place for a new field.
pub fn any_place() -> impl Strategy<Value = Place> {
    prop_oneof![
        Just(Place::Invisible { name: None }),
        Just(Place::New {
            name: Some("Bupati (Plt)".to_owned()),
            page: 0,
            rect: [30.0, 40.0, 200.0, 70.0],
        }),
        Just(Place::Marker {
            name: None,
            sign: '#',
            size: [150.0, 50.0],
        }),
    ]
}

pub fn policy() -> Policy {
    let mut anchors = TrustAnchors::new();
    anchors.add_file(PKI.root_pem.as_bytes()).unwrap();
    Policy::new(anchors)
}

fn signed(source: &[u8], place: Place) -> Vec<u8> {
    let request = Request {
        appearance: Appearance::Drawn(drawing()),
        ..Request::new(place, at())
    };
    let append = sign(&source, request, &PKI.signer, Budget::office()).unwrap();
    [source, append.bytes()].concat()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn what_is_signed_reads_back_signed_and_intact(shape in any_shape(), place in any_place()) {
        let source = shape.document();
        prop_assert_eq!(fields(&source, Budget::office()).unwrap(), []);
        let once = signed(&source, place.clone());
        prop_assert!(once.starts_with(&source));
        let found = fields(&once, Budget::office()).unwrap();
        prop_assert_eq!(found.len(), 1);
        prop_assert!(found[0].signed);
        if let Place::New { rect, .. } = place {
            for (found, asked) in found[0].rect.iter().zip(rect) {
                prop_assert!((found - asked).abs() < 0.01, "{:?}", found);
            }
        }
        let twice = signed(&once, Place::Invisible { name: None });
        for (bytes, count) in [(once, 1), (twice, 2)] {
            let report = verify(&bytes, &Evidence::default(), &policy(), at(), Budget::public());
            prop_assert_eq!(report.headline, Headline::Intact, "{:?}", report);
            prop_assert_eq!(report.signatures.len(), count);
        }
    }
}
