//! Files of which another reader sees another document, or of which bytes that were appended later say what the signed part
//! shows: never intact, whoever prepared them.

use std::fmt::Write as _;

use signing::{
    UtcTime,
    budget::Budget,
    validate::{
        ChangeKind, Evidence, Headline, Modification, Report, SignatureReport, Verdict, verify,
    },
};

use crate::made::{
    Office, Signer, append, field, fill, letter, page, previous, signature, signed, signed_again,
};

const OTHER: &str = "BT /F1 12 Tf 72 720 Td (Surat lain) Tj ET";
const EMPTY: &str = "xref\n0 1\n0000000000 65535 f \n";

fn judged(file: &[u8], office: &Office) -> Report {
    let at = UtcTime::parse_rfc3339("2026-11-24T00:00:00Z").unwrap();
    let (evidence, policy) = (Evidence::new(), office.policy());
    verify(&file, &evidence, &policy, at, Budget::public())
}

fn assert_changed(file: &[u8], office: &Office, kind: ChangeKind) {
    let report = judged(file, office);
    assert_eq!(report.headline, Headline::Changed, "{report:#?}");
    let first = report.signatures.first().unwrap();
    assert_eq!(first.modification, Modification::Other);
    let found = first.changes.iter().any(|change| change.kind == kind);
    assert!(found, "{kind:?} is not in {:#?}", first.changes);
}

fn stream(entries: &str, data: &str) -> String {
    format!(
        "<< /Length {}{entries} >>\nstream\n{data}\nendstream",
        data.len()
    )
}

/// A revision of these parts, the second of which begins where its `startxref` says.
fn revised(first: &[u8], objects: &str, table: &str, trailer: &str) -> Vec<u8> {
    let mut file = [first, objects.as_bytes()].concat();
    let start = file.len();
    let trailer = trailer.replace("PREV", &previous(first).unwrap().to_string());
    let end = format!("{table}trailer\n<< /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n");
    file.extend_from_slice(end.as_bytes());
    file
}

const TRAILER: &str = "/Size 30 /Prev PREV";

#[test]
fn a_revision_without_objects_is_nothing() {
    let office = Office::new();
    let first = signed(&letter(), &office.official("Siti Contoh"));
    for table in [EMPTY, &format!("\n{EMPTY}\n")] {
        let report = judged(&revised(&first, "", table, TRAILER), &office);
        assert_eq!(report.headline, Headline::Intact, "{report:#?}");
    }
}

#[test]
fn a_table_that_sends_other_readers_searching_is_other_content() {
    let office = Office::new();
    let first = signed(&letter(), &office.official("Siti Contoh"));
    let kind = ChangeKind::LooseCrossReference;
    for (table, trailer) in [
        ("xref 0 1 0 65535 f ", TRAILER),
        (&format!("%c\n{EMPTY}"), TRAILER),
        ("xref\n0 1\n0000000000 65535 f\n", TRAILER),
        (EMPTY, "/Prev PREV"),
        (EMPTY, "/Size 0 /Prev PREV"),
    ] {
        assert_changed(&revised(&first, "", table, trailer), &office, kind);
    }
    let mut far = revised(&first, "", EMPTY, TRAILER);
    far.extend_from_slice(" ".repeat(1_020).as_bytes());
    assert_changed(&far, &office, kind);
}

#[test]
fn an_older_revision_may_be_written_loosely() {
    let office = Office::new();
    let (siti, budi) = (
        office.official("Siti Contoh"),
        office.official("Budi Contoh"),
    );
    let loose = revised(&letter(), "", "xref 0 1 0 65535 f ", TRAILER);
    let file = signed_again(&signed(&loose, &siti), &budi);
    assert_eq!(judged(&file, &office).headline, Headline::Intact);
}

#[test]
fn an_object_that_no_table_names_is_other_content() {
    let office = Office::new();
    let first = signed(&letter(), &office.official("Siti Contoh"));
    let content = stream("", OTHER);
    for header in ["4 0 obj", "4 %c\n0 obj", "20 0 obj"] {
        let stray = format!("{header}\n{content}\nendobj\n");
        let file = revised(&first, &stray, EMPTY, TRAILER);
        assert_changed(&file, &office, ChangeKind::HiddenObject);
    }
}

#[test]
fn an_object_stream_with_more_in_it_than_the_table_says_is_other_content() {
    let office = Office::new();
    let first = signed(&letter(), &office.official("Siti Contoh"));
    let held = format!("3 0 {}", page("[7 0 R]"));
    let hiding = stream(" /Type /ObjStm /N 1 /First 4", &held);
    let listed = append(&first, &[(20, hiding.clone())], 30, previous(&first));
    let stray = format!("20 0 obj\n{hiding}\nendobj\n");
    for file in [listed, revised(&first, &stray, EMPTY, TRAILER)] {
        assert_changed(&file, &office, ChangeKind::HiddenObject);
    }
}

/// The letter, whose content is this object, with more objects.
fn letter_with(content: String, more: &[(usize, String)]) -> Vec<u8> {
    let mut objects = vec![
        (1, "<< /Type /Catalog /Pages 2 0 R >>".to_owned()),
        (2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned()),
        (3, page("[]")),
        (4, content),
        (
            5,
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        ),
    ];
    objects.extend_from_slice(more);
    append(b"%PDF-1.7\n", &objects, 30, None)
}

fn text(word: &str) -> String {
    stream("", &format!("BT /F1 12 Tf 72 720 Td ({word}) Tj ET"))
}

#[test]
fn a_signed_stream_that_ends_in_later_bytes_is_other_content() {
    const LENGTH: usize = 20_000;
    let office = Office::new();
    let content = text("Surat contoh").replace("/Length 43", &format!("/Length {LENGTH}"));
    assert!(content.contains("/Length 20000"), "{content}");
    let first = signed(&letter_with(content, &[]), &office.official("Siti Contoh"));
    let start = find(&first, b"stream\n") + b"stream\n".len();
    let more = start + LENGTH - first.len();
    let rest = format!("{}endstream\nendobj\n", " ".repeat(more));
    let file = revised(&first, &rest, EMPTY, TRAILER);
    assert_changed(&file, &office, ChangeKind::PointsBehindItself);
}

#[test]
fn a_signed_object_that_later_bytes_close_is_other_content() {
    let office = Office::new();
    let open = [(20, "<< /Junk (".to_owned())];
    let first = letter_with(text("Surat contoh"), &open);
    let first = signed(&first, &office.official("Siti Contoh"));
    let file = revised(&first, ") >>\nendobj\n", EMPTY, TRAILER);
    assert_changed(&file, &office, ChangeKind::PointsBehindItself);
}

#[test]
fn a_signed_table_whose_stream_comes_later_is_other_content() {
    const PLACE: usize = 20_000;
    let office = Office::new();
    let first = letter_with(text("Surat contoh"), &[]);
    let named = format!("/Root 1 0 R /XRefStm {PLACE} >>");
    let first = String::from_utf8(first).unwrap();
    let first = first.replace("/Root 1 0 R >>", &named).into_bytes();
    let first = signed(&first, &office.official("Siti Contoh"));
    let rows = "\u{1}\u{0}\u{9}\u{0}";
    let entries = " /Type /XRef /W [1 2 1] /Index [25 1] /Size 30 /Root 1 0 R";
    let filler = "%".to_owned() + &" ".repeat(PLACE - first.len() - 2) + "\n";
    let stream = format!("{filler}29 0 obj\n{}\nendobj\n", stream(entries, rows));
    let file = revised(&first, &stream, EMPTY, TRAILER);
    assert_changed(&file, &office, ChangeKind::PointsBehindItself);
}

/// A letter signed in its only revision, with a second table in front of the one that counts: there the page says
/// something else. Where that table stands comes back, too.
fn with_two_tables(signer: &Signer) -> (Vec<u8>, usize) {
    let objects = [
        (
            1,
            "<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R >>".to_owned(),
        ),
        (2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned()),
        (3, page("[7 0 R]")),
        (4, text("Surat lain")),
        (4, text("Surat contoh")),
        (
            5,
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        ),
        (6, "<< /Fields [7 0 R] /SigFlags 3 >>".to_owned()),
        (7, field("Tanda Tangan 1", 8, "")),
        (8, signature("D:20261124080000+07'00'", "")),
    ];
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (number, body) in objects {
        places.push((number, file.len()));
        file.extend_from_slice(format!("{number} 0 obj\n{body}\nendobj\n").as_bytes());
    }
    let table = |left_out: usize| {
        let mut table = "xref\n0 1\n0000000000 65535 f \n".to_owned();
        let places = places.iter().enumerate();
        for (_, (number, place)) in places.filter(|(at, _)| *at != left_out) {
            write!(table, "{number} 1\n{place:010} 00000 n \n").unwrap();
        }
        table + "trailer\n<< /Size 9 /Root 1 0 R >>\n"
    };
    let hidden = file.len();
    file.extend_from_slice(table(4).as_bytes());
    let shown = file.len();
    file.extend_from_slice(table(3).as_bytes());
    file.extend_from_slice(format!("startxref\n{shown}\n%%EOF\n").as_bytes());
    (fill(file, signer), hidden)
}

#[test]
fn a_later_revision_that_follows_another_table_of_the_signed_part_is_other_content() {
    let office = Office::new();
    let (first, hidden) = with_two_tables(&office.official("Siti Contoh"));
    assert_eq!(judged(&first, &office).headline, Headline::Intact);
    let file = revised(&first, "", EMPTY, &format!("/Size 30 /Prev {hidden}"));
    assert_changed(&file, &office, ChangeKind::ForeignCrossReference);
}

#[test]
fn a_table_hidden_in_a_signed_stream_is_no_part_of_the_signed_revision() {
    let office = Office::new();
    // Its `/Prev` is known once the letter is signed: as many digits as before.
    let made = |previous: usize| {
        let other = text("Surat lain");
        let place = find(
            &letter_with(text("Surat contoh"), &[(21, other.clone())]),
            b"21 0 obj",
        );
        let hidden = format!(
            "xref\n4 1\n{:010} 00000 n \ntrailer\n<< /Size 30 /Root 1 0 R /Prev {previous:010} >>\n",
            place + 1
        );
        let more = [(21, other), (22, stream("", &hidden))];
        letter_with(text("Surat contoh"), &more)
    };
    let signer = office.official("Siti Contoh");
    let start = previous(&signed(&made(0), &signer)).unwrap();
    let mut letter = made(start);
    // The object that the hidden table takes for the content.
    let place = find(&letter, b"21 0 obj");
    letter[place] = b' ';
    letter[place + 1] = b'4';
    let first = signed(&letter, &signer);
    assert_eq!(previous(&first), Some(start));
    let hidden = find(&first, b"xref\n4 1");
    let file = revised(&first, "", EMPTY, &format!("/Size 30 /Prev {hidden}"));
    let report = judged(&file, &office);
    assert!(report.headline <= Headline::Changed, "{report:#?}");
    let passed = |one: &&SignatureReport| one.verdict == Verdict::TotalPassed;
    assert_eq!(report.signatures.iter().find(passed), None);
}

fn find(file: &[u8], wanted: &[u8]) -> usize {
    let mut windows = file.windows(wanted.len());
    windows.position(|part| part == wanted).unwrap()
}
