//! Our style and script, at addresses that name their content, so that browsers keep them for good.

use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use ring::digest;

use crate::problem::Problem;
use crate::state::ApiState;

/// The files under `/aset`.
pub fn router() -> Router<ApiState> {
    Router::new().route("/aset/{name}", get(serve))
}

/// Where browsers find this file: `/aset/pena-0123456789abcdef.css`.
pub fn address(name: &str) -> String {
    let asset = ASSETS.iter().find(|asset| asset.name == name);
    asset.map_or_else(
        || format!("/aset/{name}"),
        |asset| format!("/aset/{}", asset.named),
    )
}

struct Asset {
    name: &'static str,
    named: String,
    kind: &'static str,
    bytes: &'static [u8],
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    FILES
        .iter()
        .map(|(name, kind, bytes)| Asset {
            name,
            named: with_hash(name, bytes),
            kind,
            bytes,
        })
        .collect()
});

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const FILES: &[(&str, &str, &[u8])] = &[
    ("pena.css", CSS, include_bytes!("../assets/pena.css")),
    ("desk.css", CSS, include_bytes!("../assets/desk.css")),
    ("pena.js", SCRIPT, include_bytes!("../assets/pena.js")),
];

async fn serve(Path(name): Path<String>) -> Response {
    match ASSETS.iter().find(|asset| asset.named == name) {
        Some(asset) => (
            [
                (CONTENT_TYPE, asset.kind),
                (CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ],
            asset.bytes,
        )
            .into_response(),
        None => Problem::not_found().into_response(),
    }
}

/// The name with the first 64 bits of the content's SHA-256 before its ending.
fn with_hash(name: &str, bytes: &[u8]) -> String {
    let digest = digest::digest(&digest::SHA256, bytes);
    let hash = hex::encode(digest.as_ref().get(..8).unwrap_or_default());
    match name.rsplit_once('.') {
        Some((stem, ending)) => format!("{stem}-{hash}.{ending}"),
        None => format!("{name}-{hash}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_changes_with_its_content() {
        assert_ne!(with_hash("a.css", b"1"), with_hash("a.css", b"2"));
        let address = address("pena.css");
        assert!(
            address.starts_with("/aset/pena-") && address.split('.').next_back() == Some("css"),
            "{address}"
        );
    }
}
