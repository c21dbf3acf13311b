//! One service: its address, the access token, and calls whose answers are read with suspicion.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde::{Serialize, de::DeserializeOwned};
use url::{Host, Url};
use zeroize::Zeroizing;

use super::{
    CscError,
    message::{Call, Refusal},
};
use crate::{Outgoing, Outside, Purpose};

/// A token, PIN or one-time code: wiped when dropped, and not to be printed.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

/// A signing service, and the right to ask it.
pub struct Service {
    outside: Outside,
    base: String,
    token: HeaderValue,
}

impl Service {
    /// The service at an address, with an access token of the official. `/csc/v2` may be part of the address or left out.
    ///
    /// # Errors
    /// When the address may not be asked, or would carry secrets in clear. Plain HTTP is for this machine only.
    pub fn new(outside: Outside, address: &str, token: &Secret) -> Result<Self, CscError> {
        let asked = outside.check(Purpose::Csc, address);
        asked.map_err(|refusal| CscError::Remote {
            call: Call::Info,
            problem: refusal.into(),
        })?;
        if !keeps_secrets(address) {
            return Err(CscError::NotEncrypted);
        }
        let bearer = Zeroizing::new(format!("Bearer {}", token.expose()));
        let mut token = HeaderValue::from_str(&bearer).map_err(|_| CscError::Token)?;
        token.set_sensitive(true);
        let address = address.trim_end_matches('/');
        Ok(Self {
            outside,
            base: address
                .strip_suffix("/csc/v2")
                .unwrap_or(address)
                .to_owned(),
            token,
        })
    }

    /// Asks once.
    pub(super) async fn call<Answer: DeserializeOwned>(
        &self,
        call: Call,
        question: &impl Serialize,
    ) -> Result<Answer, CscError> {
        let malformed = |what| CscError::Malformed { call, what };
        // The body holds PIN and activation data; the library copies it, so wiping our copy is all that can be done.
        let body = serde_json::to_vec(question).map_err(|_| malformed("the request"))?;
        let mut headers = HeaderMap::new();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        headers.insert(header::AUTHORIZATION, self.token.clone());
        let answer = self
            .outside
            .send(Outgoing {
                purpose: Purpose::Csc,
                method: Method::POST,
                url: &format!("{}/csc/v2/{}", self.base, call.path()),
                headers,
                body: Bytes::from(body),
            })
            .await
            .map_err(|problem| CscError::Remote { call, problem })?;
        if answer.status == StatusCode::OK {
            return serde_json::from_slice(&answer.body).map_err(|_| malformed("no such JSON"));
        }
        Err(refused(call, answer.status, &answer.body))
    }
}

/// Whether nobody on the way can read what is sent.
fn keeps_secrets(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| {
        let here = match url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            Some(Host::Domain(_)) | None => false,
        };
        url.scheme() == "https" || here
    })
}

/// What a status and the body with it mean.
fn refused(call: Call, status: StatusCode, body: &[u8]) -> CscError {
    if status.is_redirection() {
        return CscError::Redirect(call);
    }
    if status == StatusCode::UNAUTHORIZED {
        return CscError::Unauthorised(call);
    }
    let refusal: Refusal = serde_json::from_slice(body).unwrap_or_default();
    let (code, description) = (plain(&refusal.error), plain(&refusal.error_description));
    let words = format!("{code} {description}").to_lowercase();
    match (call, code.as_str()) {
        (Call::Authorize, "invalid_pin") => CscError::WrongPin,
        (Call::Authorize, "invalid_otp") => CscError::WrongOtp,
        // The standard names no code of its own; services say it in words.
        (Call::SignHash, _) if words.contains("sad") && words.contains("expired") => {
            CscError::SadExpired
        }
        (Call::Info | Call::Authorize | Call::SignHash, _) => CscError::Refused {
            call,
            status,
            code,
            description,
        },
    }
}

/// A short line without what could steer a terminal.
fn plain(text: &str) -> String {
    let shown = text.chars().filter(|letter| !letter.is_control());
    shown.take(MAX_SAID).collect()
}

const MAX_SAID: usize = 120;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_sent_only_where_nobody_can_read_them() {
        assert!(keeps_secrets("https://tanda.contoh.example/csc/v2"));
        assert!(keeps_secrets("http://127.0.0.1:8080"));
        assert!(!keeps_secrets("http://tanda.contoh.example"));
        assert!(!keeps_secrets("http://10.0.0.1"));
        assert!(!keeps_secrets("http://localhost.contoh.example"));
    }

    #[test]
    fn refusals_keep_their_meaning_and_no_control_characters() {
        let said = |call, status: u16, body: &str| {
            refused(call, StatusCode::from_u16(status).unwrap(), body.as_bytes()).to_string()
        };
        let expired = r#"{"error":"invalid_request","error_description":"SAD expired"}"#;
        assert!(said(Call::SignHash, 400, expired).contains("expired"));
        assert!(said(Call::Authorize, 400, r#"{"error":"invalid_pin"}"#).contains("PIN"));
        assert!(said(Call::Info, 307, "").contains("redirects"));
        assert!(said(Call::Info, 401, "").contains("token"));
        let other = said(Call::Info, 500, "{\"error\":\"\\u001b[2J\"}");
        assert!(
            other.contains("500") && !other.contains('\u{1b}'),
            "{other}"
        );
    }
}
