//! Signatures of the form `adbe.x509.rsa_sha1`: an RSA value that openssl made, in a file put together by hand.

use std::{fmt::Write as _, fs};

use signing::{
    UtcTime,
    budget::Budget,
    policy::{Policy, TrustAnchors},
    validate::{Evidence, Failure, Headline, Indeterminate, Report, Verdict, verify},
};

use super::values::{have_openssl, openssl};

/// Room for a value of 256 octets with its header.
const HOLE: usize = 600;
const RANGE: &str = "[0 0000000000 0000000000 0000000000]";

/// An RSA key with a certificate for itself, and files signed by it.
struct Signer {
    folder: tempfile::TempDir,
    certificate: Vec<u8>,
}

impl Signer {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let request = [
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-sha256",
            "-days",
            "3650",
            "-subj",
            "/CN=Siti Contoh",
            "-keyout",
            "key.pem",
            "-outform",
            "DER",
            "-out",
            "certificate",
        ];
        assert!(openssl(folder.path(), &request));
        let certificate = fs::read(folder.path().join("certificate")).unwrap();
        Self {
            folder,
            certificate,
        }
    }

    /// A file signed by a digest of openssl's.
    fn signed(&self, digest: &str) -> Vec<u8> {
        let mut file = unsigned(&self.certificate);
        let gap_start = position(&file, b"/Contents <") + b"/Contents ".len();
        let gap_end = gap_start + HOLE + 2;
        let range = format!(
            "[0 {gap_start:010} {gap_end:010} {:010}]",
            file.len() - gap_end
        );
        let place = position(&file, RANGE.as_bytes());
        file[place..place + RANGE.len()].copy_from_slice(range.as_bytes());
        let covered = [&file[..gap_start], &file[gap_end..]].concat();
        let at = self.folder.path();
        fs::write(at.join("message"), covered).unwrap();
        let sign = [
            "dgst", digest, "-sign", "key.pem", "-out", "value", "message",
        ];
        assert!(openssl(at, &sign));
        let value = fs::read(at.join("value")).unwrap();
        assert_eq!(value.len(), 256);
        let hex = hexadecimal(&[&[0x04, 0x82, 0x01, 0x00], value.as_slice()].concat());
        file[gap_start + 1..gap_start + 1 + hex.len()].copy_from_slice(hex.as_bytes());
        file
    }

    fn judged(&self, file: &[u8], at: &str) -> Report {
        let mut anchors = TrustAnchors::new();
        anchors.add_file(&self.certificate).unwrap();
        let at = UtcTime::parse_rfc3339(at).unwrap();
        let policy = Policy::new(anchors);
        verify(&file, &Evidence::new(), &policy, at, Budget::public())
    }
}

/// One page and a signature field that waits for its value.
fn unsigned(certificate: &[u8]) -> Vec<u8> {
    let signature = format!(
        "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.x509.rsa_sha1 /Cert <{}> \
         /ByteRange {RANGE} /Contents <{}> >>",
        hexadecimal(certificate),
        "0".repeat(HOLE)
    );
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] /SigFlags 3 >> >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> /Annots [4 0 R] >>",
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T (ttd) /F 132 /Rect [0 0 0 0] /P 3 0 R /V 5 0 R >>",
        &signature,
    ];
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut table = String::from("xref\n0 6\n0000000000 65535 f \n");
    for (at, body) in objects.iter().enumerate() {
        writeln!(table, "{:010} 00000 n ", file.len()).unwrap();
        file.extend_from_slice(format!("{} 0 obj\n{body}\nendobj\n", at + 1).as_bytes());
    }
    let start = file.len();
    let end = format!("{table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    file.extend_from_slice(end.as_bytes());
    file
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

fn position(file: &[u8], part: &[u8]) -> usize {
    let found = file.windows(part.len()).position(|some| some == part);
    found.unwrap()
}

#[test]
fn a_bare_value_by_any_of_its_digests_is_checked() {
    if !have_openssl() {
        return;
    }
    let signer = Signer::new();
    let at = at_of(&signer);
    for digest in ["-sha256", "-sha384", "-sha512"] {
        let file = signer.signed(digest);
        let report = signer.judged(&file, &at);
        assert_eq!(report.headline, Headline::Intact, "{digest} {report:#?}");
        let one = &report.signatures[0];
        assert_eq!((one.digest_ok, one.signature_ok), (Some(true), Some(true)));
        assert_eq!(one.signer.as_deref(), Some("CN=Siti Contoh"));
    }
}

#[test]
fn by_sha_1_it_proves_nothing_today() {
    if !have_openssl() {
        return;
    }
    let signer = Signer::new();
    let file = signer.signed("-sha1");
    let report = signer.judged(&file, &at_of(&signer));
    let one = &report.signatures[0];
    assert_eq!((one.digest_ok, one.signature_ok), (Some(true), Some(true)));
    let held = Indeterminate::CryptoConstraintsFailureNoPoe;
    assert_eq!(
        one.verdict,
        Verdict::Indeterminate(Some(held)),
        "{report:#?}"
    );
    assert_eq!(report.headline, Headline::Untrusted);
}

#[test]
fn no_flip_of_a_covered_byte_or_of_the_value_passes() {
    if !have_openssl() {
        return;
    }
    let (signer, other) = (Signer::new(), Signer::new());
    let at = at_of(&signer);
    let file = signer.signed("-sha256");
    let gap = position(&file, b"/Contents <") + b"/Contents ".len();
    let value = gap + 1..gap + 1 + 520;
    for place in
        (0..file.len()).filter(|at| value.contains(at) || !(gap..gap + HOLE + 2).contains(at))
    {
        let mut flipped = file.clone();
        flipped[place] ^= 0x01;
        let report = signer.judged(&flipped, &at);
        assert_ne!(report.headline, Headline::Intact, "byte {place}");
    }
    let mut flipped = file.clone();
    flipped[position(&file, b"595")] ^= 0x01;
    let failed = Verdict::TotalFailed(Failure::SigCryptoFailure);
    assert_eq!(signer.judged(&flipped, &at).signatures[0].verdict, failed);
    // Another key in its place is another signer, whose value it is not.
    let stolen = other.signed("-sha256");
    let hex = &file[value.clone()];
    let mut forged = stolen.clone();
    let start = position(&stolen, b"/Contents <") + b"/Contents <".len();
    forged[start..start + hex.len()].copy_from_slice(hex);
    assert_eq!(other.judged(&forged, &at).signatures[0].verdict, failed);
}

/// A time within the certificate of the signer, whatever openssl's clock said.
fn at_of(signer: &Signer) -> String {
    let certificate = signing::x509::Certificate::parse(&signer.certificate).unwrap();
    certificate.not_before.to_string()
}
