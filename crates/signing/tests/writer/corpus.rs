//! Every unsigned document of the corpus: signed, signed after it was written anew, or refused for a reason that is written
//! down, in `tests/corpus/sign.tsv`; and what other tools say of the result.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::support::{Pki, Verdict, corpus as folder, p256, pyhanko, tool};
use signing::{
    Access, Budget, Password, UtcTime,
    pdf::{append::AppendError, rewrite::rewrite},
    policy::TrustAnchors,
    sign::{Append, Place, Request, Rule, SignError, fields, sign},
    validate::{Evidence, Policy, verify},
};

/// A line of the list.
struct Row {
    file: String,
    password: String,
    /// `signed`, `anew` or `refused`.
    ours: String,
    /// Whether pyHanko signs it: `signs` or `fails`, as `tests/python/signs.py` measured.
    theirs: String,
    /// What other tools cannot judge in our result: `-`, `pyhanko`, `pdfsig` or both.
    blind: String,
    /// Why it is refused, or why others cannot judge it.
    reason: String,
}

fn rows() -> Vec<Row> {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus/sign.tsv");
    let text = fs::read_to_string(list).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#')).skip(1);
    lines
        .map(|line| {
            let mut cells = line.split('\t').map(str::to_owned);
            let mut next = || cells.next().unwrap_or_else(|| panic!("too short: {line}"));
            Row {
                file: next(),
                password: next(),
                ours: next(),
                theirs: next(),
                blind: next(),
                reason: next(),
            }
        })
        .collect()
}

fn at() -> UtcTime {
    UtcTime::from_unix(1_795_000_000)
}

fn request() -> Request {
    Request::new(Place::Invisible { name: None }, at())
}

impl Row {
    fn access(&self) -> Access {
        let password =
            (!self.password.is_empty()).then(|| Password::new(self.password.clone().into()));
        Access::new(Budget::office(), password)
    }

    /// How it went, and the whole signed file.
    fn sign(&self, bytes: &[u8], pki: &Pki) -> (&'static str, Result<Vec<u8>, String>) {
        match sign(&bytes, request(), &pki.signer, self.access()) {
            Ok(append) => ("signed", Ok([bytes, append.bytes()].concat())),
            Err(SignError::Append(AppendError::Repaired)) => {
                let mut anew = Vec::new();
                if let Err(error) = rewrite(&bytes, self.access(), &mut anew) {
                    return ("refused", Err(error.to_string()));
                }
                match sign(&anew, request(), &pki.signer, self.access()) {
                    Ok(append) => ("anew", Ok([anew.as_slice(), append.bytes()].concat())),
                    Err(error) => ("refused", Err(error.to_string())),
                }
            }
            Err(SignError::Forbidden(Rule::NoNewField)) => match self.fill(bytes, pki) {
                Some(append) => ("signed", Ok([bytes, append.bytes()].concat())),
                None => ("refused", Err(Rule::NoNewField.to_string())),
            },
            Err(error) => ("refused", Err(error.to_string())),
        }
    }

    /// Into the first field that is there, where no new one is allowed.
    fn fill(&self, bytes: &[u8], pki: &Pki) -> Option<Append> {
        let known = fields(&bytes, self.access()).ok()?;
        let empty = known.into_iter().find(|field| !field.signed)?;
        let request = Request::new(Place::Existing(empty.name), at());
        sign(&bytes, request, &pki.signer, self.access()).ok()
    }

    /// What qpdf finds wrong: nothing, something, or everything.
    fn qpdf(&self, file: &Path) -> u8 {
        let check = Command::new("qpdf")
            .arg(format!("--password={}", self.password))
            .arg("--check")
            .arg(file)
            .output()
            .unwrap();
        match check.status.code() {
            Some(0) => 0,
            Some(3) => 1,
            _ => 2,
        }
    }

    fn pdfsig_accepts(&self, file: &Path) -> bool {
        let mut pdfsig = Command::new("pdfsig");
        pdfsig.arg("-nocert");
        if !self.password.is_empty() {
            pdfsig.args(["-upw", &self.password, "-opw", &self.password]);
        }
        let report = pdfsig.arg(file).output().unwrap();
        let report = String::from_utf8_lossy(&report.stdout).into_owned();
        report.contains("Signature is Valid") && report.contains("Total document signed")
    }
}

#[test]
fn every_document_of_the_corpus_is_signed_or_refused_as_the_list_says_and_others_accept_it() {
    let Some(corpus) = folder() else { return };
    if tool("qpdf", &[Path::new("--version")]).is_none()
        || tool("pdfsig", &[Path::new("-v")]).is_none()
    {
        return;
    }
    let pki = p256("Penanda Tangan Uji");
    let mut anchors = TrustAnchors::new();
    anchors.add_file(pki.root_pem.as_bytes()).unwrap();
    let policy = Policy::new(anchors);
    let out = tempfile::tempdir().unwrap();
    let root = out.path().join("root.pem");
    fs::write(&root, &pki.root_pem).unwrap();
    let mut wrong = Vec::new();
    let mut results: Vec<(Row, PathBuf)> = Vec::new();
    let (mut both, mut theirs) = (0_u32, 0_u32);
    let listed = rows();
    for path in unsigned(&corpus) {
        let name = path.strip_prefix(&corpus).unwrap().display().to_string();
        if !listed.iter().any(|row| row.file == name) {
            wrong.push(format!("{name}: not in the list"));
        }
    }
    for (number, row) in listed.into_iter().enumerate() {
        let source = corpus.join(&row.file);
        let bytes = fs::read(&source).unwrap();
        let (ours, result) = row.sign(&bytes, &pki);
        if ours != row.ours {
            let said = result.as_ref().err();
            wrong.push(format!("{}: {ours}, not {} {said:?}", row.file, row.ours));
            continue;
        }
        // Permissions are the will of whoever made the file; that pyHanko overrides them is no merit.
        if row.theirs == "signs" && !row.reason.starts_with("the permissions") {
            theirs += 1;
            both += u32::from(ours != "refused");
        }
        let result = match result {
            Ok(result) => result,
            Err(said) => {
                if said != row.reason {
                    wrong.push(format!("{}: {said}", row.file));
                }
                continue;
            }
        };
        if ours == "signed" && !result.starts_with(&bytes) {
            wrong.push(format!("{}: the original is not a prefix", row.file));
        }
        let target = out.path().join(format!("{number}.pdf"));
        fs::write(&target, &result).unwrap();
        let (before, after) = (row.qpdf(&source), row.qpdf(&target));
        if after > before {
            wrong.push(format!("{}: qpdf {before}, then {after}", row.file));
        }
        if row.pdfsig_accepts(&target) == row.blind.contains("pdfsig") {
            wrong.push(format!("{}: pdfsig is not {}", row.file, row.blind));
        }
        let report = verify(&result, &Evidence::default(), &policy, at(), row.access());
        let own = report.signatures.last();
        if !own.is_some_and(|own| own.digest_ok == Some(true) && own.signature_ok == Some(true)) {
            wrong.push(format!("{}: we do not accept it: {report:?}", row.file));
        }
        results.push((row, target));
    }
    let files: Vec<(&Path, &str)> = results
        .iter()
        .map(|(row, file)| (file.as_path(), row.password.as_str()))
        .collect();
    if let Some(verdicts) = pyhanko(&root, &files) {
        for ((row, _), Verdict { accepted, said }) in results.iter().zip(verdicts) {
            if accepted == row.blind.contains("pyhanko") {
                wrong.push(format!("{}: pyHanko says {said}", row.file));
            }
        }
    }
    println!(
        "{} signed; of {theirs} that pyHanko signs, {both}",
        results.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(both * 100 >= theirs * 98, "{both} of {theirs}");
}

/// The PDF files in folders whose name begins with `U-`.
fn unsigned(corpus: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in fs::read_dir(corpus).unwrap() {
        let folder = folder.unwrap().path();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        if !name.starts_with("U-") {
            continue;
        }
        let files = fs::read_dir(folder).unwrap();
        found.extend(files.map(|file| file.unwrap().path()));
    }
    found.retain(|path| path.extension().is_some_and(|extension| extension == "pdf"));
    found
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
            let _ = sign(&bytes, request(), &pki.signer, Budget::public());
            let marker = Place::Marker {
                name: None,
                sign: '#',
                size: [170.0, 57.0],
            };
            let over = Request::new(marker, at());
            let _ = sign(&bytes, over, &pki.signer, Budget::public());
            let _ = rewrite(&bytes, Budget::public(), &mut std::io::sink());
            read += 1;
        }
    }
    assert!(read > 100, "the corpus has only {read} files");
}
