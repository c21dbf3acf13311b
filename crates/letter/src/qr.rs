//! The QR code as a drawing.

use fast_qr::ECL;
use fast_qr::convert::{Builder, svg::SvgBuilder};
use fast_qr::qr::QRBuilder;

use crate::LetterError;

/// Draws an address as a QR code that survives a photocopy (level M restores 15 %).
///
/// # Errors
/// [`LetterError::Qr`] for a text that is too long.
pub fn qr_svg(url: &str) -> Result<String, LetterError> {
    let code = QRBuilder::new(url)
        .ecl(ECL::M)
        .build()
        .map_err(|_| LetterError::Qr)?;
    // Paper around the code is white already; two modules keep the frame's line away.
    Ok(SvgBuilder::default().margin(2).to_str(&code))
}
