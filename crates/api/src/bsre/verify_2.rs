//! `POST /api/v2/verify/pdf`: version 2, JSON with the file in base64 and perhaps its password.

use std::fs::File;
use std::io::{BufReader, Seek, SeekFrom, Write};

use axum::Json;
use axum::extract::{Request, State};
use base64::alphabet;
use base64::engine::{DecodePaddingMode, Engine, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use serde_json::Value;
use service::verification::{Password, bsre};

use super::{judged, refusal};
use crate::problem::{Problem, ProblemKind};
use crate::public::MOST_FILE;
use crate::state::ApiState;
use crate::upload::{Uploaded, broken};
use crate::v1::secret::Secret;

/// Judges the file.
pub(super) async fn verify(
    State(state): State<ApiState>,
    request: Request,
) -> Result<Json<Value>, Problem> {
    let stream = request.into_body().into_data_stream();
    let body = Uploaded::receive(stream, MOST_BODY).await?;
    let work = tokio::task::spawn_blocking(move || opened(body.into_file()));
    let (file, password) = work
        .await
        .map_err(|_| Problem::new(ProblemKind::Internal))??;
    let verdict = judged(&state, file, password).await?;
    Ok(Json(bsre::version_2(&verdict.report, &verdict.particulars)))
}

/// The largest file in base64, broken into lines, and what stands around it.
const MOST_BODY: u64 = MOST_FILE / 3 * 4 + (4 << 20);

/// What is sent; other keys are passed over, as the service does.
#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    file: Option<String>,
    #[serde(default)]
    password: Option<Secret>,
}

fn opened(body: File) -> Result<(File, Option<Password>), Problem> {
    let body: Body = serde_json::from_reader(BufReader::new(body))
        .map_err(|_| Problem::new(ProblemKind::Malformed))?;
    let text = body.file.ok_or_else(refusal::no_pdf)?;
    let file = decoded(&text)?;
    let password = body.password.filter(|Secret(text)| !text.is_empty());
    Ok((file, password.map(|Secret(text)| Password::new(text))))
}

/// The file, as some programs send it: as a `data:` address, in lines, or without padding.
fn decoded(text: &str) -> Result<File, Problem> {
    let text = match text.split_once(";base64,") {
        Some((kind, rest)) if kind.starts_with("data:") => rest,
        Some(_) | None => text,
    };
    let mut file = tempfile::tempfile().map_err(broken)?;
    let mut letters = text.bytes().filter(|letter| !letter.is_ascii_whitespace());
    let (mut group, mut piece) = (Vec::with_capacity(GROUP), Vec::new());
    let mut len = 0_u64;
    loop {
        group.clear();
        group.extend(letters.by_ref().take(GROUP));
        if group.is_empty() {
            break;
        }
        piece.clear();
        LENIENT
            .decode_vec(&group, &mut piece)
            .map_err(|_| refusal::no_pdf())?;
        len = len.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        if len > MOST_FILE {
            return Err(Problem::new(ProblemKind::TooLarge).with("limit", MOST_FILE));
        }
        file.write_all(&piece).map_err(broken)?;
    }
    if len == 0 {
        return Err(refusal::no_pdf());
    }
    file.seek(SeekFrom::Start(0)).map_err(broken)?;
    Ok(file)
}

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
/// Letters that are decoded at a time; four of them are three bytes.
const GROUP: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use std::io::Read;

    use base64::engine::general_purpose::STANDARD;

    use super::*;

    fn read(text: &str) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        decoded(text).ok()?.read_to_end(&mut bytes).unwrap();
        Some(bytes)
    }

    #[test]
    fn a_file_is_read_however_its_base64_is_written() {
        let file: Vec<u8> = (0..=255).cycle().take(100_000).collect();
        let text = STANDARD.encode(&file);
        assert_eq!(read(&text).as_ref(), Some(&file));
        assert_eq!(read(text.trim_end_matches('=')).as_ref(), Some(&file));
        let whole = format!("data:application/pdf;base64,{text}");
        assert_eq!(read(&whole).as_ref(), Some(&file));
        let lines: Vec<&str> = text
            .as_bytes()
            .chunks(76)
            .map(|line| std::str::from_utf8(line).unwrap())
            .collect();
        assert_eq!(read(&lines.join("\r\n")).as_ref(), Some(&file));
    }

    #[test]
    fn what_is_no_file_is_refused() {
        for text in ["", "  ", "data:application/pdf;base64,", "*", "AAA=AAAA"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
