//! What a document says of itself as an archive file (ISO 19005-1 6.7.11, ISO 19005-2 6.6.4).

use super::{error::ReadError, view::View};

/// The part of PDF/A that the document's metadata claim, if they claim any.
///
/// # Errors
/// When the budget runs out or the source fails; metadata that cannot be read claim nothing.
pub(crate) fn pdfa_part(view: &View<'_>) -> Result<Option<u8>, ReadError> {
    let metadata = view.entry(&view.catalog()?, b"Metadata");
    let data = match metadata {
        Ok(Some(stream)) if stream.object.stream_start.is_some() => {
            view.stream_data(&stream.object)
        }
        Ok(_) => return Ok(None),
        Err(error) => Err(error),
    };
    match data {
        Ok(data) => Ok(claimed(&data)),
        Err(error @ (ReadError::Limit(_) | ReadError::Source(_))) => Err(error),
        Err(_) => Ok(None),
    }
}

/// The number behind `pdfaid:part`, which XMP writes as an element or as an attribute.
fn claimed(xmp: &[u8]) -> Option<u8> {
    const NAME: &[u8] = b"pdfaid:part";
    let at = xmp.windows(NAME.len()).position(|part| part == NAME)?;
    let behind = xmp.get(at.checked_add(NAME.len())?..)?;
    let digit = behind
        .iter()
        .find(|byte| !matches!(byte, b'=' | b'"' | b'\'' | b'>') && !byte.is_ascii_whitespace())?;
    digit.is_ascii_digit().then(|| digit - b'0')
}

#[cfg(test)]
mod tests {
    use super::claimed;

    #[test]
    fn the_part_is_read_from_an_element_and_from_an_attribute() {
        assert_eq!(claimed(b"<pdfaid:part>2</pdfaid:part>"), Some(2));
        assert_eq!(
            claimed(b"pdfaid:part = '1' pdfaid:conformance='B'"),
            Some(1)
        );
        assert_eq!(claimed(b"<pdfaid:part/>"), None);
        assert_eq!(claimed(b"<x:xmpmeta/>"), None);
    }
}
