//! Messages to other applications, as Standard Webhooks 1.0 writes them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use ring::hmac;
use zeroize::Zeroizing;

use crate::{Outgoing, Outside, Purpose, RemoteError};

/// What both sides know: 32 bytes, written `whsec_` and base64.
pub struct Secret(Zeroizing<[u8; 32]>);

/// A message; sent again it keeps its id, so that the receiver sees that it is the same.
pub struct Message<'a> {
    /// `webhook-id`.
    pub id: &'a str,
    /// `webhook-timestamp`: of this attempt, in seconds since 1970 UTC.
    pub sent: i64,
    /// The body, exactly as it is signed and sent.
    pub body: &'a str,
}

/// What the receiver made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reception {
    /// It has it (2xx).
    Taken(StatusCode),
    /// It wants no more messages at this address (410).
    Gone,
    /// Anything else; a redirect counts, since nobody may pass our messages on.
    Refused(StatusCode),
}

impl Secret {
    /// The secret with these bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Its bytes, to be sealed.
    pub fn bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// As its owner is told it, once.
    pub fn text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(64));
        text.push_str(PREFIX);
        STANDARD.encode_string(self.0.as_slice(), &mut text);
        text
    }

    /// The `webhook-signature` of a message, scheme `v1`.
    pub fn sign(&self, message: &Message<'_>) -> String {
        signature(self.0.as_slice(), message)
    }
}

/// Sends a message, once.
///
/// # Errors
/// [`RemoteError`] when there is no answer.
pub async fn deliver(
    outside: &Outside,
    url: &str,
    secret: &Secret,
    message: &Message<'_>,
) -> Result<Reception, RemoteError> {
    let answer = outside
        .send(Outgoing {
            purpose: Purpose::Webhook,
            method: Method::POST,
            url,
            headers: headers(secret, message)?,
            body: Bytes::copy_from_slice(message.body.as_bytes()),
        })
        .await?;
    Ok(match answer.status {
        status if status.is_success() => Reception::Taken(status),
        StatusCode::GONE => Reception::Gone,
        status => Reception::Refused(status),
    })
}

fn headers(secret: &Secret, message: &Message<'_>) -> Result<HeaderMap, RemoteError> {
    let value = |text: &str| {
        HeaderValue::from_str(text).map_err(|_| RemoteError::Setup("a header is not printable"))
    };
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert("webhook-id", value(message.id)?);
    headers.insert("webhook-timestamp", value(&message.sent.to_string())?);
    headers.insert("webhook-signature", value(&secret.sign(message))?);
    Ok(headers)
}

fn signature(secret: &[u8], message: &Message<'_>) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let signed = format!("{}.{}.{}", message.id, message.sent, message.body);
    let tag = hmac::sign(&key, signed.as_bytes());
    format!("v1,{}", STANDARD.encode(tag))
}

const PREFIX: &str = "whsec_";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_signed_as_the_published_example_is() {
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let message = Message {
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            sent: 1_614_265_330,
            body: r#"{"test": 2432232314}"#,
        };
        assert_eq!(
            signature(&secret, &message),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn a_secret_is_written_with_its_prefix_in_base64() {
        let text = Secret::new([7; 32]).text();
        assert_eq!(STANDARD.decode(&text[6..]).unwrap(), [7; 32]);
        assert!(text.starts_with("whsec_"));
    }
}
