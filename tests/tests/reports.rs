//! The reports of `pena verify` keep their published form, on every signed file of the corpus.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use tests::process::run;
use tests::program;
use tests::tool::{pyhanko, script};
use tests::{corpus, files};

#[test]
fn json_keeps_to_its_schema_and_xml_to_the_standard() {
    let (Some(corpus), Some(python)) = (corpus::folder(), pyhanko()) else {
        return;
    };
    let mut signed: Vec<PathBuf> = Vec::new();
    for group in [
        "A-attack",
        "B-tampered-malformed",
        "C-single",
        "E-ltv",
        "G-generated",
    ] {
        signed.extend(files::pdfs(&corpus.join(group)));
    }
    assert!(signed.len() > 150, "{} files", signed.len());
    let root = corpus.join("pki/generated/root.cert.pem");
    let lines = program::json_lines(&verify("--json", &root, &signed));
    let text = verify("--xml", &root, &signed).text();
    let documents: Vec<String> = text
        .split("<?xml")
        .skip(1)
        .map(|rest| format!("<?xml{rest}"))
        .collect();
    assert_eq!((lines.len(), documents.len()), (signed.len(), signed.len()));
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference/verify.schema.json");
    let asked = json!({"schema": schema, "json": lines, "xml": documents});
    let finished = run(
        Command::new(python).arg(script("reports.py")),
        asked.to_string().as_bytes(),
        Duration::from_mins(3),
    );
    assert_eq!(finished.code, Some(0), "{}", finished.all());
    let complaints: Vec<Value> =
        serde_json::from_str(&finished.text()).expect("the script answers with a list");
    assert!(complaints.is_empty(), "{complaints:#?}");
}

fn verify(form: &str, root: &Path, files: &[PathBuf]) -> tests::process::Finished {
    let mut line: Vec<OsString> = vec!["verify".into(), form.into(), "--trust".into(), root.into()];
    line.push("--".into());
    line.extend(files.iter().map(OsString::from));
    program::call(line)
}
