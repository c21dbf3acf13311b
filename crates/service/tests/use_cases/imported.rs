//! A PDF that was brought along: where its text says so, its signers' blocks are seen.

use std::fmt::Write as _;

use flow::digest::Sha256;
use flow::naskah::Source;
use rcgen::{CertificateParams, KeyPair};
use ring::rand::SystemRandom;
use service::naskah::{self, NewLetter};
use service::{ForbiddenBy, ServiceError, WorkerError};
use signing::sign::{self, FieldInfo, Permission, Place, Request, fields};
use signing::validate::Headline;
use signing::{Budget, CertificateDer, LocalSigner, UtcTime};

use crate::support::{HEAD_A, HEAD_B, STAFF_A, World, actor, nota_dinas, on_both_engines};

on_both_engines!(
    blocks_stand_where_the_file_has_marks_for_their_signers,
    a_file_without_marks_is_signed_unseen,
    a_file_that_came_signed_is_refused_as_it_is_brought_and_leaves_nothing,
    a_file_that_came_signed_takes_no_field_of_ours_and_the_refusal_says_so,
);

/// A page with these lines of text, from the top.
fn pdf(lines: &[&str]) -> Vec<u8> {
    let mut shown = String::new();
    for line in lines {
        let _ = write!(shown, "({line}) Tj 0 -300 Td ");
    }
    let content = format!("BT /F1 12 Tf 300 700 Td {shown}ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Courier >> >> >> >>"
            .to_owned(),
        format!(
            "<< /Length {} >>\nstream\n{content}\nendstream",
            content.len()
        ),
    ];
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut table = "xref\n0 5\n0000000000 65535 f \n".to_owned();
    for (at, body) in objects.iter().enumerate() {
        let _ = writeln!(table, "{:010} 00000 n ", out.len());
        out.extend(format!("{} 0 obj\n{body}\nendobj\n", at + 1).bytes());
    }
    let start = out.len();
    out.extend(
        format!("{table}trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").bytes(),
    );
    out
}

fn imported(file: Vec<u8>, signers: &[u8]) -> NewLetter {
    let mut letter = nota_dinas(signers);
    letter.content.source = Source::Imported {
        sha256: Sha256::of(&file),
    };
    letter.imported = Some(file);
    letter
}

/// Prepared and signed by both; the fields of the result.
async fn signed_by_two(world: &World, file: &[u8]) -> (Vec<u8>, Vec<FieldInfo>) {
    for signer in [HEAD_A, HEAD_B] {
        world.issue_key(signer).await;
    }
    let letter = imported(file.to_vec(), &[HEAD_A, HEAD_B]);
    let (id, version) = world.prepared(&letter).await;
    let first = world.activate_and_sign(HEAD_A, id, version).await;
    world.activate_and_sign(HEAD_B, id, first.sha256).await;
    let pdf = world.exported(id).await;
    assert!(pdf.starts_with(file));
    assert_eq!(world.judged(pdf.clone()).headline, Headline::Intact);
    let fields = fields(&pdf, Budget::office()).unwrap();
    (pdf, fields)
}

async fn blocks_stand_where_the_file_has_marks_for_their_signers(world: World) {
    let file = pdf(&["${ttd2}", "${ttd1}"]);
    let (pdf, fields) = signed_by_two(&world, &file).await;
    // Courier of 12 points: seven signs of 7.2, their middle 25.2 from the left and 4.2 up.
    for (field, y) in fields.iter().zip([400.0, 700.0]) {
        let [left, bottom, width, height] = field.rect;
        assert!((left + width / 2.0 - 325.2).abs() < 0.1, "{field:?}");
        assert!((bottom + height / 2.0 - (y + 4.2)).abs() < 0.1, "{field:?}");
    }
    // The file says Courier; what more there is are the letters of the blocks.
    let text = String::from_utf8_lossy(&pdf);
    assert!(
        text.matches("/FontFile").count() >= 2,
        "no block brought a font"
    );
}

async fn a_file_without_marks_is_signed_unseen(world: World) {
    let file = pdf(&["Tanda tangan #"]);
    let (pdf, fields) = signed_by_two(&world, &file).await;
    for field in &fields {
        let [.., width, height] = field.rect;
        assert!(width + height < 0.1, "{field:?}");
    }
    assert!(!String::from_utf8_lossy(&pdf).contains("/FontFile"));
}

/// Signed by somebody else before it came.
fn signed(mut file: Vec<u8>, certify: Option<Permission>) -> Vec<u8> {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::default().self_signed(&key).unwrap();
    let chain = vec![CertificateDer(certificate.der().to_vec())];
    let signer = LocalSigner::from_pkcs8(&key.serialize_der(), chain, SystemRandom::new()).unwrap();
    let request = Request {
        certify,
        ..Request::new(
            Place::Invisible { name: None },
            UtcTime::from_unix(1_790_000_000),
        )
    };
    let append = sign::sign(&file, request, &signer, Budget::office()).unwrap();
    file.extend_from_slice(append.bytes());
    file
}

/// What of the document forbids it, by which rule.
fn forbidden<T: std::fmt::Debug>(refused: Result<T, ServiceError>) -> (ForbiddenBy, String) {
    match refused {
        Err(ServiceError::Worker(WorkerError::Forbidden { by, reason })) => (by, reason),
        other => panic!("it was not forbidden: {other:?}"),
    }
}

const SIGNED: [(Option<Permission>, ForbiddenBy, &str); 3] = [
    (None, ForbiddenBy::Signature, "signed already"),
    (Some(Permission::P1), ForbiddenBy::Lock, "DocMDP P=1"),
    (Some(Permission::P2), ForbiddenBy::Certification, "DocMDP"),
];

async fn a_file_that_came_signed_is_refused_as_it_is_brought_and_leaves_nothing(world: World) {
    let app = world.app();
    for (certify, by, rule) in SIGNED {
        for text in ["Perjanjian", "${ttd1}"] {
            let letter = imported(signed(pdf(&[text]), certify), &[HEAD_A]);
            let refused = naskah::create(&app, &actor(STAFF_A), &letter).await;
            let (found, reason) = forbidden(refused);
            assert_eq!(found, by, "{text}: {reason}");
            assert!(reason.contains(rule), "{text}: {reason}");
        }
    }
    let damaged = imported(b"%PDF-1.7 dan tidak lebih".to_vec(), &[HEAD_A]);
    let refused = naskah::create(&app, &actor(STAFF_A), &damaged).await;
    assert!(refused.unwrap_err().blames_document());
    for table in ["naskah", "naskah_key", "blob"] {
        assert_eq!(world.raw.count(table).await, 0, "{table}");
    }
}

async fn a_file_that_came_signed_takes_no_field_of_ours_and_the_refusal_says_so(world: World) {
    world.issue_key(HEAD_A).await;
    for (certify, by, rule) in SIGNED {
        let letter = imported(signed(pdf(&["${ttd1}"]), certify), &[HEAD_A]);
        // As letters that were begun before files were looked at.
        world.worker.look_away();
        let id = world.submitted(&letter).await;
        let (found, reason) = forbidden(world.prepare(id).await);
        assert_eq!(found, by, "{reason}");
        assert!(reason.contains(rule), "{reason}");
    }
}
