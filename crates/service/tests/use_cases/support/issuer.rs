//! An identity provider on loopback: faithful, unless it is told to lie.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use ring::{digest, hmac};
use serde_json::{Value, json};

use super::http::{Reply, Request, serve};

/// What the provider does not do as it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    None,
    Nonce,
    Audience,
    SecondAudience,
    Party,
    Expired,
    Future,
    NoAlgorithm,
    PublicKeyAsSecret,
    Issuer,
    OtherKey,
    NoToken,
    OtherMetadata,
    PlainTokenEndpoint,
}

impl Lie {
    pub const ALL: [Self; 13] = [
        Self::Nonce,
        Self::Audience,
        Self::SecondAudience,
        Self::Party,
        Self::Expired,
        Self::Future,
        Self::NoAlgorithm,
        Self::PublicKeyAsSecret,
        Self::Issuer,
        Self::OtherKey,
        Self::NoToken,
        Self::OtherMetadata,
        Self::PlainTokenEndpoint,
    ];
}

pub const CLIENT: &str = "pena";
pub const SECRET: &str = "rahasia klien";

#[derive(Clone)]
pub struct Issuer {
    pub address: SocketAddr,
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    lie: Lie,
    key: EcdsaKeyPair,
    key_id: u32,
    now: i64,
    subject: String,
    username: String,
    /// What a code was given for: code, PKCE challenge, nonce.
    granted: Option<(String, String, String)>,
    codes: u32,
}

impl Issuer {
    /// It knows one person, who is always logged in.
    pub async fn start(now: i64) -> Self {
        let inner = Arc::new(Mutex::new(Inner {
            lie: Lie::None,
            key: fresh_key(),
            key_id: 1,
            now,
            subject: "f3a1".to_owned(),
            username: "sari".to_owned(),
            granted: None,
            codes: 0,
        }));
        let answering = Arc::clone(&inner);
        let address = serve(move |request| answering.lock().unwrap().answer(&request)).await;
        Self { address, inner }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn lie(&self, lie: Lie) {
        self.inner.lock().unwrap().lie = lie;
    }

    pub fn person(&self, subject: &str, username: &str) {
        let mut inner = self.inner.lock().unwrap();
        subject.clone_into(&mut inner.subject);
        username.clone_into(&mut inner.username);
    }

    pub fn rotate_key(&self) {
        let mut inner = self.inner.lock().unwrap();
        inner.key = fresh_key();
        inner.key_id += 1;
    }

    /// The browser goes to the provider's page and comes back with code and state.
    pub fn visit(&self, url: &str) -> (String, String) {
        let url = url::Url::parse(url).unwrap();
        let asked = |name: &str| {
            url.query_pairs()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
                .unwrap()
        };
        assert_eq!(url.path(), "/authorize");
        assert_eq!(asked("response_type"), "code");
        assert_eq!(asked("client_id"), CLIENT);
        assert_eq!(asked("code_challenge_method"), "S256");
        assert!(asked("scope").split(' ').any(|scope| scope == "openid"));
        let mut inner = self.inner.lock().unwrap();
        inner.codes += 1;
        let code = format!("kode-{}", inner.codes);
        inner.granted = Some((code.clone(), asked("code_challenge"), asked("nonce")));
        (code, asked("state"))
    }
}

impl Inner {
    fn answer(&mut self, request: &Request) -> Reply {
        let host = request.header("host").to_owned();
        match request.path.as_str() {
            "/.well-known/openid-configuration" => (200, self.metadata(&host).to_string()),
            "/jwks" => (200, json!({ "keys": [self.public_key()] }).to_string()),
            "/token" => self.token(request, &host),
            _ => (404, String::new()),
        }
    }

    fn metadata(&self, host: &str) -> Value {
        let issuer = match self.lie {
            Lie::OtherMetadata => "https://lain.example".to_owned(),
            _ => format!("http://{host}"),
        };
        let token = match self.lie {
            Lie::PlainTokenEndpoint => "http://sso.example/token".to_owned(),
            _ => format!("http://{host}/token"),
        };
        json!({
            "issuer": issuer,
            "authorization_endpoint": format!("http://{host}/authorize"),
            "token_endpoint": token,
            "jwks_uri": format!("http://{host}/jwks"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
        })
    }

    fn public_key(&self) -> Value {
        let point = self.key.public_key().as_ref();
        json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256",
            "kid": self.key_id.to_string(),
            "x": URL_SAFE_NO_PAD.encode(&point[1..33]),
            "y": URL_SAFE_NO_PAD.encode(&point[33..]),
        })
    }

    /// RFC 6749, 4.1.3, with PKCE (RFC 7636, 4.6); a code is good once.
    fn token(&mut self, request: &Request, host: &str) -> Reply {
        let basic = format!("{CLIENT}:{}", SECRET.replace(' ', "+"));
        let basic = format!("Basic {}", STANDARD.encode(basic));
        let sent = |name: &str| {
            url::form_urlencoded::parse(request.body.as_bytes())
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
                .unwrap_or_default()
        };
        let challenge = |verifier: &str| {
            URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
        };
        let granted = self.granted.take();
        let Some((_, _, nonce)) = granted.filter(|(code, asked, _)| {
            *code == sent("code")
                && *asked == challenge(&sent("code_verifier"))
                && request.header("authorization") == basic
        }) else {
            return (400, json!({ "error": "invalid_grant" }).to_string());
        };
        let mut answer = json!({ "access_token": "a", "token_type": "Bearer" });
        if self.lie != Lie::NoToken {
            answer["id_token"] = self.id_token(host, &nonce).into();
        }
        (200, answer.to_string())
    }

    fn id_token(&self, host: &str, nonce: &str) -> String {
        let mut claims = json!({
            "iss": format!("http://{host}"),
            "sub": self.subject,
            "aud": CLIENT,
            "iat": self.now,
            "exp": self.now + 300,
            "nonce": nonce,
            "preferred_username": self.username,
        });
        let mut lied = |name: &str, value: Value| claims[name] = value;
        match self.lie {
            Lie::Nonce => lied("nonce", "lain".into()),
            Lie::Audience => lied("aud", "lain".into()),
            Lie::SecondAudience => lied("aud", json!([CLIENT, "lain"])),
            Lie::Party => lied("azp", "lain".into()),
            Lie::Expired => lied("exp", (self.now - 61).into()),
            Lie::Future => lied("iat", (self.now + 3_600).into()),
            Lie::Issuer => lied("iss", "https://lain.example".into()),
            Lie::None
            | Lie::NoAlgorithm
            | Lie::PublicKeyAsSecret
            | Lie::OtherKey
            | Lie::NoToken
            | Lie::OtherMetadata
            | Lie::PlainTokenEndpoint => {}
        }
        let algorithm = match self.lie {
            Lie::NoAlgorithm => "none",
            Lie::PublicKeyAsSecret => "HS256",
            _ => "ES256",
        };
        let header = json!({ "alg": algorithm, "kid": self.key_id.to_string() });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(&claims));
        format!(
            "{signed}.{}",
            URL_SAFE_NO_PAD.encode(self.signature(&signed))
        )
    }

    fn signature(&self, signed: &str) -> Vec<u8> {
        let rng = SystemRandom::new();
        let sign =
            |key: &EcdsaKeyPair| key.sign(&rng, signed.as_bytes()).unwrap().as_ref().to_vec();
        match self.lie {
            Lie::NoAlgorithm => Vec::new(),
            Lie::PublicKeyAsSecret => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, self.key.public_key().as_ref());
                hmac::sign(&key, signed.as_bytes()).as_ref().to_vec()
            }
            Lie::OtherKey => sign(&fresh_key()),
            _ => sign(&self.key),
        }
    }
}

fn fresh_key() -> EcdsaKeyPair {
    let rng = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &rng).unwrap();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &rng).unwrap()
}
