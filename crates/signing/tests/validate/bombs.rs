//! Streams of objects and cross-references that say in a few bytes what fills the memory, whatever the budget as a whole.

use std::iter::repeat_n;

use signing::{
    budget::Budget,
    validate::{ChangeKind, Code, Evidence, Headline, Report, verify},
};

use crate::{
    corpus::at,
    made::{Office, append, gap, letter, previous, signed},
};

fn judged(file: &[u8], office: &Office) -> Report {
    let policy = office.policy();
    verify(&file, &Evidence::new(), &policy, at(), Budget::cli())
}

/// A stream of 33 MiB of spaces: each pair of octets stands for 128 (ISO 32000-2 7.4.5).
fn bomb(entries: &str) -> String {
    let pairs: String = repeat_n("8120", (33 << 20) / 128).collect();
    let length = pairs.len();
    format!(
        "<< /Length {length} /Filter [/ASCIIHexDecode /RunLengthDecode]{entries} >>\nstream\n{pairs}\nendstream"
    )
}

#[test]
fn a_stream_of_objects_is_read_up_to_a_limit_of_its_own() {
    let office = Office::new();
    let first = signed(&letter(), &office.official("Siti Contoh"));
    let bomb = bomb(" /Type /ObjStm /N 1 /First 4");
    let file = append(&first, &[(20, bomb)], 30, previous(&first));
    let report = judged(&file, &office);
    assert_eq!(report.headline, Headline::Changed, "{report:#?}");
    let [change] = report.signatures[0].changes.as_slice() else {
        panic!("{report:#?}")
    };
    assert_eq!(change.kind, ChangeKind::NotCompared);
    assert!(change.what.contains("decoded bytes"), "{}", change.what);
}

#[test]
fn a_signature_that_carries_too_much_is_not_called_wrong() {
    let office = Office::new();
    let file = signed(&letter(), &office.official("Siti Contoh"));
    let with = |certificates: usize| {
        let mut file = file.clone();
        let gap = gap(&file);
        let certificates = "3000".repeat(certificates);
        let fields = "020101310030 0b06092a864886f70d010701".replace(' ', "");
        let data = [fields, value("a0", &certificates), "3100".to_owned()].concat();
        let signed_data = "06092a864886f70d010702".to_owned();
        let cms = value(
            "30",
            &[signed_data, value("a0", &value("30", &data))].concat(),
        );
        let end = gap.end - 1;
        file[gap.start + 1..end].fill(b'0');
        file[gap.start + 1..][..cms.len()].copy_from_slice(cms.as_bytes());
        judged(&file, &office)
    };
    assert_eq!(with(100).headline, Headline::Invalid);
    let report = with(101);
    assert_eq!(report.headline, Headline::Unreadable, "{report:#?}");
    assert_eq!(report.findings[0].code, Code::OverBudget);
}

/// A value in hexadecimal digits, with a length of two octets.
fn value(tag: &str, content: &str) -> String {
    format!("{tag}82{:04x}{content}", content.len() / 2)
}

#[test]
fn a_stream_of_cross_references_is_read_up_to_a_limit_of_its_own() {
    let office = Office::new();
    let mut file = signed(&letter(), &office.official("Siti Contoh"));
    let start = file.len();
    let previous = previous(&file).unwrap();
    let entries =
        format!(" /Type /XRef /W [1 2 1] /Index [0 1] /Size 30 /Root 1 0 R /Prev {previous}");
    let section = format!(
        "20 0 obj\n{}\nendobj\nstartxref\n{start}\n%%EOF\n",
        bomb(&entries)
    );
    file.extend_from_slice(section.as_bytes());
    let report = judged(&file, &office);
    assert_eq!(report.headline, Headline::Unreadable, "{report:#?}");
    assert_eq!(report.findings[0].code, Code::OverBudget);
}
