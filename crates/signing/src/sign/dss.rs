//! The document security store (ISO 32000-2 12.8.4.3, EN 319 142-1 5.4.2): certificates and revocation evidence of every
//! signature and timestamp, as a revision behind them.

use super::{
    error::SignError,
    prepared::{Append, version_digest},
};
use crate::{
    access::Access,
    pdf::{Located, Pdf, ReadError, append::Update},
    source::ByteSource,
    x509::digest::Digest,
};

/// What a store holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Store {
    /// Certificates, DER.
    pub certificates: Vec<Vec<u8>>,
    /// Revocation lists, DER.
    pub crls: Vec<Vec<u8>>,
    /// Answers of responders, DER.
    pub ocsps: Vec<Vec<u8>>,
}

impl Store {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.certificates.is_empty() && self.crls.is_empty() && self.ocsps.is_empty()
    }
}

/// Appends a revision that adds this to the document's store, making one if there is none. What is there stays.
///
/// # Errors
/// When the document cannot be read or appended to.
pub fn append(
    source: &dyn ByteSource,
    more: &Store,
    access: impl Into<Access>,
) -> Result<Append, SignError> {
    let pdf = Pdf::open(source, access)?;
    let mut update = Update::new(&pdf)?;
    let lists = [
        (b"Certs".as_slice(), &more.certificates),
        (b"OCSPs", &more.ocsps),
        (b"CRLs", &more.crls),
    ];
    let mut references = Vec::new();
    for (key, values) in lists {
        let mut each = Vec::new();
        for value in values {
            each.push(update.add(stream(value))?.to_string());
        }
        if !each.is_empty() {
            references.push((key, each.join(" ")));
        }
    }
    let catalog = pdf.newest().catalog()?.object.id;
    let read = |update: &Update<'_>| -> Result<Located, SignError> {
        let root = update.object(catalog)?;
        root.ok_or_else(|| ReadError::Missing("catalog").into())
    };
    let root = read(&update)?;
    let present = update
        .entry(&root, b"DSS")?
        .is_some_and(|store| store.dictionary().is_some());
    if !present {
        let store = update.add(b"<< /Type /DSS >>".to_vec())?;
        update.set_entries(&root, &[(b"DSS", store.to_string().into_bytes())])?;
    }
    for (key, each) in references {
        // Read anew each time: the change before may have written it.
        let root = read(&update)?;
        let store = update
            .entry(&root, b"DSS")?
            .ok_or(ReadError::Missing("security store"))?;
        match update
            .entry(&store, key)?
            .filter(|list| list.node.as_array().is_some())
        {
            Some(list) => update.push_item(&list, each.as_bytes())?,
            None => update.set_entries(&store, &[(key, format!("[{each}]").into_bytes())])?,
        }
    }
    let version = version_digest(source, Digest::Sha256)?;
    Ok(Append::new(update.finish(&version.finish())?.bytes))
}

fn stream(value: &[u8]) -> Vec<u8> {
    let mut out = format!("<< /Length {} >>\nstream\n", value.len()).into_bytes();
    out.extend_from_slice(value);
    out.extend(b"\nendstream");
    out
}
