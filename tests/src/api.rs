//! The REST interface as a program sees it.

use std::time::Duration;

use rand::RngExt;
use reqwest::header::{AUTHORIZATION, HeaderMap, IF_MATCH};
use reqwest::{Client, Method, RequestBuilder, redirect};
use serde_json::Value;

/// How long an answer may take; in a debug build on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// A program with a key.
#[derive(Debug, Clone)]
pub struct Api {
    client: Client,
    base: String,
    key: Option<String>,
}

/// What the service answered.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

/// A client that follows no redirect and decodes nothing.
///
/// # Panics
/// If there is none.
pub fn client() -> Client {
    // Refused when one is installed already, which is the same one.
    drop(rustls::crypto::ring::default_provider().install_default());
    Client::builder()
        .redirect(redirect::Policy::none())
        .timeout(PATIENCE)
        .no_proxy()
        .build()
        .expect("an HTTP client can be made")
}

/// A key for `Idempotency-Key` that nobody used before.
pub fn fresh_key() -> String {
    hex::encode(rand::rng().random::<[u8; 16]>())
}

impl Api {
    /// A program that presents this key.
    pub fn new(address: &str, key: &str) -> Self {
        Self {
            client: client(),
            base: address.to_owned(),
            key: Some(key.to_owned()),
        }
    }

    /// A program without a key.
    pub fn anonymous(address: &str) -> Self {
        Self {
            client: client(),
            base: address.to_owned(),
            key: None,
        }
    }

    /// The same program at another address.
    #[must_use]
    pub fn at(&self, address: &str) -> Self {
        Self {
            base: address.to_owned(),
            ..self.clone()
        }
    }

    /// A request to a path; nothing is sent yet.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        match &self.key {
            Some(key) => request.header(AUTHORIZATION, format!("Bearer {key}")),
            None => request,
        }
    }

    /// Reads.
    ///
    /// # Panics
    /// If nothing answers.
    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    /// Does something, once.
    ///
    /// # Panics
    /// If nothing answers.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_under(&fresh_key(), path, body).await
    }

    /// Does something under a key of the caller's.
    ///
    /// # Panics
    /// If nothing answers.
    pub async fn post_under(&self, key: &str, path: &str, body: &Value) -> Answer {
        let request = self.request(Method::POST, path);
        send(request.header("idempotency-key", key).json(body)).await
    }

    /// Changes what was `seen` under this `ETag`; without one the service is not told.
    ///
    /// # Panics
    /// If nothing answers.
    pub async fn put(&self, path: &str, seen: Option<&str>, body: &Value) -> Answer {
        let request = self.request(Method::PUT, path).json(body);
        send(match seen {
            Some(tag) => request.header(IF_MATCH, tag),
            None => request,
        })
        .await
    }
}

/// Sends a request.
///
/// # Panics
/// If nothing answers.
pub async fn send(request: RequestBuilder) -> Answer {
    try_send(request)
        .await
        .unwrap_or_else(|error| panic!("no answer: {error:?}"))
}

/// Sends a request that may find nobody.
///
/// # Errors
/// When nothing answers.
pub async fn try_send(request: RequestBuilder) -> Result<Answer, reqwest::Error> {
    let response = request.send().await?;
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let body = response.bytes().await?.to_vec();
    Ok(Answer {
        status,
        headers,
        body,
    })
}

impl Answer {
    /// Insists on this status.
    ///
    /// # Panics
    /// If it is another, with the body.
    #[must_use]
    pub fn must(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// A header; empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// If it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error} in {}", self.text()))
    }
}
