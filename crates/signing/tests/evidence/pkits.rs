//! The NIST path-validation suite (PKITS): every vector of the corpus, with revocation required everywhere.

use std::{collections::BTreeMap, fs, io::Write as _, path::Path as FilePath, path::PathBuf};

use serde_json::Value;
use signing::{
    UtcTime,
    x509::{
        Certificate, Revocations,
        crl::Status,
        path::{Validity, build_for},
        policies::PolicyInputs,
    },
};

/// Vectors whose verdict differs from the suite's, each with the algorithm or feature that is missing. All of them are
/// refusals of a valid path; nothing invalid is accepted.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("valid_dsa_signatures_test4", "DSA"),
    ("valid_dsa_parameter_inheritance_test5", "DSA"),
];

#[test]
fn every_vector_of_pkits_is_judged_as_the_suite_says() {
    let Some(folder) = folder() else { return };
    let vectors = fs::read(folder.join("pkits.json")).unwrap();
    let vectors: Vec<Value> = serde_json::from_slice(&vectors).unwrap();
    assert_eq!(vectors.len(), 246, "the suite has another size");
    let mut wrong = Vec::new();
    let mut excused: BTreeMap<&str, bool> = EXCEPTIONS.iter().map(|one| (one.0, false)).collect();
    for vector in &vectors {
        let name = vector["name"].as_str().unwrap();
        let valid = vector.get("error").is_none();
        let judged = judge(&folder, vector);
        if judged.is_ok() == valid {
            continue;
        }
        match excused.get_mut(name) {
            Some(used) if valid => *used = true,
            Some(_) | None => wrong.push(format!("{name}: valid {valid}, judged {judged:?}")),
        }
    }
    assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
    let unused: Vec<_> = excused.iter().filter(|(_, used)| !**used).collect();
    assert!(unused.is_empty(), "exceptions that are none: {unused:?}");
}

/// A path to the suite's anchor, in time, with every certificate on it cleared.
fn judge(folder: &FilePath, vector: &Value) -> Result<(), String> {
    let read = |sort: &str, name: &str| fs::read(folder.join(sort).join(name)).unwrap();
    let certificate = |name: &str| {
        Certificate::parse(&read("certs", name)).map_err(|problem| format!("{name}: {problem}"))
    };
    let names = |key: &str| -> Vec<String> {
        let list = vector[key].as_array().into_iter().flatten();
        list.map(|name| name.as_str().unwrap().to_owned()).collect()
    };
    let leaf = certificate(vector["cert"].as_str().unwrap())?;
    let pool: Vec<Certificate> = names("other_certs")
        .iter()
        .filter_map(|name| certificate(name).ok())
        .collect();
    let anchors = [certificate("TrustAnchorRootCertificate.crt")?];
    let mut lists = vec![read("crls", "TrustAnchorRootCRL.crl")];
    lists.extend(names("crls").iter().map(|name| read("crls", name)));
    let at = UtcTime::parse_rfc3339("2026-11-24T00:00:00Z").unwrap();
    let known =
        Revocations::read(lists.iter(), std::iter::empty(), at).and_authorities(&pool, &anchors);
    let path = build_for(&leaf, &pool, &anchors, at, &inputs(&vector["params"]))
        .map_err(|problem| problem.to_string())?;
    if *path.validity() != Validity::Inside {
        return Err(format!("{:?}", path.validity()));
    }
    for (certificate, issuer) in path.links() {
        let status = known.status(certificate, issuer, at);
        if !matches!(status, Status::Good { .. }) {
            return Err(format!("{}: {status:?}", certificate.subject_text));
        }
    }
    Ok(())
}

fn inputs(params: &Value) -> PolicyInputs {
    let acceptable = params["user_initial_policy_set"].as_array();
    let flag = |name: &str| params[name].as_bool().unwrap_or(false);
    PolicyInputs {
        acceptable: acceptable
            .into_iter()
            .flatten()
            .map(|oid| oid_octets(oid.as_str().unwrap()))
            .collect(),
        explicit: flag("initial_explicit_policy"),
        inhibit_mapping: flag("initial_policy_mapping_inhibit"),
        inhibit_any: flag("initial_any_policy_inhibit"),
    }
}

fn oid_octets(text: &str) -> Vec<u8> {
    der::asn1::ObjectIdentifier::new_unwrap(text)
        .as_bytes()
        .to_vec()
}

fn folder() -> Option<PathBuf> {
    let default = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let folder = std::env::var_os("PENA_CORPUS").map_or(default, PathBuf::from);
    let folder = folder.join("pki/nist_pkits");
    if folder.join("pkits.json").is_file() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "the corpus is missing");
    let _ = writeln!(std::io::stderr(), "left out: the corpus is not there");
    None
}
