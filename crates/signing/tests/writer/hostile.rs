//! Damaged and hostile bytes: an answer or a typed error, never a panic.

use proptest::prelude::*;
use signing::{
    Budget, UtcTime,
    pdf::Pdf,
    sign::{Appearance, NewField, Place, Request, fields, place_fields, sign},
};

use crate::support::{p256, plain_pdf};

fn exercise(bytes: &[u8]) {
    let _ = fields(&bytes, Budget::public());
    let new = NewField {
        name: "Baru".to_owned(),
        page: 0,
        rect: [1.0; 4],
        appearance: Appearance::Transparent,
        lock: None,
    };
    let _ = place_fields(&bytes, &[new], Budget::public());
    let Ok(pdf) = Pdf::open(&bytes, Budget::public()) else {
        return;
    };
    for revision in 0..pdf.revisions().len() {
        for number in pdf.at(revision).numbers() {
            let _ = pdf.at(revision).object(signing::pdf::ObjectId {
                number,
                generation: 0,
            });
        }
    }
}

fn signed() -> Vec<u8> {
    let pki = p256("Penanda Tangan Uji");
    let source = plain_pdf();
    let request = Request::new(Place::Invisible { name: None }, UtcTime::from_unix(0));
    let append = sign(&source, request, &pki.signer, Budget::office()).unwrap();
    [source, append.into_bytes()].concat()
}

#[test]
fn every_truncation_is_answered() {
    let whole = signed();
    for end in (0..whole.len()).step_by(37) {
        exercise(&whole[..end]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_mutation_is_answered(
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in prop::option::of((any::<prop::sample::Index>(), 1_usize..200)),
    ) {
        let mut bytes = plain_pdf();
        for (place, byte) in edits {
            let at = place.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some((place, length)) = cut {
            let at = place.index(bytes.len());
            let end = (at + length).min(bytes.len());
            bytes.drain(at..end);
        }
        exercise(&bytes);
    }
}

#[test]
fn circles_of_pages_fields_and_sections_end() {
    let text: String = plain_pdf().into_iter().map(char::from).collect();
    let bytes = |text: &str| -> Vec<u8> {
        text.chars()
            .map(|sign| u8::try_from(u32::from(sign)).unwrap())
            .collect()
    };
    let circular = text.replace("/Kids [3 0 R]", "/Kids [2 0 R]").replace(
        "/Odd (kept  as it is)",
        "/AcroForm << /Fields [1 0 R] /T (a) >> /Kids [1 0 R]",
    );
    exercise(&bytes(&circular));
    let start = text.rfind("xref\n0").unwrap();
    let round = text.replace("/Size 6", &format!("/Size 6 /Prev {start}"));
    exercise(&bytes(&round));
}
