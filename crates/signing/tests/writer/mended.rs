//! Damaged documents: not signed as they are, but written anew and then signed, unless they hold a signature.

use std::{fs, path::Path};

use crate::support::{p256, plain_pdf, tool};
use signing::{
    Budget, UtcTime,
    pdf::{
        Pdf,
        append::AppendError,
        rewrite::{RewriteError, rewrite},
    },
    sign::{Place, Request, SignError, sign},
};

fn request() -> Request {
    Request::new(
        Place::Invisible { name: None },
        UtcTime::from_unix(1_795_000_000),
    )
}

fn anew(bytes: &[u8]) -> Result<Vec<u8>, RewriteError> {
    let mut out = Vec::new();
    rewrite(&bytes, Budget::office(), &mut out)?;
    Ok(out)
}

fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let at = bytes
        .windows(from.len())
        .rposition(|part| part == from.as_bytes())
        .unwrap();
    [&bytes[..at], to.as_bytes(), &bytes[at + from.len()..]].concat()
}

/// The plain document with one thing broken each.
fn damaged() -> Vec<Vec<u8>> {
    let plain = plain_pdf();
    vec![
        replaced(&plain, "startxref", "startxxxx"),
        replaced(&plain, "xref\n0 6", "xxxx\n0 6"),
        replaced(&plain, "/Size 6 /Root 1 0 R", "/Size 6 /Rooo 1 0 R"),
        plain[..plain.len() - 60].to_vec(),
        replaced(
            &replaced(&plain, "/Length 24 ", "/Length 99 "),
            "startxref",
            "startxxxx",
        ),
        replaced(
            &plain,
            "%PDF-1.7\n",
            "%PDF-1.7\n% a line that moves every offset\n",
        ),
    ]
}

#[test]
fn a_damaged_document_is_refused_as_it_is_and_signed_when_it_was_written_anew() {
    let pki = p256("Penanda Tangan Uji");
    for bytes in damaged() {
        assert!(Pdf::open(&bytes, Budget::office()).unwrap().is_repaired());
        let error = sign(&bytes, request(), &pki.signer, Budget::office()).unwrap_err();
        assert_eq!(error, SignError::Append(AppendError::Repaired));
        let mended = anew(&bytes).unwrap();
        assert!(!Pdf::open(&mended, Budget::office()).unwrap().is_repaired());
        let append = sign(&mended, request(), &pki.signer, Budget::office()).unwrap();
        let result = [mended.as_slice(), append.bytes()].concat();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("signed.pdf");
        fs::write(&file, result).unwrap();
        if let Some(check) = tool("qpdf", &[Path::new("--check"), &file]) {
            let said = String::from_utf8_lossy(&check.stdout).into_owned();
            assert_eq!(check.status.code(), Some(0), "{said}");
        }
        if let Some(report) = tool("pdfsig", &[Path::new("-nocert"), &file]) {
            let said = String::from_utf8_lossy(&report.stdout).into_owned();
            assert!(said.contains("Signature is Valid"), "{said}");
        }
    }
}

#[test]
fn what_is_written_anew_has_every_object_as_it_was_written() {
    let mended = anew(&damaged()[0]).unwrap();
    let text = String::from_utf8_lossy(&mended).into_owned();
    assert!(text.contains("/Odd (kept  as it is)"));
    assert!(text.contains("[0 0 595.2756 841.8898]"));
    assert!(text.contains("0 0 m 100.00001 100 l S"));
    assert_eq!(anew(&mended).unwrap(), mended);
}

#[test]
fn a_signed_document_is_never_written_anew() {
    let pki = p256("Penanda Tangan Uji");
    let plain = plain_pdf();
    let append = sign(&plain, request(), &pki.signer, Budget::office()).unwrap();
    let signed = [plain.as_slice(), append.bytes()].concat();
    let broken = replaced(&signed, "startxref", "startxxxx");
    for bytes in [signed, broken] {
        assert!(matches!(anew(&bytes), Err(RewriteError::Signed)));
    }
}

#[test]
fn a_document_that_lost_an_object_it_needs_is_not_written_anew() {
    let broken = replaced(&plain_pdf(), "startxref", "startxxxx");
    let broken = replaced(&broken, "<< /Type /Page /Parent", "<< /Type Page] /Parent");
    assert!(matches!(anew(&broken), Err(RewriteError::Lost(..))));
}
