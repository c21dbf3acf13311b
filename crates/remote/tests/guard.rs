//! What the guarded client refuses (threat T10), told by a listener that counts who connects.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops loudly")]

mod support;

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use remote::{Allow, Answer, Outgoing, Outside, Purpose, Refusal, RemoteError};
use support::{Listener, Manner, Names, ok};

#[tokio::test]
async fn no_disguise_of_an_inner_address_makes_a_connection() {
    let listener = Listener::start(Ipv4Addr::LOCALHOST, ok("")).await;
    let port = listener.address.port();
    let outside = Outside::default();
    let disguises = [
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
        "http://[0:0:0:0:0:ffff:127.0.0.1]:{p}/",
        "http://[::127.0.0.1]:{p}/",
        "http://[64:ff9b::127.0.0.1]:{p}/",
        "http://[2002:7f00:1::]:{p}/",
        "http://localhost:{p}/",
        "http://LOCALHOST:{p}/",
        "http://localhost.:{p}/",
        "http://user@127.0.0.1:{p}/",
        "http://@127.0.0.1:{p}/",
        "http://a.example@127.0.0.1:{p}/",
        "http://a.example:80@127.0.0.1:{p}/",
        "http:\\\\127.0.0.1:{p}/",
        "http://127.0.0.1\t:{p}/",
        "http://127.0.0.1:{p}/#x",
        "http:127.0.0.1:{p}/",
        "HTTP://127.0.0.1:{p}/",
        "ftp://127.0.0.1:{p}/",
        "gopher://127.0.0.1:{p}/",
        "file:///etc/hostname",
        "data:text/plain,x",
        "//127.0.0.1:{p}/",
        "127.0.0.1:{p}",
        "http://",
        "http://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/",
        "http://[fe80::1%25lo]/",
        "http://100.100.100.200/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://172.16.0.1/",
        "http://198.18.0.1/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://93.184.215.14:22/",
        "https://93.184.215.14:8443/",
    ];
    for disguise in disguises {
        let url = disguise.replace("{p}", &port.to_string());
        let refused = get(&outside, Purpose::Webhook, &url).await;
        assert!(
            matches!(refused, Err(RemoteError::Refused(_))),
            "{url}: {refused:?}"
        );
    }
    assert_eq!(listener.connects(), 0);
    let long = format!("http://a.example/{}", "x".repeat(3000));
    assert!(matches!(
        outside.check(Purpose::Webhook, &long),
        Err(Refusal::Long(_))
    ));
}

#[tokio::test]
async fn what_is_opened_for_one_purpose_stays_closed_for_another() {
    let listener = Listener::start(Ipv4Addr::LOCALHOST, ok("{}")).await;
    let outside = Outside::new(&Allow::none(), &Allow::read(["127.0.0.0/8"]).unwrap());
    let answer = get(&outside, Purpose::Oidc, &listener.url()).await.unwrap();
    assert_eq!((answer.status, &*answer.body), (StatusCode::OK, &b"{}"[..]));
    assert_eq!(listener.connects(), 1);
    let refused = get(&outside, Purpose::Webhook, &listener.url()).await;
    assert!(matches!(refused, Err(RemoteError::Refused(_))));
    assert_eq!(listener.connects(), 1);
}

#[tokio::test]
async fn a_name_that_turns_to_an_inner_address_is_not_followed_there() {
    let allowed = Ipv4Addr::new(127, 0, 0, 2);
    let open = Listener::start(allowed, ok("")).await;
    let port = open.address.port();
    let names = Names::new(vec![
        vec![allowed.into()],
        vec![Ipv4Addr::LOCALHOST.into()],
        vec![allowed.into(), Ipv4Addr::new(10, 0, 0, 1).into()],
    ]);
    let allow = Allow::read(["127.0.0.2"]).unwrap();
    let outside = Outside::with_resolver(&allow, &allow, Box::new(names));
    let url = format!("http://berputar.example:{port}/");
    // One look-up for the check and the connection: between the two nothing can turn.
    assert!(get(&outside, Purpose::Oidc, &url).await.is_ok());
    for _ in 0..2 {
        let refused = get(&outside, Purpose::Oidc, &url).await;
        assert!(
            matches!(refused, Err(RemoteError::Refused(Refusal::Inside { .. }))),
            "{refused:?}"
        );
    }
    assert_eq!(open.connects(), 1);
}

#[tokio::test]
async fn a_redirect_is_given_back_and_never_followed() {
    let inner = Listener::start(Ipv4Addr::new(127, 0, 0, 3), ok("")).await;
    for to in ["http://169.254.169.254/", &inner.url()] {
        let reply = format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
        let listener = Listener::start(Ipv4Addr::LOCALHOST, Manner::Say(reply)).await;
        let outside = opened();
        let answer = get(&outside, Purpose::Oidc, &listener.url()).await.unwrap();
        assert_eq!(answer.status, StatusCode::FOUND);
    }
    assert_eq!(inner.connects(), 0);
}

#[tokio::test]
async fn an_endless_answer_is_cut_off_and_that_of_a_webhook_is_not_read() {
    let listener = Listener::start(Ipv4Addr::LOCALHOST, Manner::Endless).await;
    let outside = opened();
    let cut = get(&outside, Purpose::Oidc, &listener.url()).await;
    assert!(matches!(cut, Err(RemoteError::TooLarge(_))), "{cut:?}");
    let answer = get(&outside, Purpose::Webhook, &listener.url())
        .await
        .unwrap();
    assert!(answer.status.is_success() && answer.body.is_empty());
}

#[tokio::test]
async fn an_answer_that_drips_ends_with_the_patience_of_its_purpose() {
    let listener = Listener::start(Ipv4Addr::LOCALHOST, Manner::Drip).await;
    let begun = Instant::now();
    let late = get(&opened(), Purpose::Oidc, &listener.url()).await;
    assert!(matches!(late, Err(RemoteError::Timeout)), "{late:?}");
    assert!(begun.elapsed() < Purpose::Oidc.patience() + Duration::from_secs(3));
}

#[tokio::test]
async fn a_proxy_of_the_environment_is_not_asked() {
    let proxy = Listener::start(Ipv4Addr::LOCALHOST, ok("")).await;
    let direct = Listener::start(Ipv4Addr::LOCALHOST, ok("")).await;
    let this = std::env::current_exe().unwrap();
    // A process of its own, because the environment belongs to all tests of this one.
    let child = tokio::process::Command::new(this)
        .args(["asks_the_listener_it_is_told", "--exact", "--ignored"])
        .env("http_proxy", proxy.url())
        .env("ALL_PROXY", proxy.url())
        .env("PENA_TEST_ASK", direct.url())
        .output()
        .await
        .unwrap();
    assert!(child.status.success(), "{child:?}");
    assert_eq!((proxy.connects(), direct.connects()), (0, 1));
}

#[tokio::test]
#[ignore = "the child of a_proxy_of_the_environment_is_not_asked"]
async fn asks_the_listener_it_is_told() {
    let Ok(url) = std::env::var("PENA_TEST_ASK") else {
        return;
    };
    get(&opened(), Purpose::Oidc, &url).await.unwrap();
}

#[tokio::test]
async fn an_error_never_repeats_the_address() {
    let outside = opened();
    for url in [
        "http://127.0.0.1:1/kunci-rahasia?token=kunci-rahasia",
        "ftp://kunci-rahasia/",
        "http://kunci-rahasia@10.0.0.1/",
    ] {
        let error = get(&outside, Purpose::Webhook, url).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("kunci"), "{error:?}");
    }
}

fn opened() -> Outside {
    let allow = Allow::read(["127.0.0.1"]).unwrap();
    Outside::new(&allow, &allow)
}

async fn get(outside: &Outside, purpose: Purpose, url: &str) -> Result<Answer, RemoteError> {
    outside
        .send(Outgoing {
            purpose,
            method: Method::GET,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
        })
        .await
}
