//! Later revisions in which one lawful change is made to carry another that is not.

use std::fmt::Write as _;

use signing::{
    budget::Budget,
    diff::ChangeKind,
    pdf::{ObjectId, Pdf},
    sign::{Permission, Place, Request, sign},
    validate::{Code, Headline, Language, Report, Severity},
};

use crate::shared::{
    desk::{Desk, document, letter},
    made::now,
};

const PLACES: &str = "/MediaBox [0 0 595 842] /Resources << >>";

/// A document that an official signed, and what the desk says of it with more behind it.
struct Signed {
    desk: Desk,
    file: Vec<u8>,
}

impl Signed {
    fn new(objects: &[&str]) -> Self {
        let desk = Desk::new();
        let file = desk.signed(document(objects), &desk.official([2020, 2030]), None);
        let signed = Self { desk, file };
        let judged = signed.desk.judged(&signed.file);
        assert_eq!(judged.headline, Headline::Intact);
        signed
    }

    /// The same under a certification that permits notes.
    fn with_notes(objects: &[&str]) -> Self {
        let desk = Desk::new();
        let mut file = document(objects);
        let request = Request {
            certify: Some(Permission::P3),
            ..Request::new(Place::Invisible { name: None }, now())
        };
        let key = desk.official([2020, 2030]).ring();
        let append = sign(&file, request, &key, Budget::office()).unwrap();
        file.extend_from_slice(append.bytes());
        Self { desk, file }
    }

    /// An object as it is written in the signed file, with one part of it replaced.
    fn object(&self, number: u32, before: &str, after: &str) -> (u32, String) {
        let pdf = Pdf::open(&self.file, Budget::office()).unwrap();
        let id = ObjectId {
            number,
            generation: 0,
        };
        let object = pdf.newest().object(id).unwrap().unwrap();
        let body = String::from_utf8(object.source_of(&object.node).to_vec()).unwrap();
        assert!(body.contains(before), "{body}");
        (number, body.replacen(before, after, 1))
    }

    /// The file with a revision that holds these objects.
    fn with(&self, objects: &[(u32, String)]) -> Vec<u8> {
        self.written(objects, str::to_owned)
    }

    /// The same, with the revision's table, trailer and end put another way.
    fn written(&self, objects: &[(u32, String)], put: impl Fn(&str) -> String) -> Vec<u8> {
        let mut file = self.file.clone();
        let previous = String::from_utf8_lossy(&file);
        let previous = previous.rsplit("startxref\n").next().unwrap();
        let previous: usize = previous.lines().next().unwrap().parse().unwrap();
        let mut table = "xref\n".to_owned();
        for (number, body) in objects {
            write!(table, "{number} 1\n{:010} 00000 n \n", file.len()).unwrap();
            file.extend(format!("{number} 0 obj\n{body}\nendobj\n").bytes());
        }
        let start = file.len();
        let trailer = format!("trailer\n<< /Size 99 /Root 1 0 R /Prev {previous} >>");
        let end = format!("{table}{trailer}\nstartxref\n{start}\n%%EOF\n");
        file.extend(put(&end).bytes());
        file
    }

    fn judged(&self, objects: &[(u32, String)]) -> Report {
        self.desk.judged(&self.with(objects))
    }

    fn headline(&self, objects: &[(u32, String)]) -> Headline {
        self.judged(objects).headline
    }
}

fn stream(entries: &str, data: &str) -> String {
    let length = data.len();
    format!("<< {entries} /Length {length} >>\nstream\n{data}\nendstream")
}

fn one_page() -> Signed {
    Signed::new(&[
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        &format!("<< /Type /Page /Parent 2 0 R {PLACES} >>"),
    ])
}

#[test]
fn evidence_carries_no_annotation_onto_a_page() {
    let signed = one_page();
    let certificate = (50, stream("", "certificate"));
    let stamp = (
        51,
        "<< /Type /Annot /Subtype /Stamp /Rect [0 0 595 842] >>".to_owned(),
    );
    let shown = signed.object(3, "/Annots [", "/Annots [51 0 R ");
    for (store, lawful) in [
        ("/DSS << /Certs [50 0 R] >>", true),
        ("/DSS << /Certs [50 0 R 51 0 R] >>", false),
        (
            "/DSS << /VRI << /AB << /Cert [50 0 R 51 0 R] >> >> >>",
            false,
        ),
    ] {
        let catalog = signed.object(1, "<<", &format!("<< {store} "));
        if lawful {
            let plain = [catalog, certificate.clone()];
            assert_eq!(signed.headline(&plain), Headline::Intact);
        } else {
            let smuggled = [catalog, certificate.clone(), stamp.clone(), shown.clone()];
            assert_eq!(signed.headline(&smuggled), Headline::Changed, "{store}");
        }
    }
}

#[test]
fn a_list_of_evidence_that_is_also_shown_may_not_grow() {
    let signed = Signed::new(&[
        "<< /Type /Catalog /Pages 2 0 R /DSS << /Certs 4 0 R >> >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        &format!("<< /Type /Page /Parent 2 0 R {PLACES} /Contents 4 0 R >>"),
        "[5 0 R]",
        &stream("", "q Q"),
    ]);
    let grown = [
        (4, "[5 0 R 50 0 R]".to_owned()),
        (50, stream("", "0 0 9 9 re f")),
    ];
    assert_eq!(signed.headline(&grown), Headline::Changed);
}

#[test]
fn a_table_that_makes_other_readers_look_for_objects_is_a_change() {
    let signed = one_page();
    let unused = [(60, "<< /Unused true >>".to_owned())];
    let judged = |put: &dyn Fn(&str) -> String| {
        let file = signed.written(&unused, put);
        signed.desk.judged(&file).headline
    };
    assert_eq!(judged(&str::to_owned), Headline::Intact);
    for (before, after) in [
        ("xref\n", "xref\n4294967290 0\n"),
        ("/Size 99", "/Size 4294967290"),
        ("/Root 1 0 R", ""),
        ("startxref\n", "startxref\n7\nxstartxref\n"),
        ("\n%%EOF", "x\n%%EOF"),
        (" 00000 n", " 99999 n"),
        (
            "startxref\n",
            "trailer\n<< /Size 99 /Root 60 0 R >>\nstartxref\n",
        ),
    ] {
        let headline = judged(&|end| end.replacen(before, after, 1));
        assert_ne!(headline, Headline::Intact, "{after}");
    }
    // The same number once more, elsewhere.
    let twice = judged(&|end| end.replacen("trailer", "60 1\n0000000009 00000 n \ntrailer", 1));
    assert_ne!(twice, Headline::Intact);
}

#[test]
fn no_object_hides_in_the_data_of_a_stream_or_behind_a_digit() {
    let signed = one_page();
    for data in ["x\nendstream\nendobj\nx", "4 0 obj\n<< >>\nendobj"] {
        let hiding = [(60, stream("", data))];
        assert_eq!(signed.headline(&hiding), Headline::Changed, "{data}");
    }
    let shifted = signed.written(&[(160, "<< >>".to_owned())], |end| {
        let entry = end.lines().nth(2).unwrap();
        let at: usize = entry[..10].parse().unwrap();
        let behind = end.replacen(&entry[..10], &format!("{:010}", at + 1), 1);
        behind.replacen("\n160 1\n", "\n60 1\n", 1)
    });
    assert_ne!(signed.desk.judged(&shifted).headline, Headline::Intact);
    let root = [(60, stream("/Type /XRef /Root 3 0 R", ""))];
    assert_eq!(signed.headline(&root), Headline::Changed);
    let veiled = [(60, stream("/Type 61 0 R", "")), (61, "/ObjStm".to_owned())];
    assert_eq!(signed.headline(&veiled), Headline::Changed);
}

#[test]
fn an_empty_field_is_a_widget_or_nothing() {
    let signed = one_page();
    for (kind, headline) in [
        ("/Subtype /Widget", Headline::Intact),
        (
            "/Subtype /FreeText /DA (0 g) /Contents (Lunas)",
            Headline::Changed,
        ),
        ("/Subtype /Square /BS << /W 60 >>", Headline::Changed),
        ("/Type /Page /Subtype /Widget", Headline::Changed),
    ] {
        let body = format!("<< {kind} /FT /Sig /T (Lain) /Rect [9 9 99 99] /P 3 0 R >>");
        let listed = signed.object(3, "/Annots [", "/Annots [60 0 R ");
        let form = signed.object(7, "/Fields [", "/Fields [60 0 R ");
        assert_eq!(
            signed.headline(&[form, listed, (60, body)]),
            headline,
            "{kind}"
        );
    }
}

#[test]
fn information_and_version_say_what_their_kind_is() {
    let signed = Signed::new(&[
        "<< /Type /Catalog /Pages 2 0 R /Version /1.5 >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        &format!("<< /Type /Page /Parent 2 0 R {PLACES} >>"),
    ]);
    for (version, headline) in [
        ("/1.7", Headline::Intact),
        ("/DeviceRGB", Headline::Changed),
    ] {
        let catalog = signed.object(1, "/Version /1.5", &format!("/Version {version}"));
        assert_eq!(signed.headline(&[catalog]), headline, "{version}");
    }
}

#[test]
fn a_field_that_is_filled_in_comes_onto_no_other_page() {
    let signed = Signed::new(&[
        "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [5 0 R] >> >>",
        "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
        &format!("<< /Type /Page /Parent 2 0 R {PLACES} >>"),
        &format!("<< /Type /Page /Parent 2 0 R {PLACES} /Annots [5 0 R] >>"),
        "<< /Type /Annot /Subtype /Widget /FT /Tx /T (Nama) /Rect [9 9 99 29] >>",
    ]);
    let filled = signed.object(5, "/T (Nama)", "/T (Nama) /V (Siti)");
    assert_eq!(
        signed.headline(std::slice::from_ref(&filled)),
        Headline::Intact
    );
    let shown = signed.object(3, "/Annots [", "/Annots [5 0 R ");
    assert_eq!(signed.headline(&[filled, shown]), Headline::Changed);
}

#[test]
fn where_notes_are_permitted_one_may_be_taken_away_and_nothing_else() {
    let signed = Signed::with_notes(&[
        "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [5 0 R] >> >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        &format!("<< /Type /Page /Parent 2 0 R {PLACES} /Annots [4 0 R 5 0 R] >>"),
        "<< /Type /Annot /Subtype /Text /Contents (Catatan) /Rect [9 9 29 29] >>",
        "<< /Type /Annot /Subtype /Widget /FT /Tx /T (Nama) /Rect [9 9 99 29] >>",
    ]);
    let report = signed.judged(&[signed.object(3, "4 0 R 5 0 R", "5 0 R")]);
    assert_eq!(report.headline, Headline::Intact, "{report:#?}");
    let kinds = report.signatures[0].changes.iter().map(|one| one.kind);
    assert_eq!(kinds.collect::<Vec<_>>(), [ChangeKind::AnnotationRemoved]);
    let widget = signed.object(3, "4 0 R 5 0 R", "4 0 R");
    assert_eq!(signed.headline(&[widget]), Headline::Changed);
}

#[test]
fn a_list_of_annotations_that_two_pages_share_may_not_grow() {
    let desk = Desk::new();
    let plain = document(&[
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
        &format!("<< /Type /Page /Parent 2 0 R {PLACES} /Annots 5 0 R >>"),
        &format!("<< /Type /Page /Parent 2 0 R {PLACES} /Annots 5 0 R >>"),
        "[]",
    ]);
    let official = desk.official([2020, 2030]);
    let first = desk.signed(plain, &official, None);
    let second = desk.signed(first, &official, None);
    assert_eq!(desk.judged(&second).headline, Headline::Changed);
}

#[test]
fn a_missing_part_of_a_page_is_supplied_under_no_name() {
    let signed = Signed::new(&[
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        &format!("<< /Type /Page /Parent 2 0 R {PLACES} /Contents [4 0 R 50 0 R] >>"),
        &stream("", "q Q"),
    ]);
    for kind in ["", "/Type /XRef", "/Type /ObjStm"] {
        let supplied = [(50, stream(kind, "0 0 9 9 re f"))];
        assert_eq!(signed.headline(&supplied), Headline::Changed, "{kind}");
    }
}

#[test]
fn metadata_that_is_also_shown_is_not_refreshed() {
    let page = |contents: &str| format!("<< /Type /Page /Parent 2 0 R {PLACES} {contents} >>");
    let metadata = stream("/Type /Metadata /Subtype /XML", "<x/>");
    let refreshed = [(4, stream("/Type /Metadata /Subtype /XML", "0 0 9 9 re f"))];
    for (contents, headline) in [
        ("", Headline::Intact),
        ("/Contents 4 0 R", Headline::Changed),
    ] {
        let signed = Signed::new(&[
            "<< /Type /Catalog /Pages 2 0 R /Metadata 4 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            &page(contents),
            &metadata,
        ]);
        assert_eq!(signed.headline(&refreshed), headline, "{contents}");
    }
}

#[test]
fn another_title_is_more_than_refreshed_metadata() {
    let packet = |title: &str, date: &str| {
        let data = format!(
            "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
             <rdf:Description xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" \
             xmp:ModifyDate=\"{date}\">{title}</rdf:Description></rdf:RDF></x:xmpmeta>"
        );
        stream("/Type /Metadata /Subtype /XML", &data)
    };
    let titles = |text: &str, other: &str| {
        format!(
            "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{text}</rdf:li><rdf:li \
             xml:lang=\"en\">{other}</rdf:li></rdf:Alt></dc:title>"
        )
    };
    let title = |text| titles(text, "Assignment");
    let signed = Signed::new(&[
        "<< /Type /Catalog /Pages 2 0 R /Metadata 4 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        &format!("<< /Type /Page /Parent 2 0 R {PLACES} >>"),
        &packet(&title("Surat tugas"), "2026-11-24"),
    ]);
    let later = |metadata: String| {
        let report = signed.judged(&[(4, metadata)]);
        assert_eq!(report.headline, Headline::Intact, "{report:#?}");
        report
    };
    let kind = |report: &Report| report.signatures[0].changes[0].kind;
    let refreshed = later(packet(&title("Surat tugas"), "2026-11-25"));
    assert_eq!(kind(&refreshed), ChangeKind::MetadataRefreshed);
    for metadata in [
        packet(&title("Surat palsu"), ""),
        packet(&titles("Assignment", "Surat tugas"), ""),
        packet("", ""),
        stream("/Type /Metadata /Subtype /XML", "<x"),
    ] {
        let report = later(metadata);
        assert_eq!(kind(&report), ChangeKind::DescriptionReplaced);
        let warned = report.signatures[0].findings.iter().any(|one| {
            one.code == Code::Change(ChangeKind::DescriptionReplaced)
                && one.severity == Severity::Warning
        });
        assert!(warned, "{report:#?}");
        assert_eq!(
            report.lines(Language::En)[3],
            "Later changes: the document's title or description was REPLACED (permitted)"
        );
    }
}

#[test]
fn a_certification_whose_field_is_taken_away_still_counts() {
    let signed = Signed::with_notes(&[
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        &format!("<< /Type /Page /Parent 2 0 R {PLACES} >>"),
    ]);
    let report = signed.judged(&[signed.object(1, "/AcroForm", "/Kosong")]);
    assert_eq!(report.headline, Headline::Changed, "{report:#?}");
    assert_eq!(report.signatures[0].certifies, Some(3));
}

#[test]
fn a_clock_ahead_of_ours_proves_no_time_and_one_far_ahead_nothing() {
    let desk = Desk::new();
    let official = desk.official([2020, 2030]);
    for (stamped, proven) in [("20261124010228Z", true), ("20261126010203Z", false)] {
        let report = desk.about(&desk.signed(letter(), &official, Some(stamped)));
        assert_eq!(report.proven_time().is_some(), proven, "{stamped}");
        assert_eq!(report.time_authority.is_some(), proven, "{stamped}");
        let unusable = |one: &signing::validate::Finding| one.code == Code::TimestampUnusable;
        assert_eq!(report.findings.iter().any(unusable), !proven, "{stamped}");
    }
    let file = desk.signed(letter(), &official, None);
    let file = desk.timestamped(file, "20261126010203Z");
    assert_eq!(desk.about(&file).proven_time(), None);
}

#[test]
fn a_time_alone_is_no_signature() {
    let desk = Desk::new();
    let report = desk.judged(&desk.timestamped(letter(), "20261123010203Z"));
    assert_eq!(report.headline, Headline::Unsigned);
    assert_eq!(report.signatures.len(), 1);
}
