//! What is seen of a signature: a page of its own, copied in; and how it would be seen, without a signature.

use std::fs;

use signing::{
    Budget, UtcTime,
    pdf::{Pdf, View},
    sign::{
        Appearance, Drawing, DrawingError, Permission, Place, Preview, Request, Rule, SignError,
        fields, preview, sign,
    },
};

use crate::support::{drawing, drawing_with, p256, pdf_of, plain_pdf, tool};

const RECT: [f64; 4] = [60.0, 80.0, 90.0, 90.0];

fn at() -> UtcTime {
    UtcTime::from_unix(1_795_000_000)
}

fn place() -> Place {
    Place::New {
        name: None,
        page: 0,
        rect: RECT,
    }
}

fn signed(source: &[u8], drawing: Drawing) -> Result<Vec<u8>, SignError> {
    let request = Request {
        appearance: Appearance::Drawn(drawing),
        ..Request::new(place(), at())
    };
    let append = sign(&source, request, &p256("Uji").signer, Budget::office())?;
    Ok([source, append.bytes()].concat())
}

/// A document whose metadata claim this part of PDF/A.
fn archival(part: u8) -> Vec<u8> {
    let claim = format!("<pdfaid:part>{part}</pdfaid:part>");
    pdf_of(&[
        "<< /Type /Catalog /Pages 2 0 R /Metadata 4 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        &format!(
            "<< /Type /Metadata /Subtype /XML /Length {} >>\nstream\n{claim}\nendstream",
            claim.len()
        ),
    ])
}

/// The content of the only field's appearance, and the fonts that it names.
fn shown(view: &View<'_>) -> (String, Vec<String>) {
    let field = &signing::pdf::field::form_fields(view).unwrap().signatures[0];
    let widget = field.widget.read(view).unwrap();
    let look = view.entry(&widget, b"AP").unwrap().unwrap();
    let form = view.entry(&look, b"N").unwrap().unwrap();
    let content = view.stream_data(&form.object).unwrap();
    let resources = view.entry(&form, b"Resources").unwrap().unwrap();
    let fonts = view.entry(&resources, b"Font").unwrap().unwrap();
    let names = fonts.dictionary().unwrap().entries().iter().map(|font| {
        let font = view.resolve(&fonts.object, &font.node).unwrap().unwrap();
        let name = view.entry(&font, b"BaseFont").unwrap().unwrap();
        String::from_utf8(name.node.as_name().unwrap().to_vec()).unwrap()
    });
    (String::from_utf8(content).unwrap(), names.collect())
}

#[test]
fn a_drawing_is_copied_with_all_it_needs_and_keeps_its_proportions() {
    let bytes = signed(&plain_pdf(), drawing()).unwrap();
    let pdf = Pdf::open(&bytes, Budget::office()).unwrap();
    let (content, fonts) = shown(&pdf.newest());
    // 180 by 60 points in a square of 90: half as large, in the middle.
    assert!(content.starts_with("q 0.5 0 0 0.5 0 30 cm\n"), "{content}");
    assert!(content.contains("(Bupati Contoh) Tj"), "{content}");
    assert_eq!(fonts, ["Courier"]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("signed.pdf");
    fs::write(&path, &bytes).unwrap();
    if let Some(checked) = tool("qpdf", &["--check".as_ref(), &path]) {
        assert!(checked.status.success(), "{checked:?}");
    }
    if let Some(said) = tool("pdfsig", &["-nocert".as_ref(), &path]) {
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        assert!(said.contains("Signature is Valid"), "{said}");
    }
}

#[test]
fn what_shines_through_stays_out_of_pdf_a_1_only() {
    for state in [
        "<< /Type /ExtGState /ca 0.5 >>",
        "<< /Type /ExtGState /SMask << /S /Luminosity >> >>",
        "<< /Type /ExtGState /BM /Multiply >>",
    ] {
        let error = signed(&archival(1), drawing_with(state)).unwrap_err();
        assert_eq!(
            error,
            SignError::Drawing(DrawingError::Transparent),
            "{state}"
        );
        signed(&archival(2), drawing_with(state)).unwrap();
        signed(&plain_pdf(), drawing_with(state)).unwrap();
    }
    signed(&archival(1), drawing()).unwrap();
}

#[test]
fn a_drawing_that_is_none_is_refused() {
    let turned = pdf_of(&[
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /Rotate 90 >>",
    ]);
    let empty = pdf_of(&[
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [] /Count 0 >>",
    ]);
    for bytes in [turned, empty] {
        let error = signed(&plain_pdf(), Drawing::new(bytes)).unwrap_err();
        assert_eq!(error, SignError::Drawing(DrawingError::NoPage));
    }
    let error = signed(&plain_pdf(), Drawing::new(b"a picture".to_vec())).unwrap_err();
    let unreadable = matches!(error, SignError::Drawing(DrawingError::Unreadable(_)));
    assert!(unreadable, "{error:?}");
}

#[test]
fn a_preview_shows_the_look_and_is_no_signature() {
    let look = Appearance::Drawn(drawing());
    let source = plain_pdf();
    let Preview { append, page } = preview(&source, &place(), &look, Budget::office()).unwrap();
    assert_eq!(page, 0);
    let bytes = [source.as_slice(), append.bytes()].concat();
    assert_eq!(fields(&bytes, Budget::office()).unwrap(), []);
    let text = String::from_utf8_lossy(append.bytes());
    assert!(text.contains("/Subtype /Stamp"), "{text}");
    assert!(text.contains("/Rect [60 80 150 170]"), "{text}");
    let unseen = Place::Invisible { name: None };
    let error = preview(&source, &unseen, &look, Budget::office()).unwrap_err();
    assert_eq!(error, SignError::Unseen);
}

#[test]
fn a_preview_refuses_what_signing_would_refuse() {
    let source = plain_pdf();
    let request = Request {
        certify: Some(Permission::P2),
        ..Request::new(Place::Invisible { name: None }, at())
    };
    let append = sign(&source, request, &p256("Uji").signer, Budget::office()).unwrap();
    let certified = [source.as_slice(), append.bytes()].concat();
    let look = Appearance::Drawn(drawing());
    let refused = |place: &Place| preview(&certified, place, &look, Budget::office()).unwrap_err();
    assert_eq!(refused(&place()), SignError::Forbidden(Rule::NewField));
    let taken = Place::Existing("Signature1".to_owned());
    assert_eq!(
        refused(&taken),
        SignError::AlreadySigned("Signature1".to_owned())
    );
}
