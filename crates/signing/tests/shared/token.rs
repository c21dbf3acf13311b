//! Timestamp tokens as an authority makes them, each part to be lied about.

use signing::{cms::TimestampRequest, x509::signature::Digest};

use super::made::{ECDSA_SHA256, Holder, SHA256, der};

const SIGNED_DATA: &[u8] = &[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
const TST_INFO: &[u8] = &[0x06, 11, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 1, 4];
const CONTENT_TYPE: &[u8] = &[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 3];
const MESSAGE_DIGEST: &[u8] = &[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 4];
const CERTIFICATE_V2: &[u8] = &[
    0x06, 11, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 2, 47,
];

/// A token as an authority would make it, each part to be lied about.
pub struct Recipe<'a> {
    pub by: &'a Holder,
    /// The certificate that the token binds.
    pub bound: Vec<u8>,
    pub certificates: Vec<Vec<u8>>,
    pub digest: &'a [u8],
    pub imprint: Vec<u8>,
    pub nonce: Vec<u8>,
    pub time: &'a str,
}

impl<'a> Recipe<'a> {
    pub fn honest(by: &'a Holder, request: &TimestampRequest) -> Self {
        Self {
            by,
            bound: by.certificate.der.clone(),
            certificates: vec![by.certificate.der.clone()],
            digest: SHA256,
            imprint: request.imprint.value.clone(),
            nonce: request.nonce.to_vec(),
            time: "20261124010203.123Z",
        }
    }

    pub fn token(&self) -> Vec<u8> {
        let algorithm = der(0x30, &[self.digest]);
        let imprint = der(0x30, &[&algorithm, &der(0x04, &[&self.imprint])]);
        let info = der(
            0x30,
            &[
                &[2, 1, 1],
                &[0x06, 4, 0x2a, 3, 4, 1],
                &imprint,
                &[2, 1, 7],
                &der(0x18, &[self.time.as_bytes()]),
                &der(0x30, &[&[2, 1, 1]]),
                &der(0x02, &[&self.nonce]),
            ],
        );
        let sha256 = |bytes: &[u8]| Digest::Sha256.of(bytes);
        let attribute = |oid: &[u8], value: &[u8]| der(0x30, &[oid, &der(0x31, &[value])]);
        let binding = der(
            0x30,
            &[&der(
                0x30,
                &[&der(0x30, &[&der(0x04, &[&sha256(&self.bound)])])],
            )],
        );
        let mut attributes = [
            attribute(CONTENT_TYPE, TST_INFO),
            attribute(MESSAGE_DIGEST, &der(0x04, &[&sha256(&info)])),
            attribute(CERTIFICATE_V2, &binding),
        ];
        attributes.sort();
        let attributes: Vec<&[u8]> = attributes.iter().map(Vec::as_slice).collect();
        let value = self.by.sign(&der(0x31, &attributes));
        let sid = der(
            0x30,
            &[
                &self.by.certificate.issuer,
                &der(0x02, &[&self.by.certificate.serial]),
            ],
        );
        let sha256 = der(0x30, &[SHA256]);
        let signer = der(
            0x30,
            &[
                &[2, 1, 1],
                &sid,
                &sha256,
                &der(0xa0, &attributes),
                ECDSA_SHA256,
                &der(0x04, &[&value]),
            ],
        );
        let content = der(0x30, &[TST_INFO, &der(0xa0, &[&der(0x04, &[&info])])]);
        let certificates: Vec<&[u8]> = self.certificates.iter().map(Vec::as_slice).collect();
        let data = der(
            0x30,
            &[
                &[2, 1, 3],
                &der(0x31, &[&sha256]),
                &content,
                &der(0xa0, &certificates),
                &der(0x31, &[&signer]),
            ],
        );
        der(0x30, &[SIGNED_DATA, &der(0xa0, &[&data])])
    }

    pub fn response(&self) -> Vec<u8> {
        der(0x30, &[&der(0x30, &[&[2, 1, 0]]), &self.token()])
    }
}
