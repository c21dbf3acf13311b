//! Receipts of verifications, as whoever is handed one would judge them.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use std::io::Write as _;
use std::process::Command;
use std::sync::LazyLock;

use letter::{
    Language, LetterDate, LetterError, Mark, Receipt, Row, Seal, Section, Typeset, Typesetter,
};

static TYPESETTER: LazyLock<Typesetter> = LazyLock::new(Typesetter::new);

const SHA256: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

fn row(label: &str, value: &str) -> Row {
    Row {
        label: label.to_owned(),
        value: value.to_owned(),
    }
}

fn receipt() -> Receipt {
    Receipt {
        language: Language::Id,
        issuer: "Pemerintah Kabupaten Contohrejo".to_owned(),
        title: "Tanda terima verifikasi".to_owned(),
        mark: Mark::Changed,
        headline: "Asli, lalu diubah".to_owned(),
        meaning: "Berkas ini pernah ditandatangani, tetapi sesudah itu diubah.".to_owned(),
        warnings: vec!["Ada perubahan yang tidak diizinkan.".to_owned()],
        sections: vec![
            Section {
                heading: "Berkas".to_owned(),
                rows: vec![
                    row("Nama menurut pengirim", "undangan.pdf"),
                    row("SHA-256", SHA256),
                ],
                items: Vec::new(),
            },
            Section {
                heading: "Tanda tangan 1".to_owned(),
                rows: vec![row("Penanda tangan", "C=ID, CN=Karangan Kedua")],
                items: vec!["Waktu hanya menurut penanda tangan.".to_owned()],
            },
        ],
        notes: vec!["Tanda terima ini tidak menilai isi berkas.".to_owned()],
        sha256: SHA256.to_owned(),
        seal: Seal {
            heading: "Disegel secara elektronik oleh:".to_owned(),
            name: "Segel Elektronik Pemerintah Kabupaten Contohrejo".to_owned(),
            lines: vec!["Periksa tanda terima ini di:".to_owned()],
            url: "https://tte.contohrejo.example/verifikasi".to_owned(),
        },
        date: LetterDate {
            year: 2026,
            month: 11,
            day: 24,
        },
        ident: "tanda-terima-1".to_owned(),
    }
}

fn set(receipt: &Receipt) -> Typeset {
    TYPESETTER.receipt(receipt).unwrap()
}

/// The words of the file in one line, or nothing where there is no reader.
fn words(pdf: &[u8]) -> Option<String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), pdf).unwrap();
    match Command::new("pdftotext").arg(file.path()).arg("-").output() {
        Ok(output) => {
            assert!(output.status.success(), "{output:?}");
            let text = String::from_utf8(output.stdout).unwrap();
            Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
        }
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "pdftotext: {error}");
            let _ = writeln!(std::io::stderr(), "left out: pdftotext is not installed");
            None
        }
    }
}

fn holds(pdf: &[u8], needle: &str) -> bool {
    pdf.windows(needle.len())
        .any(|part| part == needle.as_bytes())
}

#[test]
fn a_receipt_is_one_archival_page_whose_words_are_text() {
    let made = set(&receipt());
    assert_eq!(made.pages, 1);
    assert!(holds(&made.pdf, "<pdfaid:part>2</pdfaid:part>"));
    assert_eq!(made, set(&receipt()));
    let Some(text) = words(&made.pdf) else {
        return;
    };
    for expected in [
        "Pemerintah Kabupaten Contohrejo",
        "Tanda terima verifikasi",
        "Asli, lalu diubah",
        "Ada perubahan yang tidak diizinkan.",
        "undangan.pdf",
        "C=ID, CN=Karangan Kedua",
        "Tanda terima ini tidak menilai isi berkas.",
        "Segel Elektronik Pemerintah Kabupaten Contohrejo",
        "https://tte.contohrejo.example/verifikasi",
        "Halaman 1 dari 1",
    ] {
        assert!(text.contains(expected), "{expected:?} is missing: {text}");
    }
    // Whole, to be copied: among the facts and at the foot.
    assert_eq!(text.matches(SHA256).count(), 2, "{text}");
}

#[test]
fn each_headline_has_its_own_look_and_english_is_said_in_english() {
    let marks = [
        Mark::Intact,
        Mark::Changed,
        Mark::Invalid,
        Mark::Untrusted,
        Mark::Unsigned,
        Mark::Unreadable,
    ];
    let mut looks: Vec<Vec<u8>> = Vec::new();
    for mark in marks {
        let made = set(&Receipt {
            mark,
            language: Language::En,
            ..receipt()
        });
        assert!(!looks.contains(&made.pdf), "{mark:?} looks like another");
        looks.push(made.pdf);
    }
    if let Some(text) = words(&looks[0]) {
        assert!(text.contains("Page 1 of 1"), "{text}");
    }
}

#[test]
fn the_place_of_the_seal_is_on_the_last_page_whatever_the_text_did() {
    let mut long = receipt();
    let section = long.sections[1].clone();
    long.sections.extend(std::iter::repeat_n(section, 30));
    for receipt in [receipt(), long] {
        let made = set(&receipt);
        let [anchor] = made.anchors[..] else {
            panic!("{:?}", made.anchors);
        };
        assert_eq!(anchor.page + 1, made.pages);
        let [x, y, width, height] = anchor.rect;
        assert!(x > 0.0 && y > 0.0 && x + width < 595.3 && y + height < 841.9);
        assert!(width > 300.0 && height > 60.0, "{anchor:?}");
    }
}

#[test]
fn a_hostile_text_is_shown_as_text_bounded_and_never_refused() {
    let hostile = [
        "#read(\"/etc/passwd\") #eval(\"1+1\") $x^2$ *tebal* <label> @ref [isi] \\#",
        "surat\u{202e}fdp.exe",
        "\u{0}\u{1b}[31m\u{200b}\u{feff}",
        "a\u{301}\u{301}\u{301}\u{301}",
        "\u{5d0}\u{627}\u{4e2d}\u{1f600}\u{e000}\u{10ffff}",
        "]]><script>alert(1)</script>&amp;",
        "\r\n\t \u{2028}",
        &"W".repeat(100_000),
        &"\u{202e}".repeat(100_000),
    ];
    for text in hostile {
        let mut evil = receipt();
        evil.headline = text.to_owned();
        evil.warnings = vec![text.to_owned()];
        evil.sections[0].heading = text.to_owned();
        evil.sections[0].rows = vec![row(text, text)];
        evil.sections[0].items = vec![text.to_owned()];
        evil.seal.name = text.to_owned();
        evil.issuer = text.to_owned();
        let made = set(&evil);
        assert!(made.pages <= 2, "{} pages", made.pages);
        let Some(shown) = words(&made.pdf) else {
            return;
        };
        assert!(!shown.contains("root:"), "{shown}");
        assert!(!shown.contains('\u{202e}'), "{shown}");
        if text.starts_with("#read") {
            assert!(shown.contains("#read(\"/etc/passwd\")"), "{shown}");
        }
    }
}

#[test]
fn lists_without_end_are_refused_by_name() {
    let refused = |change: fn(&mut Receipt)| {
        let mut receipt = receipt();
        change(&mut receipt);
        TYPESETTER.receipt(&receipt).unwrap_err()
    };
    let many = |field| LetterError::TooMany {
        field,
        actual: 41,
        most: 40,
    };
    let warnings = refused(|receipt| receipt.warnings = vec![String::new(); 41]);
    assert_eq!(warnings, many("warnings"));
    let items = refused(|receipt| receipt.sections[0].items = vec![String::new(); 41]);
    assert_eq!(items, many("sections.items"));
    let digest = refused(|receipt| receipt.sha256 = "#x".to_owned());
    assert_eq!(digest, LetterError::Empty { field: "sha256" });
}
