//! Letters as an office and an archive would judge them.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use std::io::Write as _;
use std::process::Command;
use std::sync::LazyLock;

use letter::{LetterDate, LetterError, LetterInput, Template, Typeset, Typesetter};

mod sample;
#[path = "sample/variants.rs"]
mod variants;

static TYPESETTER: LazyLock<Typesetter> = LazyLock::new(Typesetter::new);

const A4: (f64, f64) = (595.276, 841.89);

fn typeset(letter: &LetterInput) -> Typeset {
    TYPESETTER.typeset(letter).unwrap()
}

fn refusal(change: impl FnOnce(&mut LetterInput)) -> LetterError {
    let mut letter = sample::letter(Template::SuratDinas);
    change(&mut letter);
    let outcome = TYPESETTER.typeset(&letter).map(|set| set.anchors);
    outcome.unwrap_err()
}

fn with_body(body: impl Into<String>) -> LetterInput {
    LetterInput {
        body: body.into(),
        ..sample::letter(Template::NotaDinas)
    }
}

/// Runs a foreign tool over the file: its standard output, or nothing where it is not installed.
fn tool(name: &str, arguments: &[&str], pdf: &[u8]) -> Option<String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), pdf).unwrap();
    let output = Command::new(name)
        .args(arguments)
        .arg(file.path())
        .args(if name == "pdftotext" {
            vec!["-"]
        } else {
            vec![]
        })
        .output();
    match output {
        Ok(output) => {
            assert!(output.status.success(), "{name}: {output:?}");
            Some(String::from_utf8(output.stdout).unwrap())
        }
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "{name}: {error}");
            let _ = writeln!(std::io::stderr(), "left out: {name} is not installed");
            None
        }
    }
}

fn holds(pdf: &[u8], needle: &str) -> bool {
    pdf.windows(needle.len())
        .any(|part| part == needle.as_bytes())
}

#[test]
fn both_templates_give_one_page_with_its_words() {
    for template in [Template::NotaDinas, Template::SuratDinas] {
        let set = typeset(&sample::letter(template));
        assert_eq!(set.pages, 1);
        let Some(text) = tool("pdftotext", &["-layout"], &set.pdf) else {
            return;
        };
        // Lines may break anywhere.
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for words in [
            "PEMERINTAH KABUPATEN CONTOHREJO",
            "000.1.2.3/17/KOMINFO/XI/2026",
            "24 November 2026",
            "Biasa",
            "Yth.",
            "Sekretaris Daerah Kabupaten Contohrejo",
            "Ditandatangani secara elektronik oleh:",
            "Dr. CONTOH WIBAWA, S.Kom., M.T.",
            "NIP 199901012020011001",
            "7F3K-Q2M9",
            "alat bukti hukum yang sah",
            "diterbitkan oleh Pemerintah Kabupaten Contohrejo.",
            "Inspektur Kabupaten Contohrejo.",
        ] {
            assert!(
                flat.contains(words),
                "{template:?} lacks {words:?}:\n{text}"
            );
        }
        assert_eq!(text.contains("NOTA DINAS"), template == Template::NotaDinas);
        assert_eq!(
            text.contains("di Contohrejo\n"),
            template == Template::SuratDinas
        );
    }
}

#[test]
fn numbers_follow_the_levels_of_the_office() {
    let set = typeset(&with_body(
        "1. satu\n   1. dua\n      1. tiga\n         1. empat\n\nTutup.",
    ));
    let Some(text) = tool("pdftotext", &["-layout"], &set.pdf) else {
        return;
    };
    for words in ["1. satu", "a. dua", "1) tiga", "a) empat"] {
        assert!(text.contains(words), "{words:?} is missing:\n{text}");
    }
}

#[test]
fn equal_letters_give_equal_bytes_in_any_typesetter() {
    let letter = sample::letter(Template::SuratDinas);
    let first = typeset(&letter);
    assert_eq!(first, typeset(&letter));
    assert_eq!(first, Typesetter::new().typeset(&letter).unwrap());
}

#[test]
fn another_word_gives_other_bytes() {
    let letter = sample::letter(Template::SuratDinas);
    let other = LetterInput {
        nomor: "000.1.2.3/18/KOMINFO/XI/2026".to_owned(),
        ..letter.clone()
    };
    assert_ne!(typeset(&letter).pdf, typeset(&other).pdf);
}

#[test]
fn an_anchor_encloses_the_words_of_its_signer() {
    let letter = LetterInput {
        signers: vec![variants::stand_in(), sample::head()],
        ..sample::letter(Template::SuratDinas)
    };
    let set = typeset(&letter);
    assert_eq!(set.anchors.len(), 2);
    for (anchor, signer) in set.anchors.iter().zip(&letter.signers) {
        let [x, y, width, height] = anchor.rect;
        assert!(x > 0.0 && y > 0.0 && x + width < A4.0 && y + height < A4.1);
        assert!(width > 150.0 && height > 60.0, "{anchor:?}");
        let crop: Vec<String> = [x, A4.1 - y - height, width, height]
            .iter()
            .map(|side| format!("{side:.0}"))
            .collect();
        let page = (anchor.page + 1).to_string();
        let area = [
            "-f", &page, "-l", &page, "-x", &crop[0], "-y", &crop[1], "-W", &crop[2], "-H",
            &crop[3], "-r", "72",
        ];
        let Some(text) = tool("pdftotext", &area, &set.pdf) else {
            return;
        };
        assert!(text.contains(&signer.below[1]), "{text}");
        assert!(text.starts_with("Ditandatangani"), "{text}");
        assert!(text.contains("7F3K-Q2M9"), "{text}");
        let others = letter.signers.iter().filter(|other| *other != signer);
        assert!(
            others
                .into_iter()
                .all(|other| !text.contains(&other.below[1])),
            "{text}"
        );
    }
}

#[test]
fn the_file_claims_pdf_a_2b_with_its_colours_and_tags() {
    let pdf = typeset(&sample::letter(Template::NotaDinas)).pdf;
    assert!(holds(&pdf, "<pdfaid:part>2</pdfaid:part>"));
    assert!(holds(&pdf, "<pdfaid:conformance>B</pdfaid:conformance>"));
    assert!(holds(&pdf, "/GTS_PDFA1"));
    assert!(holds(&pdf, "/MarkInfo"));
    assert!(!holds(&pdf, "/Encrypt"));
    // The appending writer keeps the form of the newest cross-reference section: a plain table.
    assert!(holds(&pdf, "\nxref\n"));
    if let Some(info) = tool("pdfinfo", &[], &pdf) {
        assert!(info.contains("Tagged:          yes"), "{info}");
        assert!(info.contains("Encrypted:       no"), "{info}");
        assert!(info.contains("JavaScript:      no"), "{info}");
    }
    if let Some(fonts) = tool("pdffonts", &[], &pdf) {
        let lines: Vec<&str> = fonts.lines().skip(2).collect();
        assert!(!lines.is_empty());
        assert!(
            lines.iter().all(|line| line.contains(" yes yes yes ")),
            "{fonts}"
        );
    }
    let _ = tool("qpdf", &["--check"], &pdf);
}

#[test]
fn a_long_letter_ends_with_text_above_its_signatures() {
    for rows in [0, 1, 7, 25, 31, 60] {
        for sections in 1..8 {
            let letter = LetterInput {
                signers: vec![sample::head(), variants::stand_in()],
                ..with_body(variants::long_body(sections, rows))
            };
            let set = typeset(&letter);
            let anchor = set.anchors[0];
            assert_eq!(anchor.page + 1, set.pages);
            let above = A4.1 - anchor.rect[1] - anchor.rect[3];
            assert!(above > 55.0, "{sections} sections, {rows} rows: {above}");
        }
    }
}

#[test]
fn a_table_that_closes_a_letter_leaves_rows_with_the_signatures() {
    let rows: Vec<String> = (1..=80)
        .map(|row| format!("| {row} | uraian {row} |"))
        .collect();
    let rows = rows.join("\n");
    let set = typeset(&with_body(format!("| No. | Uraian |\n|-:|---|\n{rows}")));
    let Some(text) = tool("pdftotext", &["-layout"], &set.pdf) else {
        return;
    };
    let last = text
        .split('\u{c}')
        .nth(set.anchors[0].page as usize)
        .unwrap();
    let row = last.find("uraian 80").unwrap();
    assert!(row < last.find("Ditandatangani").unwrap());
}

#[test]
fn a_closing_paragraph_longer_than_a_page_is_refused_or_ends_beside_the_signature() {
    for words in [100, 300, 500, 700, 900, 1100] {
        match TYPESETTER.typeset(&with_body("kalimat panjang ".repeat(words))) {
            Ok(set) => {
                let [_, y, _, height] = set.anchors[0].rect;
                assert!(A4.1 - y - height > 55.0);
            }
            Err(error) => {
                assert!(words > 300, "{words}");
                assert_eq!(error, LetterError::Crowded);
            }
        }
    }
}

#[test]
fn six_signers_and_a_hundred_addressees_fit() {
    let set = typeset(&LetterInput {
        signers: (0..6).map(|_| variants::stand_in()).collect(),
        yth: (1..=100)
            .map(|n| format!("Kepala Desa Contoh {n}"))
            .collect(),
        tembusan: (1..=100).map(|n| format!("Camat Contoh {n}")).collect(),
        ..sample::letter(Template::SuratDinas)
    });
    assert_eq!(set.anchors.len(), 6);
    let page = set.anchors[0].page;
    assert!(set.anchors.iter().all(|anchor| anchor.page == page));
}

#[test]
fn signature_blocks_taller_than_a_page_are_refused() {
    let error = refusal(|letter| {
        for line in 0..8 {
            letter.signers[0]
                .jabatan
                .push(format!("{line} {}", "panjang ".repeat(110)));
        }
        letter.signers[0].jabatan.truncate(8);
    });
    assert_eq!(error, LetterError::Crowded);
}

#[test]
fn markup_of_the_typesetter_is_printed_and_not_run() {
    let hostile =
        "#read(\"/etc/passwd\") #image(\"/qr.svg\") $x^2$ <script>alert(1)</script> \\#let";
    let set = typeset(&LetterInput {
        hal: hostile.to_owned(),
        ..with_body(format!(
            "{hostile}\n\n<div onclick=\"x\">\n</div>\n\nTutup."
        ))
    });
    let Some(text) = tool("pdftotext", &["-raw"], &set.pdf) else {
        return;
    };
    assert!(
        text.matches("#read(\"/etc/passwd\")").count() >= 2,
        "{text}"
    );
    assert!(text.contains("<script>alert(1)</script>"), "{text}");
    assert!(text.contains("<div onclick="), "{text}");
    assert!(!text.contains("root:"), "{text}");
}

#[test]
fn tabs_and_line_ends_of_any_kind_are_printed() {
    let set = typeset(&LetterInput {
        hal: "satu\tdua\r\ntiga".to_owned(),
        ..with_body("a\tb\r\nc\rd\n\n```\nx\ty\n```\n\nTutup.")
    });
    assert_eq!(set.pages, 1);
}

#[test]
fn words_longer_than_a_line_are_broken_inside_the_margins() {
    let word = "x".repeat(400);
    let set = typeset(&LetterInput {
        hal: word.clone(),
        ..with_body(format!("{word}\n\nTutup."))
    });
    let area = ["-r", "72", "-x", "550", "-y", "0", "-W", "46", "-H", "842"];
    let Some(text) = tool("pdftotext", &area, &set.pdf) else {
        return;
    };
    assert_eq!(text.trim(), "");
}

#[test]
fn controls_and_turned_reading_orders_are_refused_by_name() {
    for (character, name) in [
        ('\u{0}', "U+0000"),
        ('\u{1b}', "U+001B"),
        ('\u{202e}', "U+202E"),
        ('\u{2066}', "U+2066"),
        ('\u{200f}', "U+200F"),
        ('\u{61c}', "U+061C"),
        ('\u{10ffff}', "U+10FFFF"),
    ] {
        let wanted = |field| LetterError::Character {
            field,
            character: name.to_owned(),
        };
        assert_eq!(
            refusal(|letter| letter.body.push(character)),
            wanted("body")
        );
        assert_eq!(refusal(|letter| letter.hal.push(character)), wanted("hal"));
    }
}

#[test]
fn oversized_input_is_refused_before_it_is_laid_out() {
    assert!(matches!(
        refusal(|letter| letter.body = "a ".repeat(5_000_000)),
        LetterError::TooLong { field: "body", .. }
    ));
    assert!(matches!(
        refusal(|letter| letter.hal = "a".repeat(10_000_000)),
        LetterError::TooLong { field: "hal", .. }
    ));
    assert!(matches!(
        refusal(|letter| letter.body = format!("{}x", "> ".repeat(10_000))),
        LetterError::Nesting { .. }
    ));
    assert!(matches!(
        refusal(|letter| letter.body = format!("{}x", "- ".repeat(10_000))),
        LetterError::Nesting { .. }
    ));
    assert!(matches!(
        refusal(|letter| letter.yth = vec!["x".to_owned(); 101]),
        LetterError::TooMany { field: "yth", .. }
    ));
    assert!(matches!(
        refusal(|letter| letter.signers = (0..7).map(|_| sample::head()).collect()),
        LetterError::TooMany {
            field: "signers",
            ..
        }
    ));
}

#[test]
fn what_must_be_filled_is_refused_when_empty() {
    for body in ["", "\n\n  \n", "[x]: https://contoh.example"] {
        assert_eq!(
            refusal(|letter| letter.body = body.to_owned()),
            LetterError::Empty { field: "body" }
        );
    }
    assert_eq!(
        refusal(|letter| letter.signers.clear()),
        LetterError::Empty { field: "signers" }
    );
    assert_eq!(
        refusal(|letter| letter.nomor = " ".to_owned()),
        LetterError::Empty { field: "nomor" }
    );
}

#[test]
fn a_day_that_is_not_in_the_calendar_is_refused() {
    let date = LetterDate {
        year: 2026,
        month: 2,
        day: 29,
    };
    assert!(matches!(
        refusal(|letter| letter.date = date),
        LetterError::Date { day: 29, .. }
    ));
}

#[test]
fn an_unknown_version_of_a_template_is_refused() {
    assert!(matches!(
        refusal(|letter| letter.template_version = 2),
        LetterError::UnknownTemplate { version: 2, .. }
    ));
}

#[test]
#[cfg(target_os = "linux")]
fn memory_stays_flat_over_a_thousand_letters() {
    let resident = || -> usize {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    let typesetter = Typesetter::new();
    let mut letter = sample::letter(Template::NotaDinas);
    let mut run = |from: usize, to: usize| {
        for number in from..to {
            letter.nomor = format!("000.1.2.3/{number}/KOMINFO/XI/2026");
            letter.body = format!("Naskah nomor {number}.\n\nDemikian disampaikan.");
            let _ = typesetter.typeset(&letter).unwrap();
        }
    };
    run(0, 200);
    let before = resident();
    run(200, 1000);
    let grown = resident().saturating_sub(before);
    // Tests beside this one use memory of their own; a leak of one letter's cache each would show
    // as a hundred megabytes and more.
    assert!(grown < 80_000, "grew by {grown} KiB");
}
