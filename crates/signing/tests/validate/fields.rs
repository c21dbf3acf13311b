//! What may happen to the fields of a signed form later, and what only looks like it.

use crate::made::{Form, Office, permits, picture, reference, revised, signed_form};
use signing::{
    UtcTime,
    budget::Budget,
    diff::Rectangle,
    validate::{
        ChangeKind, Code, Evidence, Finding, Headline, Language, Modification, Report, Severity,
        verify,
    },
};

type Objects = Vec<(usize, String)>;

/// A text field with a widget of its own.
fn text_field(name: &str, more: &str) -> String {
    format!(
        "<< /Type /Annot /Subtype /Widget /FT /Tx /T ({name}) /Rect [100 500 400 520] /F 4 /P 3 0 R {more} >>"
    )
}

/// A form of one text field, object 20.
fn one_field(more: &str, entries: &str) -> Form {
    Form {
        entries: entries.to_owned(),
        fields: vec![20],
        widgets: vec![20],
        objects: vec![(20, text_field("Nilai", more))],
    }
}

/// The form signed under a restriction, and what a validator says when these objects follow.
fn later(form: &Form, restriction: &str, objects: &Objects) -> Report {
    let office = Office::new();
    let first = signed_form(form, &office.official("Siti Contoh"), restriction);
    let judged = |file: &[u8]| {
        let at = UtcTime::parse_rfc3339("2026-11-24T00:00:00Z").unwrap();
        let policy = office.policy();
        verify(&file, &Evidence::new(), &policy, at, Budget::public())
    };
    assert_eq!(judged(&first).headline, Headline::Intact);
    judged(&revised(&first, objects))
}

fn finding(report: &Report, kind: ChangeKind) -> Option<&Finding> {
    let mut findings = report.signatures[0].findings.iter();
    findings.find(|finding| finding.code == Code::Change(kind))
}

fn is_permitted(report: &Report) -> bool {
    report.signatures[0].modification_permitted
}

/// A document timestamp in object 30, whose own worth nothing here depends on.
fn timestamp() -> String {
    "<< /Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161 /ByteRange [0 0 0 0] /Contents <00> >>"
        .to_owned()
}

/// A form with one more field at its top, object 31, and what comes with it.
fn with_field(form: &Form, widgets: &str, field: &str, more: Objects) -> Objects {
    let mut grown = form.clone();
    grown.fields.push(31);
    let mut objects = vec![
        (3, form.page(widgets)),
        (6, grown.dictionary()),
        (31, field.to_owned()),
    ];
    objects.extend(more);
    objects
}

#[test]
fn a_timestamp_that_shows_is_no_mere_evidence() {
    let form = Form::default();
    let field = |rectangle: &str| {
        format!(
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T (TS) /F 132 /P 3 0 R /Rect {rectangle} /V 30 0 R /AP << /N 32 0 R >> >>"
        )
    };
    let added = |rectangle: &str, shown: &str| {
        let more = vec![(30, timestamp()), (32, shown.to_owned())];
        let objects = with_field(&form, "31 0 R", &field(rectangle), more);
        later(&form, &permits(1), &objects)
    };
    let empty =
        "<< /Type /XObject /Subtype /Form /BBox [0 0 1 1] /Length 0 >>\nstream\n\nendstream";
    for (rectangle, shown) in [("[0 0 0 0]", picture("x")), ("[0 0 595 842]", empty.into())] {
        let report = added(rectangle, &shown);
        assert!(is_permitted(&report), "{report:#?}");
        assert_eq!(report.signatures[0].modification, Modification::Ltv);
    }
    // Readers take four of these numbers and leave out what is none.
    for rectangle in ["[0 0 595 842]", "[0 0 595 842 0]", "[0 null 595 842 595]"] {
        let report = added(rectangle, &picture("Nilai kontrak: 9.999.999"));
        assert!(!is_permitted(&report), "{report:#?}");
        assert_eq!(report.signatures[0].modification, Modification::Sign);
    }
}

#[test]
fn a_timestamp_takes_no_place_that_was_kept_for_a_signer() {
    let prepared = |value: &str| {
        format!(
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T (TTE2) /F 132 /P 3 0 R /Rect [100 100 300 200] {value} >>"
        )
    };
    let form = Form {
        fields: vec![20],
        widgets: vec![20],
        objects: vec![(20, prepared(""))],
        ..Form::default()
    };
    let given = vec![
        (20, prepared("/V 30 0 R /AP << /N 32 0 R >>")),
        (30, timestamp()),
        (32, picture("Ditandatangani: BUPATI")),
    ];
    let lock = reference("FieldMDP", "/Action /All");
    for restriction in [permits(1), lock] {
        assert!(!is_permitted(&later(&form, &restriction, &given)));
    }
    let report = later(&form, "", &given);
    assert!(is_permitted(&report), "{report:#?}");
    let found = finding(&report, ChangeKind::DocumentTimestampAdded).unwrap();
    assert_eq!(found.severity, Severity::Warning);
}

#[test]
fn who_signs_in_a_prepared_field_draws_it_as_programs_do() {
    let prepared = |value: &str| {
        format!(
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T (TTE2) /F 132 /P 3 0 R /Rect [100 100 300 200] {value} >>"
        )
    };
    let form = Form {
        fields: vec![20],
        widgets: vec![20],
        objects: vec![(20, prepared("/AP << /N 21 0 R >>")), (21, picture(""))],
        ..Form::default()
    };
    let signature = timestamp()
        .replace("DocTimeStamp", "Sig")
        .replace("ETSI.RFC3161", "adbe.pkcs7.detached");
    let given = vec![
        (20, prepared("/AP << /N 21 0 R >> /AS /N /V 30 0 R")),
        (21, picture("Ditandatangani: Budi")),
        (30, signature),
    ];
    let report = later(&form, &permits(2), &given);
    assert!(is_permitted(&report), "{report:#?}");
    assert_eq!(report.signatures[0].modification, Modification::Sign);
}

#[test]
fn a_field_that_nobody_signed_shows_nothing_and_holds_no_other_field() {
    let form = Form::default();
    let kid = |more: &str| {
        format!(
            "<< /Type /Annot /Subtype /Widget /Parent 31 0 R /Rect [0 0 595 842] /F 4 /P 3 0 R {more} >>"
        )
    };
    let empty = "<< /FT /Sig /T (Sig2) /Kids [32 0 R] >>";
    let alone = with_field(&form, "32 0 R", empty, vec![(32, kid(""))]);
    let report = later(&form, &permits(2), &alone);
    assert_eq!(report.headline, Headline::Intact, "{report:#?}");
    assert_eq!(
        report.lines(Language::Id)[3],
        "Perubahan sesudahnya: tempat kosong untuk tanda tangan ditambahkan (diizinkan)"
    );
    let nothing =
        "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 0 >>\nstream\n\nendstream";
    let more = vec![(32, kid("/AP << /N 33 0 R >>")), (33, nothing.to_owned())];
    let report = later(
        &form,
        &permits(2),
        &with_field(&form, "32 0 R", empty, more),
    );
    assert_eq!(report.headline, Headline::Intact, "{report:#?}");
    for more in [
        "/AP << /N 33 0 R >>",
        "/AP << /N << /X << /Y 33 0 R >> >> >>",
        "/MK << /BG [1 1 1] >>",
        "/FT /Tx /T (t) /V (PALSU)",
        "/Subtype /Stamp",
    ] {
        let more = vec![(32, kid(more)), (33, picture("PALSU"))];
        let objects = with_field(&form, "32 0 R", empty, more);
        let report = later(&form, &permits(2), &objects);
        assert_eq!(report.headline, Headline::Changed, "{report:#?}");
    }
    let field = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Sig2) /Rect [0 0 595 842] /F 4 /P 3 0 R \
                 /MK << /BG [1 1 1] /CA (PALSU) >> >>";
    let objects = with_field(&form, "31 0 R", field, Vec::new());
    let report = later(&form, &permits(2), &objects);
    assert_eq!(report.headline, Headline::Changed, "{report:#?}");
}

#[test]
fn what_the_form_lends_its_fields_may_not_redraw_what_was_signed() {
    const FONTS: &str = "/DR << /Font << /Helv 5 0 R >> >>";
    const MORE: &str = "/DR << /Font << /Helv 5 0 R /Evil 40 0 R >> >>";
    const OTHER: &str = "/DR << /Font << /Helv 5 0 R /Lain 40 0 R >> >>";
    let style = "/DA (/Evil 24 Tf 0 g) /V (1.000.000)";
    let report = |p: u8, style: &str, before: &str, after: &str| {
        let form = one_field(style, before);
        let grown = Form {
            entries: after.to_owned(),
            ..form.clone()
        };
        let font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned();
        later(
            &form,
            &permits(p),
            &vec![(6, grown.dictionary()), (40, font)],
        )
    };
    let drawn = |entries: &str| format!("/NeedAppearances true {entries}");
    let refused = [
        report(2, style, FONTS, MORE),
        report(1, style, &drawn(FONTS), &drawn(MORE)),
        report(2, "", &drawn(FONTS), &drawn(OTHER)),
        report(
            1,
            "/V (1)",
            &drawn(FONTS),
            &drawn(&format!("{FONTS} /DA (/Helv 24 Tf 1 g)")),
        ),
        report(1, style, FONTS, OTHER),
    ];
    for report in refused {
        assert_eq!(report.headline, Headline::Changed, "{report:#?}");
    }
    let report = report(2, style, FONTS, OTHER);
    assert_eq!(report.headline, Headline::Intact, "{report:#?}");
    assert!(finding(&report, ChangeKind::FormDefaultsAdded).is_some());
}

#[test]
fn a_program_may_ask_for_fields_to_be_drawn_and_it_is_said() {
    let form = one_field("", "");
    let filled = |entries: &str| {
        let asking = Form {
            entries: entries.to_owned(),
            ..form.clone()
        };
        vec![
            (6, asking.dictionary()),
            (20, text_field("Nilai", "/V (7)")),
        ]
    };
    let kind = ChangeKind::NeedAppearancesChanged;
    let report = later(&form, &permits(2), &filled("/NeedAppearances false"));
    assert_eq!(report.headline, Headline::Intact, "{report:#?}");
    assert_eq!(finding(&report, kind), None);
    let report = later(&form, &permits(2), &filled("/NeedAppearances true"));
    assert_eq!(report.headline, Headline::Intact, "{report:#?}");
    assert_eq!(finding(&report, kind).unwrap().severity, Severity::Warning);
    let [asking, _] = filled("/NeedAppearances true").try_into().unwrap();
    let lock = reference("FieldMDP", "/Action /Include /Fields [(Nilai)]");
    for restriction in [permits(1), lock] {
        assert!(!is_permitted(&later(
            &form,
            &restriction,
            &vec![asking.clone()]
        )));
    }
    // A form that was changed in another way is no reason to misread what its fields became.
    let report = later(&form, &permits(2), &filled("/XFA (x)"));
    assert_eq!(report.headline, Headline::Changed);
    assert!(finding(&report, ChangeKind::FieldFilled).is_some());
}

#[test]
fn a_field_of_the_same_name_vouches_for_no_picture_of_a_signature() {
    let widget = |shown: usize| {
        format!(
            "<< /Type /Annot /Subtype /Widget /Parent 21 0 R /Rect [100 100 400 200] /F 132 /P 3 0 R /AP << /N {shown} 0 R >> >>"
        )
    };
    let form = Form {
        fields: vec![20, 21],
        widgets: vec![20, 22],
        objects: vec![
            (20, text_field("Sig1", "")),
            (
                21,
                "<< /FT /Sig /T (Sig1) /V 8 0 R /Kids [22 0 R] >>".to_owned(),
            ),
            (22, widget(23)),
            (23, picture("Ditandatangani: Budi")),
        ],
        ..Form::default()
    };
    let objects = vec![
        (20, text_field("Sig1", "/V (x)")),
        (22, widget(24)),
        (24, picture("Ditandatangani: BUPATI")),
    ];
    let report = later(&form, &permits(2), &objects);
    assert_eq!(report.headline, Headline::Changed, "{report:#?}");
}

#[test]
fn what_a_locked_field_inherits_is_locked() {
    let parent =
        |value: &str| format!("<< /FT /Tx /T (Form) /V ({value}) /Kids [21 0 R 22 0 R] >>");
    let kid = |name: &str| {
        format!(
            "<< /Type /Annot /Subtype /Widget /Parent 20 0 R /T ({name}) /Rect [100 500 400 520] /F 4 /P 3 0 R >>"
        )
    };
    let form = Form {
        fields: vec![20],
        widgets: vec![21, 22],
        objects: vec![(20, parent("1.000.000")), (21, kid("A")), (22, kid("B"))],
        ..Form::default()
    };
    let lock = reference("FieldMDP", "/Action /Include /Fields [(Form.A)]");
    let report = later(&form, &lock, &vec![(20, parent("9.999.999"))]);
    assert_eq!(report.headline, Headline::Changed, "{report:#?}");
    let other = reference("FieldMDP", "/Action /Include /Fields [(Formulir.A)]");
    let report = later(&form, &other, &vec![(20, parent("9.999.999"))]);
    assert_eq!(report.headline, Headline::Intact, "{report:#?}");
}

#[test]
fn a_lock_knows_fields_by_their_names_to_the_letter() {
    let long = "x".repeat(400);
    let lock = reference(
        "FieldMDP",
        &format!("/Action /Exclude /Fields [(Catatan) ({long}1)]"),
    );
    for (name, free) in [
        ("Catatan".to_owned(), true),
        ("Cat\\255atan".to_owned(), false),
        (format!("{long}1"), true),
        (format!("{long}2"), false),
    ] {
        let form = Form {
            objects: vec![(20, text_field(&name, ""))],
            ..one_field("", "")
        };
        let report = later(&form, &lock, &vec![(20, text_field(&name, "/V (7)"))]);
        assert_eq!(is_permitted(&report), free, "{name}");
    }
}

#[test]
fn a_value_that_was_there_is_replaced_and_not_filled_in() {
    let refilled = |flags: &str, before: &str, after: &str| {
        let form = one_field(&format!("{flags} {before}"), "");
        let now = text_field("Nilai", &format!("{flags} {after}"));
        later(&form, &permits(2), &vec![(20, now)])
    };
    for after in ["/V (9.999.999)", ""] {
        let report = refilled("", "/V (1.000.000)", after);
        assert_eq!(report.headline, Headline::Intact, "{report:#?}");
        let found = finding(&report, ChangeKind::FieldValueReplaced).unwrap();
        assert_eq!(found.severity, Severity::Warning);
        assert_eq!(report.signatures[0].modification, Modification::FormFill);
        assert_eq!(
            report.lines(Language::Id)[3],
            "Perubahan sesudahnya: nilai isian formulir yang sudah ada DIGANTI (diizinkan)"
        );
    }
    for before in ["", "/V ()"] {
        let report = refilled("", before, "/V (1)");
        assert_eq!(report.headline, Headline::Intact, "{report:#?}");
        assert!(finding(&report, ChangeKind::FieldFilled).is_some());
    }
    let report = refilled("/Ff 1", "/V (1.000.000)", "/V (9.999.999)");
    assert_eq!(report.headline, Headline::Changed, "{report:#?}");
    assert!(finding(&report, ChangeKind::ReadOnlyFieldChanged).is_some());
    assert_eq!(
        report.lines(Language::Id)[0],
        "Asli, lalu diubah (Isian Nilai yang hanya boleh dibaca diganti nilainya, di halaman 1)"
    );
}

#[test]
fn every_place_where_a_field_was_filled_in_is_named() {
    let kid = |rectangle: &str, more: &str| {
        format!(
            "<< /Type /Annot /Subtype /Widget /Parent 20 0 R /Rect {rectangle} /F 4 /P 3 0 R {more} >>"
        )
    };
    let field =
        |value: &str| format!("<< /FT /Tx /T (Nama) /Kids [21 0 R 22 0 R 23 0 R] {value} >>");
    let form = Form {
        fields: vec![20],
        widgets: vec![21, 22, 23],
        objects: vec![
            (20, field("")),
            (21, kid("[100 500 400 520]", "")),
            (22, kid("30 0 R", "")),
            (23, kid("[10 10 20 20]", "")),
            (30, "[0 0 595 842]".to_owned()),
        ],
        ..Form::default()
    };
    let objects = vec![
        (20, field("/V (x)")),
        (21, kid("[100 500 400 520]", "/AP << /N 40 0 R >>")),
        (22, kid("30 0 R", "/AP << /N 41 0 R >>")),
        (40, picture("x")),
        (41, picture("Nilai kontrak: 9.999.999")),
    ];
    let report = later(&form, &permits(2), &objects);
    assert_eq!(report.headline, Headline::Intact, "{report:#?}");
    let places: Vec<Option<Rectangle>> = report.signatures[0]
        .changes
        .iter()
        .map(|change| change.place.rectangle)
        .collect();
    let expected = [[100, 500, 400, 520], [0, 0, 595, 842]];
    assert_eq!(places, expected.map(|sides| Some(Rectangle(sides))));
}

#[test]
fn a_field_is_named_for_each_page_that_lists_it() {
    let form = Form {
        fields: vec![20],
        widgets: vec![20],
        objects: vec![
            (
                2,
                "<< /Type /Pages /Kids [3 0 R 21 0 R] /Count 2 >>".to_owned(),
            ),
            (20, text_field("Nilai", "")),
            (
                21,
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots 22 0 R >>".to_owned(),
            ),
            (22, "[20 0 R]".to_owned()),
        ],
        ..Form::default()
    };
    let objects = vec![(20, text_field("Nilai", "/V (7)"))];
    let report = later(&form, &permits(2), &objects);
    assert_eq!(report.headline, Headline::Intact, "{report:#?}");
    let changes = report.signatures[0].changes.iter();
    let pages: Vec<Option<u32>> = changes.map(|change| change.place.page).collect();
    assert_eq!(pages, [Some(1), Some(2)]);
}

#[test]
fn the_forms_resources_may_grow_where_they_stand() {
    const FONT: &str = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";
    let fonts = |more: &str| format!("<< /Helv 5 0 R {more} >>");
    // The resources as an object, and their fonts as one.
    let around = [
        ("/DR 40 0 R", "<< /Font ", " >>"),
        ("/DR << /Font 40 0 R >>", "", ""),
    ];
    for (entries, before, behind) in around {
        let resources = |fonts: &str| format!("{before}{fonts}{behind}");
        let report = |style: &str, page: &str, after: &str| {
            let mut form = one_field(style, entries);
            form.objects.push((40, resources(&fonts(""))));
            form.objects.push((43, format!("<< {page} >>")));
            let objects = vec![
                (20, text_field("Nilai", &format!("{style} /V (7)"))),
                (40, resources(after)),
                (41, FONT.to_owned()),
            ];
            later(&form, &permits(2), &objects)
        };
        let grown = fonts("/Lain 41 0 R");
        let lawful = report("", "", &grown);
        assert_eq!(lawful.headline, Headline::Intact, "{lawful:#?}");
        assert!(finding(&lawful, ChangeKind::FormDefaultsAdded).is_some());
        let refused = [
            report("/DA (/Lain 24 Tf 0 g)", "", &grown),
            report("", "/Resources 40 0 R", &grown),
            report("", "", "<< /Helv 41 0 R >>"),
            report("", "", "<< /Lain 41 0 R >>"),
        ];
        for report in refused {
            assert_eq!(report.headline, Headline::Changed, "{report:#?}");
        }
    }
}

#[test]
fn the_fourth_line_says_what_was_done_and_no_more() {
    let form = one_field("", "");
    let fourth =
        |objects: &Objects| later(&form, &permits(2), objects).lines(Language::En)[3].clone();
    assert_eq!(
        fourth(&vec![(20, text_field("Nilai", ""))]),
        "Later changes: it was saved again without a change (permitted)"
    );
    assert_eq!(
        fourth(&vec![(40, "<< /Kosong true >>".to_owned())]),
        "Later changes: an unused part was added (permitted)"
    );
    assert_eq!(
        fourth(&vec![
            (20, text_field("Nilai", "/V (1)")),
            (40, "<< /Kosong true >>".to_owned()),
        ]),
        "Later changes: form fields were filled in, an unused part was added (permitted)"
    );
}

#[test]
fn the_reason_is_what_weighs_most() {
    let form = one_field("", "");
    let other = Form {
        entries: "/XFA (x)".to_owned(),
        ..form.clone()
    };
    let page = form.page("").replace("842", "421");
    let report = later(
        &form,
        &permits(2),
        &vec![(3, page), (6, other.dictionary())],
    );
    let [id, en] = [Language::Id, Language::En].map(|language| report.lines(language)[0].clone());
    assert!(
        id.starts_with("Asli, lalu diubah (Ukuran, potongan atau arah halaman diubah"),
        "{id}"
    );
    assert!(
        en.starts_with("Genuine, then changed (The size, cut or turn of a page was changed"),
        "{en}"
    );
}
