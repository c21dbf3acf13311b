//! Files people send: streamed to a nameless temporary file, never held whole in memory.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};

use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Request};
use axum::response::{IntoResponse, Response};
use flow::digest::Sha256;
use futures::{Stream, StreamExt};
use http::StatusCode;
use http::request::Parts;
use ring::digest::{Context, SHA256};

use crate::form;
use crate::problem::{Problem, ProblemKind};
use crate::state::ApiState;

/// A file somebody sent. It has no name on the disk and is gone when dropped.
pub struct Uploaded {
    file: File,
    len: u64,
    sha256: Sha256,
}

impl Uploaded {
    /// Takes bytes as they come, at most so many.
    ///
    /// # Errors
    /// [`ProblemKind::TooLarge`] over the limit; else what failed.
    pub async fn receive<S, B, E>(mut pieces: S, most: u64) -> Result<Self, Problem>
    where
        S: Stream<Item = Result<B, E>> + Unpin,
        B: AsRef<[u8]>,
    {
        let mut file = tempfile::tempfile().map_err(broken)?;
        let mut digest = Context::new(&SHA256);
        let mut len = 0_u64;
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|_| Problem::new(ProblemKind::Malformed))?;
            let piece = piece.as_ref();
            len = len.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
            if len > most {
                return Err(Problem::new(ProblemKind::TooLarge).with("limit", most));
            }
            digest.update(piece);
            // Into the page cache: no slower than the socket it comes from.
            file.write_all(piece).map_err(broken)?;
        }
        file.seek(SeekFrom::Start(0)).map_err(broken)?;
        let mut sha256 = [0; 32];
        for (to, from) in sha256.iter_mut().zip(digest.finish().as_ref()) {
            *to = *from;
        }
        Ok(Self {
            file,
            len,
            sha256: Sha256(sha256),
        })
    }

    /// The open file, at its beginning.
    pub fn into_file(self) -> File {
        self.file
    }

    /// All of its bytes, for what is held whole anyway.
    ///
    /// # Errors
    /// [`ProblemKind::Internal`] if the disk fails.
    pub fn into_bytes(mut self) -> Result<Vec<u8>, Problem> {
        let mut bytes = Vec::new();
        self.file.read_to_end(&mut bytes).map_err(broken)?;
        Ok(bytes)
    }

    /// How many bytes it has.
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// Whether there was no byte at all: a form sent without choosing a file.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Its digest.
    pub const fn sha256(&self) -> Sha256 {
        self.sha256
    }
}

/// A form with one file, as anybody may send it: `multipart/form-data`, at most `MOST` bytes.
pub struct UploadForm<const MOST: u64> {
    /// The other fields.
    pub fields: BTreeMap<String, String>,
    /// The file, if one was chosen.
    pub file: Option<Uploaded>,
    /// What its sender calls it: told to nobody but on a receipt, and trusted for nothing.
    pub name: Option<String>,
}

/// An [`UploadForm`] whose one-time token was right and is now used up; the token stands before the file.
pub struct CheckedUpload<const MOST: u64>(pub UploadForm<MOST>);

impl<const MOST: u64> FromRequest<ApiState> for UploadForm<MOST> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, Response> {
        let (mut parts, multipart) = open(request, state).await?;
        take(&mut parts, state, multipart, Tokens::Ignored).await
    }
}

impl<const MOST: u64> FromRequest<ApiState> for CheckedUpload<MOST> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, Response> {
        let (mut parts, multipart) = open(request, state).await?;
        Ok(Self(
            take(&mut parts, state, multipart, Tokens::Checked).await?,
        ))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tokens {
    Checked,
    Ignored,
}

const MOST_FIELDS: usize = 60;
const MOST_FIELD: usize = 2 << 20;

async fn open(request: Request, state: &ApiState) -> Result<(Parts, Multipart), Response> {
    let (parts, body) = request.into_parts();
    let multipart = Multipart::from_request(Request::from_parts(parts.clone(), body), state)
        .await
        .map_err(|_| Problem::new(ProblemKind::MediaType).into_response())?;
    Ok((parts, multipart))
}

async fn take<const MOST: u64>(
    parts: &mut Parts,
    state: &ApiState,
    mut multipart: Multipart,
    tokens: Tokens,
) -> Result<UploadForm<MOST>, Response> {
    let mut form = UploadForm {
        fields: BTreeMap::new(),
        file: None,
        name: None,
    };
    let mut is_checked = tokens == Tokens::Ignored;
    while let Some(field) = multipart
        .next_field()
        .await
        .map_err(|error| unreadable(error).into_response())?
    {
        let Some(name) = field.name().map(str::to_owned) else {
            continue;
        };
        if let Some(called) = field.file_name().map(str::to_owned) {
            if !is_checked {
                return Err(Problem::new(ProblemKind::ForeignForm).into_response());
            }
            let file = Uploaded::receive(field, MOST)
                .await
                .map_err(IntoResponse::into_response)?;
            if !file.is_empty() {
                form.name = Some(called).filter(|called| !called.is_empty());
                form.file = Some(file);
            }
            continue;
        }
        let text = text_of(field).await?;
        if name == "token" && !is_checked {
            form::check(parts, state, &text, Sha256::of(b"upload")).await?;
            is_checked = true;
        } else {
            form.fields.insert(name, text);
        }
        if form.fields.len() > MOST_FIELDS {
            return Err(Problem::new(ProblemKind::Invalid).into_response());
        }
    }
    if is_checked {
        Ok(form)
    } else {
        Err(Problem::new(ProblemKind::ForeignForm).into_response())
    }
}

async fn text_of(mut field: Field<'_>) -> Result<String, Response> {
    let mut bytes = Vec::new();
    while let Some(piece) = field
        .chunk()
        .await
        .map_err(|error| unreadable(error).into_response())?
    {
        bytes.extend_from_slice(&piece);
        if bytes.len() > MOST_FIELD {
            return Err(Problem::new(ProblemKind::TooLarge).into_response());
        }
    }
    String::from_utf8(bytes).map_err(|_| Problem::new(ProblemKind::Malformed).into_response())
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that `map_err` takes"
)]
pub(crate) fn unreadable(error: axum::extract::multipart::MultipartError) -> Problem {
    let kind = if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        ProblemKind::TooLarge
    } else {
        ProblemKind::Malformed
    };
    Problem::new(kind)
}

/// A disk that fails is told to the log and to nobody else.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that `map_err` takes"
)]
pub(crate) fn broken(error: std::io::Error) -> Problem {
    tracing::error!(%error, "a temporary file failed");
    Problem::new(ProblemKind::Internal)
}
