//! How much work bytes from outside may cause. A budget is a value that is used up; running out is a typed error.

/// Limits of one reading, counted down while it goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// Objects and cross-reference entries still to be read.
    pub objects: u64,
    /// Cross-reference sections still to be followed.
    pub sections: u32,
    /// Bytes that filters may still produce.
    pub decoded_bytes: u64,
    /// The largest object, without its stream data, in bytes.
    pub object_bytes: u64,
    /// The deepest nesting of arrays and dictionaries, and of trees of pages and fields.
    pub nesting: u16,
    /// The most signatures of one document.
    pub signatures: u32,
    /// The most bytes that may be scanned while repairing.
    pub scanned_bytes: u64,
}

impl Budget {
    /// For anybody's upload on a public page.
    pub const fn public() -> Self {
        Self {
            objects: 2_000_000,
            sections: 512,
            decoded_bytes: 64 << 20,
            object_bytes: 8 << 20,
            nesting: 64,
            signatures: 256,
            scanned_bytes: 256 << 20,
        }
    }

    /// For documents of the office's own people.
    pub const fn office() -> Self {
        Self {
            objects: 8_000_000,
            sections: 2_048,
            decoded_bytes: 256 << 20,
            object_bytes: 32 << 20,
            nesting: 96,
            signatures: 1_024,
            scanned_bytes: 1 << 30,
        }
    }

    /// For somebody who waits at a terminal and can interrupt.
    pub const fn cli() -> Self {
        Self {
            objects: 32_000_000,
            sections: 8_192,
            decoded_bytes: 1 << 30,
            object_bytes: 64 << 20,
            nesting: 96,
            signatures: 4_096,
            scanned_bytes: 8 << 30,
        }
    }

    pub(crate) fn spend_objects(&mut self, count: u64) -> Result<(), LimitError> {
        self.objects = self.objects.checked_sub(count).ok_or(LimitError::Objects)?;
        Ok(())
    }

    pub(crate) fn spend_section(&mut self) -> Result<(), LimitError> {
        self.sections = self.sections.checked_sub(1).ok_or(LimitError::Sections)?;
        Ok(())
    }

    pub(crate) fn spend_decoded(&mut self, bytes: u64) -> Result<(), LimitError> {
        self.decoded_bytes = self
            .decoded_bytes
            .checked_sub(bytes)
            .ok_or(LimitError::DecodedBytes)?;
        Ok(())
    }

    pub(crate) fn spend_scanned(&mut self, bytes: u64) -> Result<(), LimitError> {
        self.scanned_bytes = self
            .scanned_bytes
            .checked_sub(bytes)
            .ok_or(LimitError::ScannedBytes)?;
        Ok(())
    }
}

/// Which limit ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LimitError {
    /// Too many objects or cross-reference entries.
    #[error("too many objects")]
    Objects,
    /// Too many cross-reference sections.
    #[error("too many cross-reference sections")]
    Sections,
    /// Filters produced too much.
    #[error("too many decoded bytes")]
    DecodedBytes,
    /// One object is too large.
    #[error("an object is too large")]
    ObjectBytes,
    /// Arrays, dictionaries or trees are nested too deeply.
    #[error("nesting is too deep")]
    Nesting,
    /// Too many signatures.
    #[error("too many signatures")]
    Signatures,
    /// More certificates, signers or attributes in a signature than one ever needs.
    #[error("a signature carries too much")]
    SignatureParts,
    /// Too much to scan.
    #[error("too many bytes to scan")]
    ScannedBytes,
}
