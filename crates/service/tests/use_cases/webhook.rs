//! Telling other applications: what, in which order, how often, and what never.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flow::account::{Grant, Role};
use flow::id::WebhookId;
use flow::sifat::Keamanan;
use ring::hmac;
use service::identity::Subject;
use service::webhook::{self, DeliveryState, EventKind, NewWebhook};
use service::{Allow, Outside, ServiceError, jobs, naskah};

use crate::support::http::{Request, serve};
use crate::support::{HEAD_A, STAFF_A, World, actor, nota_dinas, on_both_engines, opd};

on_both_engines!(
    each_event_is_told_once_signed_in_order_and_without_what_the_letter_says,
    of_a_secret_letter_nothing_but_its_id_is_told,
    a_receiver_that_fails_is_tried_on_the_schedule_until_it_is_given_up_and_then_replayed,
    a_receiver_that_is_gone_is_told_nothing_more,
    a_redirect_is_a_failure,
    an_address_inside_the_house_is_refused_at_registration,
    webhooks_are_their_owners_and_the_admins_and_of_their_opd_alone,
);

async fn each_event_is_told_once_signed_in_order_and_without_what_the_letter_says(
    mut world: World,
) {
    let receiver = Receiver::start(&mut world, &[]).await;
    let (_, secret) = receiver.register(&world, EventKind::ALL.into()).await;
    world.issue_key(HEAD_A).await;
    let (id, shown) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    world.clock.advance(1);
    world.activate_and_sign(HEAD_A, id, shown).await;
    let app = world.app();
    world.clock.advance(1);
    naskah::dispatch(&app, &actor(STAFF_A), id).await.unwrap();
    world.clock.advance(1);
    jobs::run_due(&app).await.unwrap();
    webhook::deliver_due(&app).await.unwrap();
    webhook::deliver_due(&app).await.unwrap();

    let told = receiver.told();
    let types: Vec<String> = told
        .iter()
        .map(|one| json(one)["type"].to_string())
        .collect();
    let expected = [
        "\"surat.diajukan\"",
        "\"surat.ditandatangani\"",
        "\"surat.dikirim\"",
        "\"surat.diterima\"",
    ];
    assert_eq!(types, expected);
    for request in &told {
        assert!(verifies(request, &secret), "{request:?}");
        assert!(request.body.len() < 20_000);
        for private in ["Undangan", "rapat", "hormat", "Kepala"] {
            assert!(!request.body.contains(private), "{}", request.body);
        }
        assert_eq!(json(request)["data"]["id"], id.to_string());
    }
    let signed = json(&told[1]);
    assert_eq!(signed["data"]["tahap"], "signed");
    assert_eq!(signed["data"]["opd"], opd('A').to_string());
    let newest = world
        .rows()
        .await
        .newest_version(id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(signed["data"]["sha256"], newest.sha256.to_string());
    assert!(signed["data"]["nomor"].is_string());
    assert_eq!(json(&told[3])["data"]["opd"], opd('B').to_string());
    let ids: BTreeSet<&str> = told.iter().map(|one| one.header("webhook-id")).collect();
    assert_eq!(ids.len(), told.len());
}

async fn of_a_secret_letter_nothing_but_its_id_is_told(mut world: World) {
    let receiver = Receiver::start(&mut world, &[]).await;
    receiver.register(&world, EventKind::ALL.into()).await;
    let mut letter = nota_dinas(&[HEAD_A]);
    letter.content.keamanan = Keamanan::Rahasia;
    let id = world.submitted(&letter).await;
    webhook::deliver_due(&world.app()).await.unwrap();
    let told = receiver.told();
    let data = json(&told[0])["data"].clone();
    assert_eq!(data, serde_json::json!({ "id": id.to_string() }));
}

async fn a_receiver_that_fails_is_tried_on_the_schedule_until_it_is_given_up_and_then_replayed(
    mut world: World,
) {
    let receiver = Receiver::start(&mut world, &[500; 10]).await;
    let (webhook, _) = receiver.register(&world, EventKind::ALL.into()).await;
    world.submitted(&nota_dinas(&[HEAD_A])).await;
    let app = world.app();
    let pauses = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
    webhook::deliver_due(&app).await.unwrap();
    for (tried, pause) in pauses.into_iter().enumerate() {
        assert_eq!(receiver.told().len(), tried + 1);
        world.clock.advance(pause - 1);
        webhook::deliver_due(&app).await.unwrap();
        assert_eq!(receiver.told().len(), tried + 1, "not before its time");
        world.clock.advance(1);
        webhook::deliver_due(&app).await.unwrap();
    }
    world.clock.advance(1_000_000);
    webhook::deliver_due(&app).await.unwrap();
    assert_eq!(receiver.told().len(), 10);

    let owner = world.subject("aplikasi").await;
    let dead = Some(DeliveryState::Dead);
    let listed = webhook::deliveries(&app, &owner, webhook, dead)
        .await
        .unwrap();
    assert_eq!(listed[0].outcome.as_deref(), Some("HTTP 500"));
    webhook::replay(&app, &owner, listed[0].id).await.unwrap();
    webhook::deliver_due(&app).await.unwrap();
    let told = receiver.told();
    assert_eq!(told.len(), 11);
    let ids: BTreeSet<&str> = told.iter().map(|one| one.header("webhook-id")).collect();
    assert_eq!(ids.len(), 1, "it is the same message however often");
    let listed = webhook::deliveries(&app, &owner, webhook, None)
        .await
        .unwrap();
    assert_eq!(listed[0].state, DeliveryState::Done);
}

async fn a_receiver_that_is_gone_is_told_nothing_more(mut world: World) {
    let receiver = Receiver::start(&mut world, &[410]).await;
    let (webhook, _) = receiver.register(&world, EventKind::ALL.into()).await;
    let app = world.app();
    world.submitted(&nota_dinas(&[HEAD_A])).await;
    world.submitted(&nota_dinas(&[HEAD_A])).await;
    webhook::deliver_due(&app).await.unwrap();
    world.submitted(&nota_dinas(&[HEAD_A])).await;
    world.clock.advance(100_000);
    webhook::deliver_due(&app).await.unwrap();
    assert_eq!(receiver.told().len(), 1);
    let owner = world.subject("aplikasi").await;
    assert!(
        webhook::list(&app, &owner).await.unwrap()[0]
            .disabled
            .is_some()
    );
    let listed = webhook::deliveries(&app, &owner, webhook, None)
        .await
        .unwrap();
    assert!(listed.iter().all(|one| one.state == DeliveryState::Dead));
    let refused = webhook::replay(&app, &owner, listed[0].id).await;
    assert!(matches!(refused, Err(ServiceError::Impossible { .. })));
}

async fn a_redirect_is_a_failure(mut world: World) {
    let receiver = Receiver::start(&mut world, &[302]).await;
    let (webhook, _) = receiver.register(&world, EventKind::ALL.into()).await;
    world.submitted(&nota_dinas(&[HEAD_A])).await;
    let app = world.app();
    webhook::deliver_due(&app).await.unwrap();
    let owner = world.subject("aplikasi").await;
    let listed = webhook::deliveries(&app, &owner, webhook, None)
        .await
        .unwrap();
    assert_eq!(listed[0].state, DeliveryState::Waiting);
    assert_eq!(listed[0].outcome.as_deref(), Some("HTTP 302"));
}

async fn an_address_inside_the_house_is_refused_at_registration(world: World) {
    let owner = integrator(&world, None).await;
    let confirmed = world.confirmed(&owner).await;
    for url in [
        "http://127.0.0.1/",
        "http://0x7f.1/",
        "http://[::ffff:10.0.0.1]/",
        "http://169.254.169.254/",
        "ftp://terima.contoh.example/",
    ] {
        let new = NewWebhook {
            url: url.to_owned(),
            events: EventKind::ALL.into(),
            opd: None,
        };
        let refused = webhook::register(&world.app(), &owner, &confirmed, &new).await;
        assert!(matches!(refused, Err(ServiceError::Address(_))), "{url}");
    }
    assert!(world.rows().await.webhooks().await.unwrap().is_empty());
}

async fn webhooks_are_their_owners_and_the_admins_and_of_their_opd_alone(mut world: World) {
    let receiver = Receiver::start(&mut world, &[]).await;
    let app = world.app();
    let owner = integrator(&world, Some('B')).await;
    let confirmed = world.confirmed(&owner).await;
    let new = |opd| NewWebhook {
        url: receiver.url(),
        events: EventKind::ALL.into(),
        opd,
    };
    for elsewhere in [None, Some(opd('A'))] {
        let refused = webhook::register(&app, &owner, &confirmed, &new(elsewhere)).await;
        assert!(matches!(refused, Err(ServiceError::Forbidden { .. })));
    }
    let (id, _) = webhook::register(&app, &owner, &confirmed, &new(Some(opd('B'))))
        .await
        .unwrap();
    world.submitted(&nota_dinas(&[HEAD_A])).await;
    webhook::deliver_due(&app).await.unwrap();
    assert!(receiver.told().is_empty(), "the letter is of OPD A");

    let grant = Grant {
        role: Role::Integrator,
        opd: Some(opd('B')),
    };
    world.account("lain", None, &[grant]).await;
    let stranger = world.subject("lain").await;
    assert!(webhook::list(&app, &stranger).await.unwrap().is_empty());
    let hidden = webhook::delete(&app, &stranger, id).await;
    assert!(matches!(hidden, Err(ServiceError::NotFound { .. })));
    let (admin, _) = world.admin().await;
    assert_eq!(webhook::list(&app, &admin).await.unwrap().len(), 1);
    webhook::delete(&app, &admin, id).await.unwrap();
    assert!(webhook::list(&app, &owner).await.unwrap().is_empty());
}

struct Receiver {
    address: SocketAddr,
    told: Arc<Mutex<Vec<Request>>>,
}

impl Receiver {
    /// Answers with these statuses, then with 204; the process may reach it.
    async fn start(world: &mut World, statuses: &[u16]) -> Self {
        let told = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&told);
        let statuses = statuses.to_vec();
        let address = serve(move |request| {
            let mut heard = heard.lock().unwrap();
            let status = statuses.get(heard.len()).copied().unwrap_or(204);
            heard.push(request);
            (status, String::new())
        })
        .await;
        world.outside = Outside::new(&Allow::read(["127.0.0.1"]).unwrap(), &Allow::none());
        world.crash_and_restart().await;
        Self { address, told }
    }

    fn url(&self) -> String {
        format!("http://{}/terima?dari=pena", self.address)
    }

    fn told(&self) -> Vec<Request> {
        self.told.lock().unwrap().clone()
    }

    async fn register(&self, world: &World, events: BTreeSet<EventKind>) -> (WebhookId, String) {
        let owner = integrator(world, None).await;
        let confirmed = world.confirmed(&owner).await;
        let new = NewWebhook {
            url: self.url(),
            events,
            opd: None,
        };
        let (id, secret) = webhook::register(&world.app(), &owner, &confirmed, &new)
            .await
            .unwrap();
        let stored = world.rows().await.webhook(id).await.unwrap().unwrap();
        assert!(!stored.secret_sealed.contains(&secret[6..]));
        (id, secret.to_string())
    }
}

async fn integrator(world: &World, of: Option<char>) -> Subject {
    let grant = Grant {
        role: Role::Integrator,
        opd: of.map(opd),
    };
    world.account("aplikasi", None, &[grant]).await;
    world.subject("aplikasi").await
}

fn json(request: &Request) -> serde_json::Value {
    serde_json::from_str(&request.body).unwrap()
}

/// As a receiver verifies it (Standard Webhooks 1.0, "Verifying signatures").
fn verifies(request: &Request, secret: &str) -> bool {
    let key = STANDARD.decode(&secret["whsec_".len()..]).unwrap();
    let signed = format!(
        "{}.{}.{}",
        request.header("webhook-id"),
        request.header("webhook-timestamp"),
        request.body
    );
    let tag = request.header("webhook-signature").strip_prefix("v1,");
    let tag = STANDARD.decode(tag.unwrap()).unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    hmac::verify(&key, signed.as_bytes(), &tag).is_ok()
}
