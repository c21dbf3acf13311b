//! Signature blocks for documents from elsewhere, as an archive and a reader would judge them.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use std::io::Write as _;
use std::process::Command;
use std::sync::LazyLock;

use letter::{Block, LetterError, Look, Picture, SignerBlock, Stamp, Standing, Typesetter};

static TYPESETTER: LazyLock<Typesetter> = LazyLock::new(Typesetter::new);

fn block() -> Block {
    Block {
        heading: Block::HEADING.to_owned(),
        signer: SignerBlock {
            jabatan: vec!["Kepala Dinas Komunikasi dan Informatika".to_owned()],
            name: "Contoh Sekali, S.Kom., M.T.".to_owned(),
            below: vec![
                "Pembina, IV/a".to_owned(),
                "NIP 190001011920011001".to_owned(),
            ],
        },
        notes: vec!["Verifikasi: tte.contohrejo.example · kode ABCD-1234".to_owned()],
        qr: Some("https://tte.contohrejo.example/v/ABCDEFGH".to_owned()),
        logo: None,
    }
}

fn stamp(block: Block) -> Stamp {
    Stamp {
        size: [272.0, 92.0],
        look: Look::Block(Box::new(block)),
        standing: Standing::Signed,
    }
}

fn refusal(change: impl FnOnce(&mut Block)) -> LetterError {
    let mut block = block();
    change(&mut block);
    TYPESETTER.stamp(&stamp(block)).unwrap_err()
}

/// Runs a foreign tool over the file: its standard output, or nothing where it is not installed.
fn tool(name: &str, pdf: &[u8], behind: &[&str]) -> Option<String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), pdf).unwrap();
    match Command::new(name).arg(file.path()).args(behind).output() {
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

/// One pixel: red, and half of it shines through.
fn thin_png() -> Picture {
    let bytes = b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\
        \x00\x00\x00\x0dIDATx\x9cc\xf8\xcf\xc0\xd0\x00\x00\x04\x81\x01\x80,U\xce\xb0\x00\x00\x00\x00IEND\xaeB`\x82";
    Picture::parse(bytes.to_vec()).unwrap()
}

#[test]
fn a_block_is_one_archival_page_of_its_size_with_its_words() {
    let pdf = TYPESETTER.stamp(&stamp(block())).unwrap();
    assert!(holds(&pdf, "<pdfaid:part>1</pdfaid:part>"));
    assert_eq!(TYPESETTER.stamp(&stamp(block())).unwrap(), pdf);
    let Some(text) = tool("pdftotext", &pdf, &["-"]) else {
        return;
    };
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "Ditandatangani secara elektronik oleh:",
        "Kepala Dinas Komunikasi dan Informatika",
        "Contoh Sekali, S.Kom., M.T.",
        "NIP 190001011920011001",
        "kode ABCD-1234",
    ] {
        assert!(flat.contains(words), "{words} is not in {flat}");
    }
    let fonts = tool("pdffonts", &pdf, &[]).unwrap();
    for font in fonts.lines().skip(2) {
        assert!(font.contains(" yes yes "), "not embedded as a part: {font}");
    }
    let size = tool("pdfinfo", &pdf, &[]).unwrap();
    assert!(size.contains("272 x 92 pts"), "{size}");
}

#[test]
fn four_lines_and_long_names_fit_and_what_nobody_could_read_is_refused() {
    let mut long = block();
    long.signer.jabatan = vec![
        "a.n. Bupati Contohrejo".to_owned(),
        "Sekretaris Daerah".to_owned(),
        "u.b. Kepala Badan Perencanaan Pembangunan,".to_owned(),
        "Penelitian dan Pengembangan Daerah".to_owned(),
    ];
    long.signer.name =
        "Prof. Dr. Ir. Contoh Sekali Panjang Namanya, S.Kom., M.T., M.Si., Ph.D.".to_owned();
    TYPESETTER.stamp(&stamp(long.clone())).unwrap();
    let small = Stamp {
        size: [60.0, 20.0],
        ..stamp(long)
    };
    let error = TYPESETTER.stamp(&small).unwrap_err();
    assert!(matches!(error, LetterError::NoRoom { .. }), "{error}");
}

#[test]
fn a_size_a_line_or_a_code_out_of_bounds_is_named() {
    for size in [[9.0, 50.0], [50.0, 2001.0], [f64::NAN, 50.0]] {
        let error = TYPESETTER
            .stamp(&Stamp {
                size,
                ..stamp(block())
            })
            .unwrap_err();
        assert!(matches!(error, LetterError::StampSize { .. }), "{error}");
    }
    let empty = refusal(|block| block.signer.name.clear());
    assert_eq!(empty, LetterError::Empty { field: "name" });
    let many = refusal(|block| block.notes = vec!["x".to_owned(); 9]);
    assert!(matches!(many, LetterError::TooMany { field: "notes", .. }));
    let strange = refusal(|block| block.signer.jabatan = vec!["Kepala \u{202e}".to_owned()]);
    assert!(matches!(
        strange,
        LetterError::Character {
            field: "jabatan",
            ..
        }
    ));
    let long = refusal(|block| block.qr = Some("x".repeat(5000)));
    assert_eq!(long, LetterError::Qr);
}

#[test]
fn a_picture_that_shines_through_is_archival_as_far_as_it_can_be() {
    let look = Look::Picture(thin_png());
    let pdf = TYPESETTER
        .stamp(&Stamp {
            look,
            ..stamp(block())
        })
        .unwrap();
    assert!(holds(&pdf, "<pdfaid:part>2</pdfaid:part>"));
    assert!(holds(&pdf, "/SMask"));
    let logo = Picture::parse(b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>".to_vec());
    let with_logo = stamp(Block {
        logo: Some(logo.unwrap()),
        ..block()
    });
    assert!(holds(
        &TYPESETTER.stamp(&with_logo).unwrap(),
        "<pdfaid:part>1</pdfaid:part>"
    ));
}

#[test]
fn a_preview_says_that_it_is_one() {
    let preview = Stamp {
        standing: Standing::Preview,
        ..stamp(block())
    };
    let pdf = TYPESETTER.stamp(&preview).unwrap();
    if let Some(text) = tool("pdftotext", &pdf, &["-"]) {
        // Slanted words are torn apart; only theirs are capitals in this number.
        let mark = "PRATINJAU,BELUMDITANDATANGANI";
        let count = |wanted: char| text.chars().filter(|one| *one == wanted).count();
        for letter in mark.chars() {
            assert!(count(letter) >= mark.matches(letter).count(), "{text}");
        }
    }
}
