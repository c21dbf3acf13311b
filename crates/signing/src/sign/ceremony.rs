//! Signing in three phases: prepare the bytes, have their digest signed, embed the signature.

use super::{
    algorithm::SignatureAlgorithm,
    appearance,
    dictionary::{self, SignatureDictionary},
    error::SignError,
    marker,
    place::{Spot, Widget, add_field, check_name, enter_in_form, free_name, visibility},
    prepared::{Append, ToBeSigned, version_digest, write_byte_range},
    request::{Appearance, Place, Request},
    restriction::{self, Restrictions},
    seed::{self, Kept, Known},
    signer::{AttributeSigner, CertificateDer, SignerError},
};
use crate::{
    access::Access,
    cms,
    pdf::{
        ObjectId, Pdf, ReadError,
        append::Update,
        crypt::Act,
        field::{self, SignatureField},
    },
    source::ByteSource,
    x509::digest::Digest,
};

/// A signature about to be prepared: the document was read and allows it.
pub struct Ceremony<'a> {
    pdf: Pdf<'a>,
    request: Request,
    chain: Option<Vec<CertificateDer>>,
    digest: Digest,
}

impl<'a> Ceremony<'a> {
    /// Reads a document.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn new(
        source: &'a dyn ByteSource,
        request: Request,
        access: impl Into<Access>,
    ) -> Result<Self, SignError> {
        Ok(Self {
            pdf: Pdf::open(source, access)?,
            request,
            chain: None,
            digest: Digest::Sha256,
        })
    }

    /// Says whose certificate it will be, signer first: fields may demand certain ones, and refuse when none is known; and
    /// the room for the signature is made for them.
    #[must_use]
    pub fn for_chain(self, chain: &[CertificateDer]) -> Self {
        Self {
            chain: Some(chain.to_vec()),
            ..self
        }
    }

    /// Says by which algorithm it will be signed, which decides the digest over the document; until then that is SHA-256.
    #[must_use]
    pub fn for_algorithm(self, algorithm: SignatureAlgorithm) -> Self {
        Self {
            digest: algorithm.digest(),
            ..self
        }
    }

    /// Writes the revision with its hole and hashes document and revision in one pass.
    ///
    /// # Errors
    /// When the document cannot be appended to, the place is unusable, or an earlier signature forbids it.
    pub fn prepare(self) -> Result<ToBeSigned, SignError> {
        let Self {
            pdf,
            request,
            chain,
            digest,
        } = self;
        let capacity = request.room.bytes(chain.as_deref());
        if !(MIN_CAPACITY..=MAX_CAPACITY).contains(&capacity) {
            return Err(SignError::BadCapacity(capacity));
        }
        let mut update = Update::new(&pdf)?;
        let act = match &request.place {
            Place::Existing(_) => Act::FillField,
            Place::New { .. } | Place::Marker { .. } | Place::Invisible { .. } => Act::MakeField,
        };
        restriction::permitted(&pdf, act)?;
        let view = pdf.newest();
        let present = field::form_fields(&view)?;
        let restrictions = Restrictions::read(&view, &present.signatures)?;
        if request.certify.is_some() {
            restrictions.allow_certification()?;
        }
        let catalog = view.catalog()?.object.id;
        let signature = update.reserve();
        let (field, lock, kept) = match &request.place {
            Place::Existing(name) => {
                let field = present
                    .signatures
                    .iter()
                    .find(|field| field.name == *name)
                    .ok_or_else(|| SignError::NoSuchField(name.clone()))?;
                if field.value.is_some() {
                    return Err(SignError::AlreadySigned(name.clone()));
                }
                restrictions.allow_signing(name)?;
                let dictionary = field.field.read(&view)?;
                let lock = restriction::lock(&view, &dictionary)?;
                let known = Known {
                    chain: chain.as_deref(),
                    digest,
                    lock: lock.as_ref(),
                };
                let kept = seed::keep(&view, (name, &dictionary), &request, known)?;
                fill(&mut update, &pdf, &request, field, signature)?;
                (name.clone(), lock, kept)
            }
            Place::New { name, page, rect } => {
                let field = add(
                    &mut update,
                    &pdf,
                    &request,
                    (&restrictions, &present.top_level_names),
                    (name.as_deref(), *page, *rect),
                    signature,
                )?;
                (field, None, Kept::default())
            }
            Place::Marker { name, sign, size } => {
                let marked = marker::place(&view, *sign, *size)?;
                let field = add(
                    &mut update,
                    &pdf,
                    &request,
                    (&restrictions, &present.top_level_names),
                    (name.as_deref(), marked.page, marked.rect),
                    signature,
                )?;
                (field, None, Kept::default())
            }
            Place::Invisible { name } => {
                let field = add(
                    &mut update,
                    &pdf,
                    &request,
                    (&restrictions, &present.top_level_names),
                    (name.as_deref(), 0, [0.0; 4]),
                    signature,
                )?;
                (field, None, Kept::default())
            }
        };
        if request.certify.is_some() {
            enter_certification(&mut update, catalog, signature)?;
        }
        let given = request
            .certify
            .or(lock.as_ref().and_then(|lock| lock.permission));
        let permission = given.or(kept.permission);
        let dictionary =
            dictionary::signature(&request, lock.as_ref(), permission, catalog, capacity)?;
        Ok(hold(update, &pdf, (field, signature), dictionary, digest)?.stamped(kept.stamped))
    }
}

/// Writes the revision around the hole of its signature, and hashes document and revision in one pass.
pub(super) fn hold(
    mut update: Update<'_>,
    pdf: &Pdf<'_>,
    (field, signature): (String, ObjectId),
    dictionary: SignatureDictionary,
    digest: Digest,
) -> Result<ToBeSigned, SignError> {
    update.set(signature, dictionary.bytes)?;
    let source = pdf.source();
    let version = version_digest(source, digest)?;
    let written = update.finish(&version.finish())?;
    let mut append = written.bytes;
    let value = written.values.get(&signature.number).copied();
    let value = value.ok_or(ReadError::Missing("signature"))?;
    let shifted = |range: std::ops::Range<usize>| {
        value.saturating_add(range.start)..value.saturating_add(range.end)
    };
    let hole = shifted(dictionary.contents);
    write_byte_range(
        &mut append,
        shifted(dictionary.byte_range),
        &hole,
        source.len(),
    )?;
    Ok(ToBeSigned::new(&version, field, append, hole, source.len()))
}

/// All three phases with a key that answers at once.
///
/// # Errors
/// When a phase fails.
pub fn sign(
    source: &dyn ByteSource,
    request: Request,
    signer: &dyn AttributeSigner,
    access: impl Into<Access>,
) -> Result<Append, SignError> {
    let prepared = Ceremony::new(source, request, access)?
        .for_chain(signer.certificate_chain())
        .for_algorithm(signer.algorithm())
        .prepare()?;
    let cms = signed_cms(&prepared, signer)?;
    Ok(prepared.embed(&cms)?)
}

/// The second phase alone: the CMS of a prepared signature, by a key that answers at once.
///
/// # Errors
/// When the key refuses, or the CMS cannot be made.
pub fn signed_cms(
    prepared: &ToBeSigned,
    signer: &dyn AttributeSigner,
) -> Result<Vec<u8>, SignError> {
    let chain = signer.certificate_chain();
    let leaf = chain.first().ok_or(SignerError::NoCertificate)?;
    let attributes = prepared.signed_attributes(&leaf.0)?;
    let value = signer.sign(attributes.der())?;
    Ok(cms::assemble(
        &attributes,
        &value,
        signer.algorithm(),
        chain,
    )?)
}

const MIN_CAPACITY: usize = 512;
const MAX_CAPACITY: usize = 4 << 20;

/// Puts the signature into a field that is there.
fn fill(
    update: &mut Update<'_>,
    pdf: &Pdf<'_>,
    request: &Request,
    found: &SignatureField,
    signature: ObjectId,
) -> Result<(), SignError> {
    let view = pdf.newest();
    let value = signature.to_string().into_bytes();
    let (field, widget) = (found.field.read(&view)?, found.widget.read(&view)?);
    let seen = match request.appearance {
        Appearance::Drawn(_) => Spot::of_widget(&view, &widget)?,
        Appearance::Transparent => None,
    };
    if let Some((spot, _)) = seen {
        let stream = appearance::add(update, &request.appearance, spot.size, spot.turn)?;
        let shown = format!("<< /N {stream} >>").into_bytes();
        if widget.object.id == field.object.id {
            update.set_entries(&field, &[(b"V", value), (b"AP", shown)])?;
        } else {
            update.set_entries(&field, &[(b"V", value)])?;
            update.set_entries(&widget, &[(b"AP", shown)])?;
        }
    } else {
        update.set_entries(&field, &[(b"V", value)])?;
    }
    enter_in_form(update, pdf, None)
}

/// Makes a field for the signature; gives its name.
fn add(
    update: &mut Update<'_>,
    pdf: &Pdf<'_>,
    request: &Request,
    (restrictions, taken): (&Restrictions, &[String]),
    (name, page, rect): (Option<&str>, u32, [f64; 4]),
    signature: ObjectId,
) -> Result<String, SignError> {
    let name = name.map_or_else(|| free_name(taken), str::to_owned);
    check_name(&name, taken)?;
    restrictions.allow_new_field(&name, visibility(rect))?;
    let widget = Widget {
        name: &name,
        page,
        rect,
        lock: None,
        value: Some(signature),
    };
    add_field(update, pdf, &widget, Some(&request.appearance))?;
    Ok(name)
}

/// Names the signature in the catalog's permissions (12.8.6).
fn enter_certification(
    update: &mut Update<'_>,
    catalog: ObjectId,
    signature: ObjectId,
) -> Result<(), SignError> {
    let catalog = update
        .object(catalog)?
        .ok_or(ReadError::Missing("catalog"))?;
    let value = signature.to_string();
    let perms = update.entry(&catalog, b"Perms")?;
    if let Some(perms) = perms.filter(|perms| perms.dictionary().is_some()) {
        update.set_entries(&perms, &[(b"DocMDP", value.into_bytes())])?;
    } else {
        let perms = format!("<< /DocMDP {value} >>").into_bytes();
        update.set_entries(&catalog, &[(b"Perms", perms)])?;
    }
    Ok(())
}
