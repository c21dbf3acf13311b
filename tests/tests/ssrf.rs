//! Addresses that people and strangers name lead to nowhere inside the house (threat T10): a running service is asked to
//! connect to a listener that counts who comes.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops loudly")]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::api::Api;
use tests::database::Engine;
use tests::demo::{Demo, Place};
use tests::job::{Crew, PEOPLE};
use tests::office::Keys;
use tests::person::Person;
use tests::server::Server;

/// Something inside the house that nobody may be sent to.
struct Inside {
    port: u16,
    connects: Arc<AtomicU32>,
}

impl Inside {
    /// Answers everybody with these bytes.
    fn start(answer: impl Fn(u16) -> String + Send + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let connects = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&connects);
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                counted.fetch_add(1, Ordering::SeqCst);
                let _timeout = stream.set_read_timeout(Some(Duration::from_secs(2)));
                let _read = stream.read(&mut [0; 4096]);
                let _sent = stream.write_all(answer(port).as_bytes());
            }
        });
        Self { port, connects }
    }

    fn silent() -> Self {
        Self::start(|_| {
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}".to_owned()
        })
    }

    fn connects(&self) -> u32 {
        self.connects.load(Ordering::SeqCst)
    }
}

async fn register(admin: &Api, place: &Place, url: &str) -> tests::api::Answer {
    let body = json!({
        "url": url,
        "events": ["surat.diajukan"],
        "confirmation": {"password": place.login("admin").password},
    });
    admin.post("/api/v1/webhooks", &body).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_webhook_leads_inside_however_it_is_written() {
    let Some(demo) = Demo::shared(Engine::Sqlite) else {
        return;
    };
    let place = demo.place.copy("ssrf-webhook");
    let keys = Keys::make(&place, &[PEOPLE.as_slice(), &["admin"]].concat());
    let canary = Inside::silent();
    let led_to = canary.port;
    let redirects = Inside::start(move |_| {
        format!(
            "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:{led_to}/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        )
    });
    let allow = format!(
        "[remote]\nwebhook_allow = ['127.0.0.1:{}']\n",
        redirects.port
    );
    let server = Server::start_configured(&place, &allow);
    let admin = keys.of(&server.address, "admin");
    for disguise in DISGUISES {
        let url = disguise.replace("{p}", &canary.port.to_string());
        let answer = register(&admin, &place, &url).await;
        assert!(
            (400..500).contains(&answer.status) && answer.status != 403,
            "{url}: {}",
            answer.status
        );
    }

    // A name says nothing of where it leads; that is seen when it is asked, and then nobody is asked.
    let mut hooks = Vec::new();
    for name in ["localhost", "LOCALHOST"] {
        let url = format!("http://{name}:{}/", canary.port);
        let made = register(&admin, &place, &url).await.must(201).json();
        hooks.push(made["id"].as_str().unwrap().to_owned());
    }
    let url = format!("http://127.0.0.1:{}/", redirects.port);
    let made = register(&admin, &place, &url).await.must(201).json();
    let redirected = made["id"].as_str().unwrap().to_owned();
    let crew = Crew::new(&place, &server.address, &keys).await;
    let _letter = crew.carried("Tidak ke mana-mana").await;
    for hook in &hooks {
        let tried = tried(&admin, hook).await;
        let outcome = tried["outcome"].as_str().unwrap();
        assert!(outcome.contains("not allowed"), "{tried}");
    }
    assert_eq!(tried(&admin, &redirected).await["outcome"], "HTTP 302");
    assert!(redirects.connects() > 0);
    assert_eq!(canary.connects(), 0);
    server.stop();
}

/// The first message to a webhook, once it was tried.
async fn tried(admin: &Api, hook: &str) -> Value {
    let path = format!("/api/v1/webhooks/{hook}/deliveries");
    let start = Instant::now();
    loop {
        let deliveries = admin.get(&path).await.must(200).json();
        if deliveries["items"][0]["attempts"].as_u64() > Some(0)
            && deliveries["items"][0]["outcome"].is_string()
        {
            return deliveries["items"][0].clone();
        }
        assert!(start.elapsed() < Duration::from_mins(1), "{deliveries}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_identity_provider_sends_nobody_further_inside() {
    let Some(demo) = Demo::shared(Engine::Sqlite) else {
        return;
    };
    let place = demo.place.copy("ssrf-oidc");
    let canary = Inside::silent();
    let port = canary.port;
    // It says of itself that its keys and tokens are had elsewhere.
    for elsewhere in [
        format!("http://127.0.0.1:{port}"),
        format!("http://127.0.0.2:{port}"),
        format!("http://[::ffff:127.0.0.1]:{port}"),
        format!("https://localhost:{port}"),
        "http://169.254.169.254".to_owned(),
    ] {
        let named = elsewhere.clone();
        let provider = Inside::start(move |own| {
            let body = json!({
                "issuer": format!("http://127.0.0.1:{own}"),
                "authorization_endpoint": format!("http://127.0.0.1:{own}/a"),
                "token_endpoint": format!("{named}/token"),
                "jwks_uri": format!("{named}/jwks"),
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            })
            .to_string();
            format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            )
        });
        let section = format!(
            "[oidc]\nissuer = 'http://127.0.0.1:{}'\nclient_id = 'pena'\n",
            provider.port
        );
        let server = Server::start_configured(&place, &section);
        let anybody = Person::new(&server.address);
        let answer = anybody.get("/masuk/oidc").await;
        assert_eq!(answer.status, 503, "{elsewhere}");
        assert!(provider.connects() > 0, "{elsewhere}");
        assert_eq!(canary.connects(), 0, "{elsewhere}");
        server.stop();
    }
}

/// Forms under which an address of this machine, or of a neighbour, hides.
const DISGUISES: [&str; 44] = [
    "http://127.0.0.1:{p}/",
    "http://127.1:{p}/",
    "http://127.0.1:{p}/",
    "http://0x7f.1:{p}/",
    "http://0x7f000001:{p}/",
    "http://0x7f.0x0.0x0.0x1:{p}/",
    "http://2130706433:{p}/",
    "http://017700000001:{p}/",
    "http://0177.0.0.01:{p}/",
    "http://127.0.0.1.:{p}/",
    "http://127%2E0%2E0%2E1:{p}/",
    "http://①②⑦.0.0.1:{p}/",
    "http://127。0。0。1:{p}/",
    "http://0:{p}/",
    "http://0.0.0.0:{p}/",
    "http://127.255.255.254:{p}/",
    "http://[::1]:{p}/",
    "http://[::]:{p}/",
    "http://[::ffff:127.0.0.1]:{p}/",
    "http://[::ffff:7f00:1]:{p}/",
    "http://[::127.0.0.1]:{p}/",
    "http://[64:ff9b::127.0.0.1]:{p}/",
    "http://[2002:7f00:1::]:{p}/",
    "http://localhost.:{p}/",
    "http://user@127.0.0.1:{p}/",
    "http://@127.0.0.1:{p}/",
    "http://a.example:80@127.0.0.1:{p}/",
    "http:\\\\127.0.0.1:{p}/",
    "http://127.0.0.1\t:{p}/",
    "http://127.0.0.1:{p}/#x",
    "http:127.0.0.1:{p}/",
    "ftp://127.0.0.1:{p}/",
    "gopher://127.0.0.1:{p}/",
    "file:///etc/hostname",
    "//127.0.0.1:{p}/",
    "127.0.0.1:{p}",
    "http://",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/",
    "http://[fe80::1%25lo]/",
    "http://100.100.100.200/",
    "http://10.0.0.1/",
    "http://93.184.215.14:22/",
    "https://93.184.215.14:8443/",
];
