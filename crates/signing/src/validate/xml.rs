//! The report of ETSI TS 119 102-2, as XML: for each signature its identity, time, signer and conclusion, and the objects
//! they rest on.

use std::fmt::Write as _;

use super::{
    particulars::Particulars,
    report::{Kind, Report, SignatureReport},
    verdict::Verdict,
};
use crate::{UtcTime, x509::signature::Digest};

const REPORT: &str = "http://uri.etsi.org/19102/v1.2.1#";
const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

impl Report {
    /// The report as XML. The particulars are those of its signatures; without any, as for a file that could not be read,
    /// it names no signature and says why.
    pub fn to_xml(&self, particulars: &[Particulars]) -> String {
        let mut xml = Xml::new();
        let root = format!("vr:ValidationReport xmlns:vr=\"{REPORT}\" xmlns:ds=\"{DSIG}\"");
        xml.within(&root, |xml| {
            let mut objects = Objects::default();
            for (number, one) in self.signatures.iter().enumerate() {
                signature(
                    xml,
                    self,
                    one,
                    particulars.get(number),
                    number,
                    &mut objects,
                );
            }
            if self.signatures.is_empty() {
                nothing_signed(xml, self);
            }
            objects.write(xml);
        });
        xml.text
    }
}

/// Clause 4.3: one `SignatureValidationReport`.
fn signature(
    xml: &mut Xml,
    report: &Report,
    one: &SignatureReport,
    particulars: Option<&Particulars>,
    number: usize,
    objects: &mut Objects,
) {
    let signer = particulars.and_then(|one| one.chain.first());
    let certificate = signer.map(|signer| objects.certificate(&signer.der));
    xml.within("vr:SignatureValidationReport", |xml| {
        identifier(xml, particulars, number);
        times(xml, report.judged_at, one);
        attributes(xml, one);
        if let Some(certificate) = &certificate {
            xml.within("vr:SignerInformation", |xml| {
                xml.empty(&format!(
                    "vr:SignerCertificate VOReference=\"{certificate}\""
                ));
                if let Some(name) = &one.signer {
                    xml.leaf("vr:Signer", name);
                }
            });
        }
        process(xml);
        xml.within("vr:SignatureValidationStatus", |xml| {
            status(xml, one.verdict);
            xml.within("vr:AssociatedValidationReportData", |xml| {
                if let Some(certificate) = &certificate {
                    xml.within("vr:CertificateChain", |xml| {
                        xml.empty(&format!(
                            "vr:SigningCertificate VOReference=\"{certificate}\""
                        ));
                    });
                }
                findings(xml, one.findings.iter().chain(&report.findings));
            });
        });
    });
}

/// Clause 4.3.3. The signature itself is what is looked at, and the document is at hand.
fn identifier(xml: &mut Xml, particulars: Option<&Particulars>, number: usize) {
    let id = format!("S-{}", number.saturating_add(1));
    xml.within(&format!("vr:SignatureIdentifier id=\"{id}\""), |xml| {
        if let Some(digest) = particulars.and_then(|one| one.digest.as_ref()) {
            digest_and_value(xml, digest.algorithm, &digest.value);
        }
        let value = particulars.map_or(&[][..], |one| &one.value);
        if !value.is_empty() {
            xml.leaf("ds:SignatureValue", &base64(value));
        }
        xml.leaf("vr:HashOnly", "false");
        xml.leaf("vr:DocHashOnly", "false");
    });
}

/// Clause 4.3.5.
fn times(xml: &mut Xml, judged_at: UtcTime, one: &SignatureReport) {
    let (best, proof) = match one.proven_time() {
        Some(proven) => (proven, "urn:etsi:019102:poetype:provided"),
        None => (judged_at, "urn:etsi:019102:poetype:validation"),
    };
    xml.within("vr:ValidationTimeInfo", |xml| {
        xml.leaf("vr:ValidationTime", &judged_at.to_string());
        xml.within("vr:BestSignatureTime", |xml| {
            xml.leaf("vr:POETime", &best.to_string());
            xml.leaf("vr:TypeOfProof", proof);
        });
    });
}

/// Clause 4.3.7, as far as the signature's dictionary has them.
fn attributes(xml: &mut Xml, one: &SignatureReport) {
    let (Some(claimed), Kind::Signature) = (one.claimed_time, one.kind) else {
        return;
    };
    xml.within("vr:SignatureAttributes", |xml| {
        xml.within("vr:SigningTime Signed=\"true\"", |xml| {
            xml.leaf("vr:Time", &claimed.to_string());
        });
    });
}

/// Clause 4.3.9: EN 319 102-1 5.6, the process that takes proofs of existence into account.
fn process(xml: &mut Xml) {
    xml.within("vr:SignatureValidationProcess", |xml| {
        let id = "urn:etsi:019102:validationprocess:LTA";
        xml.leaf("vr:SignatureValidationProcessID", id);
    });
}

/// Clause 4.3.4.
fn status(xml: &mut Xml, verdict: Verdict) {
    let main = match verdict {
        Verdict::TotalPassed => "total-passed",
        Verdict::Indeterminate(_) => "indeterminate",
        Verdict::TotalFailed(_) => "total-failed",
    };
    let main = format!("urn:etsi:019102:mainindication:{main}");
    xml.leaf("vr:MainIndication", &main);
    if let Some(sub) = verdict.sub_indication() {
        let sub = format!("urn:etsi:019102:subindication:{sub}");
        xml.leaf("vr:SubIndication", &sub);
    }
}

/// A file without signatures, or one that could not be read: the schema asks for one report all the same.
fn nothing_signed(xml: &mut Xml, report: &Report) {
    xml.within("vr:SignatureValidationReport", |xml| {
        process(xml);
        xml.within("vr:SignatureValidationStatus", |xml| {
            status(xml, Verdict::Indeterminate(None));
            xml.within("vr:AssociatedValidationReportData", |xml| {
                findings(xml, report.findings.iter());
            });
        });
    });
}

/// Clause 4.3.12.6: what was found, each under its stable name.
fn findings<'f>(xml: &mut Xml, findings: impl Iterator<Item = &'f super::Finding>) {
    let mut findings = findings.peekable();
    if findings.peek().is_none() {
        return;
    }
    xml.within("vr:AdditionalValidationReportData", |xml| {
        for finding in findings {
            xml.within("vr:ReportData", |xml| {
                let code = serde_json::to_value(finding.code);
                let code = code.as_ref().ok().and_then(serde_json::Value::as_str);
                xml.leaf(
                    "vr:Type",
                    &format!("urn:pena:finding:{}", code.unwrap_or("other")),
                );
                xml.leaf("vr:Value", &finding.detail);
            });
        }
    });
}

/// Clause 4.4: the objects a report refers to, each once.
#[derive(Default)]
struct Objects {
    certificates: Vec<Vec<u8>>,
}

impl Objects {
    fn certificate(&mut self, der: &[u8]) -> String {
        let place = self.certificates.iter().position(|known| known == der);
        let place = place.unwrap_or(self.certificates.len());
        if place == self.certificates.len() {
            self.certificates.push(der.to_vec());
        }
        format!("C-{}", place.saturating_add(1))
    }

    fn write(&self, xml: &mut Xml) {
        if self.certificates.is_empty() {
            return;
        }
        xml.within("vr:SignatureValidationObjects", |xml| {
            for (place, der) in self.certificates.iter().enumerate() {
                let id = place.saturating_add(1);
                xml.within(&format!("vr:ValidationObject id=\"C-{id}\""), |xml| {
                    let kind = "urn:etsi:019102:validationObject:certificate";
                    xml.leaf("vr:ObjectType", kind);
                    xml.within("vr:ValidationObjectRepresentation", |xml| {
                        xml.leaf("vr:base64", &base64(der));
                    });
                });
            }
        });
    }
}

fn digest_and_value(xml: &mut Xml, algorithm: Digest, value: &[u8]) {
    let uri = match algorithm {
        Digest::Sha1 => "http://www.w3.org/2000/09/xmldsig#sha1",
        Digest::Sha256 => "http://www.w3.org/2001/04/xmlenc#sha256",
        Digest::Sha384 => "http://www.w3.org/2001/04/xmldsig-more#sha384",
        Digest::Sha512 => "http://www.w3.org/2001/04/xmlenc#sha512",
        Digest::Sha3_256 => "http://www.w3.org/2007/05/xmldsig-more#sha3-256",
        Digest::Sha3_384 => "http://www.w3.org/2007/05/xmldsig-more#sha3-384",
        Digest::Sha3_512 => "http://www.w3.org/2007/05/xmldsig-more#sha3-512",
        // No URI of XML security names it.
        Digest::Shake256 => "urn:oid:2.16.840.1.101.3.4.2.12",
    };
    xml.within("vr:DigestAlgAndValue", |xml| {
        xml.empty(&format!("ds:DigestMethod Algorithm=\"{uri}\""));
        xml.leaf("ds:DigestValue", &base64(value));
    });
}

struct Xml {
    text: String,
    depth: usize,
}

impl Xml {
    fn new() -> Self {
        Self {
            text: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned(),
            depth: 0,
        }
    }

    /// An element around what `inside` writes; `start` is its name with its attributes.
    fn within(&mut self, start: &str, inside: impl FnOnce(&mut Self)) {
        let name = start.split(' ').next().unwrap_or(start).to_owned();
        self.line(&format!("<{start}>"));
        self.depth = self.depth.saturating_add(1);
        inside(self);
        self.depth = self.depth.saturating_sub(1);
        self.line(&format!("</{name}>"));
    }

    fn empty(&mut self, start: &str) {
        self.line(&format!("<{start}/>"));
    }

    fn leaf(&mut self, name: &str, text: &str) {
        self.line(&format!("<{name}>{}</{name}>", escaped(text)));
    }

    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{}{line}", "  ".repeat(self.depth));
    }
}

/// Names come from strangers: no markup, and no character that XML forbids.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            letter if letter.is_control() && letter != '\n' && letter != '\t' => {
                out.push('\u{fffd}');
            }
            letter => out.push(letter),
        }
    }
    out
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letter = |bits: u32| {
        let at = usize::try_from(bits & 0x3f).unwrap_or(0);
        char::from(LETTERS.get(at).copied().unwrap_or(b'='))
    };
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let octet = |at: usize| u32::from(three.get(at).copied().unwrap_or(0));
        let bits = octet(0) << 16 | octet(1) << 8 | octet(2);
        out.push(letter(bits >> 18));
        out.push(letter(bits >> 12));
        out.push(if three.len() > 1 {
            letter(bits >> 6)
        } else {
            '='
        });
        out.push(if three.len() > 2 { letter(bits) } else { '=' });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_padded_as_rfc_4648_pads_it() {
        let all: Vec<String> = [b"".as_slice(), b"f", b"fo", b"foo", b"foob"]
            .iter()
            .map(|bytes| base64(bytes))
            .collect();
        assert_eq!(all, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]);
    }

    #[test]
    fn a_name_cannot_leave_its_element() {
        assert_eq!(escaped("<a>&\u{0}\u{1b}"), "&lt;a&gt;&amp;\u{fffd}\u{fffd}");
    }
}
