//! A small office with its own authority, and signed PDFs put together by hand.

use std::{fmt::Write, ops::Range};

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType,
    IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose, RevocationReason, RevokedCertParams, SerialNumber,
    date_time_ymd,
};
use ring::rand::SystemRandom;
use signing::{
    AttributeSigner, CertificateDer, LocalSigner,
    cms::{assemble, signed_attributes},
    policy::{Anchor, Policy, RevocationRule, TrustAnchors},
};

/// A root that certifies officials.
pub struct Office {
    root: CertifiedIssuer<'static, KeyPair>,
}

/// An official with a key.
pub struct Signer {
    key: KeyPair,
    own: CertificateDer,
    /// The certificate put into the CMS, which is the official's own unless a test swaps it.
    pub shown: CertificateDer,
    serial: Vec<u8>,
}

impl Office {
    pub fn new() -> Self {
        let mut params = named("Akar Contoh");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let root = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        Self { root }
    }

    pub fn root(&self) -> CertificateDer {
        CertificateDer(self.root.der().to_vec())
    }

    pub fn policy(&self) -> Policy {
        let mut anchors = TrustAnchors::new();
        let revocation = RevocationRule::default();
        anchors.add(Anchor::new(self.root(), revocation));
        Policy::new(anchors)
    }

    pub fn official(&self, name: &str) -> Signer {
        self.certify(named(name), KeyPair::generate().unwrap())
    }

    pub fn expired(&self, name: &str) -> Signer {
        let mut params = named(name);
        params.not_after = date_time_ymd(2025, 1, 1);
        self.certify(params, KeyPair::generate().unwrap())
    }

    /// Another certificate for the key of `signer`.
    pub fn same_key(&self, signer: &Signer, name: &str) -> CertificateDer {
        let key = KeyPair::try_from(signer.key.serialized_der()).unwrap();
        self.certify(named(name), key).own
    }

    /// A list on which this signer stands.
    pub fn crl(&self, signer: &Signer) -> Vec<u8> {
        let revoked = RevokedCertParams {
            serial_number: SerialNumber::from(signer.serial.clone()),
            revocation_time: date_time_ymd(2026, 10, 1),
            reason_code: Some(RevocationReason::KeyCompromise),
            invalidity_date: None,
        };
        let params = CertificateRevocationListParams {
            this_update: date_time_ymd(2026, 11, 1),
            next_update: date_time_ymd(2026, 12, 31),
            crl_number: SerialNumber::from(1_u64),
            issuing_distribution_point: None,
            revoked_certs: vec![revoked],
            key_identifier_method: KeyIdMethod::Sha256,
        };
        params.signed_by(&self.root).unwrap().der().to_vec()
    }

    fn certify(&self, mut params: CertificateParams, key: KeyPair) -> Signer {
        let mut serial = vec![0; 8];
        ring::rand::SecureRandom::fill(&SystemRandom::new(), &mut serial).unwrap();
        serial[0] = 0x11;
        params.serial_number = Some(SerialNumber::from(serial.clone()));
        let own = CertificateDer(params.signed_by(&key, &self.root).unwrap().der().to_vec());
        Signer {
            key,
            shown: own.clone(),
            own,
            serial,
        }
    }
}

fn named(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.key_usages = vec![
        KeyUsagePurpose::DigitalSignature,
        KeyUsagePurpose::ContentCommitment,
        KeyUsagePurpose::KeyCertSign,
        KeyUsagePurpose::CrlSign,
    ];
    params.not_before = date_time_ymd(2024, 1, 1);
    params.not_after = date_time_ymd(2030, 1, 1);
    params
}

impl Signer {
    /// The key as the crate's own writer takes it.
    pub fn ring(&self) -> LocalSigner {
        LocalSigner::from_pkcs8(
            self.key.serialized_der(),
            vec![self.own.clone()],
            SystemRandom::new(),
        )
        .unwrap()
    }
}

/// A letter of one page without a signature.
pub fn letter() -> Vec<u8> {
    letter_with("")
}

/// A letter whose font refers to an object that does not exist yet.
pub fn letter_waiting_for(number: usize) -> Vec<u8> {
    letter_with(&format!(" /ToUnicode {number} 0 R"))
}

/// A letter of about this many bytes.
pub fn letter_of(bytes: usize) -> Vec<u8> {
    let comment = format!("%{}", "x".repeat(bytes));
    letter_of_text(
        "",
        &format!("BT /F1 12 Tf 72 720 Td (Surat contoh) Tj ET {comment}"),
    )
}

fn letter_with(font: &str) -> Vec<u8> {
    letter_of_text(font, "BT /F1 12 Tf 72 720 Td (Surat contoh) Tj ET")
}

fn letter_of_text(font: &str, text: &str) -> Vec<u8> {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
        format!("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica{font} >>"),
    ];
    let objects: Vec<(usize, String)> = objects
        .into_iter()
        .enumerate()
        .map(|(at, body)| (at + 1, body))
        .collect();
    append(b"%PDF-1.7\n", &objects, 6, None)
}

/// The letter with one signature over it.
pub fn signed(letter: &[u8], signer: &Signer) -> Vec<u8> {
    signed_with(letter, signer, "")
}

/// The same, allowing nothing but validation data afterwards.
pub fn signed_and_locked(letter: &[u8], signer: &Signer) -> Vec<u8> {
    signed_with(letter, signer, &permits(1))
}

fn signed_with(letter: &[u8], signer: &Signer, more: &str) -> Vec<u8> {
    let objects = vec![
        (
            1,
            "<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R >>".to_owned(),
        ),
        (3, page("[7 0 R]")),
        (6, "<< /Fields [7 0 R] /SigFlags 3 >>".to_owned()),
        (7, field("Tanda Tangan 1", 8, "")),
        (8, signature("D:20261124080000+07'00'", more)),
    ];
    fill(append(letter, &objects, 9, previous(letter)), signer)
}

/// A form beside the signature's own field: objects from 20 on.
#[derive(Clone, Default)]
pub struct Form {
    /// Its further entries.
    pub entries: String,
    /// The numbers of the fields at its top.
    pub fields: Vec<usize>,
    /// The numbers of the widgets on the page.
    pub widgets: Vec<usize>,
    pub objects: Vec<(usize, String)>,
}

impl Form {
    /// The form itself, object 6.
    pub fn dictionary(&self) -> String {
        let fields = references(&self.fields);
        format!(
            "<< /Fields [7 0 R {fields}] /SigFlags 3 {} >>",
            self.entries
        )
    }

    /// The page that shows it, object 3, with further widgets.
    pub fn page(&self, more: &str) -> String {
        page(&format!("[7 0 R {} {more}]", references(&self.widgets)))
    }
}

fn references(numbers: &[usize]) -> String {
    numbers.iter().fold(String::new(), |mut text, number| {
        write!(text, "{number} 0 R ").unwrap();
        text
    })
}

/// The letter with a form and one signature over both, with this restriction on what may follow.
pub fn signed_form(form: &Form, signer: &Signer, restriction: &str) -> Vec<u8> {
    let letter = letter();
    let mut objects = vec![
        (
            1,
            "<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R >>".to_owned(),
        ),
        (3, form.page("")),
        (6, form.dictionary()),
        (7, field("Tanda Tangan 1", 8, "")),
        (8, signature("D:20261124080000+07'00'", restriction)),
    ];
    objects.extend(form.objects.iter().cloned());
    fill(append(&letter, &objects, 50, previous(&letter)), signer)
}

/// What a certification permits.
pub fn permits(p: u8) -> String {
    reference("DocMDP", &format!("/P {p}"))
}

/// A restriction of one transform method.
pub fn reference(method: &str, parameters: &str) -> String {
    format!(
        " /Reference [<< /Type /SigRef /TransformMethod /{method} \
         /TransformParams << /Type /TransformParams /V /1.2 {parameters} >> >>]"
    )
}

/// A later revision with these objects.
pub fn revised(file: &[u8], objects: &[(usize, String)]) -> Vec<u8> {
    append(file, objects, 60, previous(file))
}

/// What a widget shows.
pub fn picture(text: &str) -> String {
    let text = format!("BT /F1 24 Tf 0 5 Td ({text}) Tj ET");
    format!(
        "<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> \
         /Length {} >>\nstream\n{text}\nendstream",
        text.len()
    )
}

/// A further signature behind the first.
pub fn signed_again(first: &[u8], signer: &Signer) -> Vec<u8> {
    signed_again_with(first, signer, "", None)
}

/// The same with an appearance whose stream has this number.
pub fn signed_again_showing(first: &[u8], signer: &Signer, number: usize) -> Vec<u8> {
    let stream =
        "<< /Type /XObject /Subtype /Form /BBox [0 0 1 1] /Length 0 >>\nstream\n\nendstream";
    let appearance = format!(" /AP << /N {number} 0 R >>");
    signed_again_with(
        first,
        signer,
        &appearance,
        Some((number, stream.to_owned())),
    )
}

/// The same with an action on the field, which no signature needs.
pub fn signed_again_with_an_action(first: &[u8], signer: &Signer) -> Vec<u8> {
    signed_again_with(
        first,
        signer,
        " /A << /S /JavaScript /JS (app.alert(1)) >>",
        None,
    )
}

fn signed_again_with(
    first: &[u8],
    signer: &Signer,
    in_field: &str,
    more: Option<(usize, String)>,
) -> Vec<u8> {
    let mut objects = vec![
        (3, page("[7 0 R 9 0 R]")),
        (6, "<< /Fields [7 0 R 9 0 R] /SigFlags 3 >>".to_owned()),
        (9, field("Tanda Tangan 2", 10, in_field)),
        (10, signature("D:20261124090000+07'00'", "")),
    ];
    objects.extend(more);
    fill(append(first, &objects, 30, previous(first)), signer)
}

/// The page shows something else in a later revision.
pub fn page_changed(first: &[u8]) -> Vec<u8> {
    let text = "BT /F1 12 Tf 72 720 Td (Surat lain) Tj ET";
    let stream = format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len());
    append(first, &[(4, stream)], 9, previous(first))
}

/// Where the last signature's value stands, delimiters included.
pub fn gap(file: &[u8]) -> Range<usize> {
    let start = last(file, b"/Contents <").unwrap() + b"/Contents ".len();
    let end = file[start..].iter().position(|&byte| byte == b'>').unwrap();
    start..start + end + 1
}

/// The letter's page with these annotations.
pub fn page(annotations: &str) -> String {
    format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> /Annots {annotations} >>"
    )
}

/// A field that holds a signature of this number.
pub fn field(name: &str, value: usize, more: &str) -> String {
    format!(
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T ({name}) /F 132 /Rect [0 0 0 0] /P 3 0 R /V {value} 0 R{more} >>"
    )
}

const HOLE: usize = 4_000;
const RANGE: &str = "[0 0000000000 0000000000 0000000000]";

/// A signature dictionary that waits for its value.
pub fn signature(claimed: &str, more: &str) -> String {
    let hole = "0".repeat(HOLE);
    format!(
        "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M ({claimed}) \
         /ByteRange {RANGE} /Contents <{hole}>{more} >>"
    )
}

/// Puts the value of a signature over everything else into the file's last one.
pub fn fill(mut file: Vec<u8>, signer: &Signer) -> Vec<u8> {
    let gap = gap(&file);
    let range = format!(
        "[0 {:010} {:010} {:010}]",
        gap.start,
        gap.end,
        file.len() - gap.end
    );
    let place = last(&file, RANGE.as_bytes()).unwrap();
    file[place..place + RANGE.len()].copy_from_slice(range.as_bytes());
    let covered = [&file[..gap.start], &file[gap.end..]].concat();
    let digest = ring::digest::digest(&ring::digest::SHA256, &covered);
    let attributes = signed_attributes(digest.as_ref(), &signer.own.0).unwrap();
    let key = signer.ring();
    let value = key.sign(attributes.der()).unwrap();
    let chain = [signer.shown.clone()];
    let cms = assemble(&attributes, &value, key.algorithm(), &chain).unwrap();
    let hex = cms.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    });
    assert!(hex.len() <= HOLE);
    file[gap.start + 1..gap.start + 1 + hex.len()].copy_from_slice(hex.as_bytes());
    file
}

/// The objects behind the file, each by its number, with their table and a trailer.
pub fn append(
    file: &[u8],
    objects: &[(usize, String)],
    size: usize,
    previous: Option<usize>,
) -> Vec<u8> {
    let mut file = file.to_vec();
    let mut table = String::from("xref\n");
    if previous.is_none() {
        table.push_str("0 1\n0000000000 65535 f \n");
    }
    for (number, body) in objects {
        write!(table, "{number} 1\n{:010} 00000 n \n", file.len()).unwrap();
        file.extend_from_slice(format!("{number} 0 obj\n{body}\nendobj\n").as_bytes());
    }
    let start = file.len();
    let previous = previous.map_or(String::new(), |at| format!(" /Prev {at}"));
    let trailer = format!(
        "{table}trailer\n<< /Size {size} /Root 1 0 R{previous} >>\nstartxref\n{start}\n%%EOF\n"
    );
    file.extend_from_slice(trailer.as_bytes());
    file
}

/// Where the newest cross-reference section stands.
pub fn previous(file: &[u8]) -> Option<usize> {
    let at = last(file, b"startxref\n")? + b"startxref\n".len();
    let digits: Vec<u8> = file[at..]
        .iter()
        .copied()
        .take_while(u8::is_ascii_digit)
        .collect();
    String::from_utf8(digits).ok()?.parse().ok()
}

fn last(file: &[u8], needle: &[u8]) -> Option<usize> {
    file.windows(needle.len()).rposition(|part| part == needle)
}
