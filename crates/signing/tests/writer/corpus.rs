//! Foreign documents of every structural form: what signs, what is refused and why, and what other tools say of the result.

use std::{collections::BTreeMap, fs, path::Path};

use crate::support::{corpus as folder, p256, tool};
use signing::{
    Budget, UtcTime,
    sign::{Place, Request, fields, sign},
};

#[test]
fn nine_of_ten_sound_files_of_every_form_sign_and_foreign_tools_accept_them() {
    let Some(corpus) = folder() else { return };
    if tool("qpdf", &[Path::new("--version")]).is_none()
        || tool("pdfsig", &[Path::new("-v")]).is_none()
    {
        return;
    }
    let pki = p256("Penanda Tangan Uji");
    let out = tempfile::tempdir().unwrap();
    let (mut sound, mut signed) = (0_u32, 0_u32);
    let mut refused = BTreeMap::new();
    for folder in ["U-classic", "U-xrefstream", "U-linearized", "U-hybrid"] {
        for entry in fs::read_dir(corpus.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "pdf") || !is_sound(&path) {
                continue;
            }
            sound += 1;
            let name = format!("{folder}/{}", path.file_name().unwrap().to_string_lossy());
            let bytes = fs::read(&path).unwrap();
            let place = Place::New {
                name: None,
                page: 0,
                rect: [50.0, 50.0, 150.0, 40.0],
            };
            let request = Request::new(place, UtcTime::from_unix(1_795_000_000));
            let append = match sign(&bytes, request, &pki.signer, Budget::office()) {
                Ok(append) => append,
                Err(error) => {
                    refused.insert(name, error.to_string());
                    continue;
                }
            };
            signed += 1;
            let result = [bytes.as_slice(), append.bytes()].concat();
            let target = out.path().join("signed.pdf");
            fs::write(&target, result).unwrap();
            assert!(is_sound(&target), "qpdf refuses the signed {name}");
            let report = tool("pdfsig", &[Path::new("-nocert"), &target]).unwrap();
            let report = String::from_utf8_lossy(&report.stdout).into_owned();
            assert!(report.contains("Signature is Valid"), "{name}: {report}");
            assert!(report.contains("Total document signed"), "{name}: {report}");
        }
    }
    println!("{signed} of {sound} sign; refused: {refused:#?}");
    assert!(sound >= 20, "the corpus has only {sound} sound files");
    assert!(
        signed * 10 >= sound * 9,
        "only {signed} of {sound} sign: {refused:#?}"
    );
}

#[test]
fn no_file_of_the_corpus_makes_the_reader_or_the_writer_panic() {
    let Some(corpus) = folder() else { return };
    let pki = p256("Penanda Tangan Uji");
    let mut read = 0_u32;
    for folder in fs::read_dir(corpus).unwrap() {
        let folder = folder.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "pdf") {
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            let _ = fields(&bytes, Budget::public());
            let request = Request::new(
                Place::Invisible { name: None },
                UtcTime::from_unix(1_795_000_000),
            );
            let _ = sign(&bytes, request, &pki.signer, Budget::public());
            read += 1;
        }
    }
    assert!(read > 100, "the corpus has only {read} files");
}

/// Whether qpdf has nothing to say against a file that opens without a password.
fn is_sound(path: &Path) -> bool {
    let check = tool("qpdf", &[Path::new("--check"), path]).unwrap();
    check.status.code() == Some(0)
}
