//! The contract of webhooks and deliveries, kept by both engines.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use flow::account::{AccountState, Language};
use flow::id::{AccountId, DeliveryId, NaskahId, OpdId, WebhookId};
use store::model::{Attempted, DeliveryState, NewAccount, NewDelivery, WebhookRow};
use store::{StoreError, Tx};
use support::{Db, at, id, on_both_engines};

on_both_engines!(
    a_webhook_hears_of_its_opd_while_its_owner_may_come_in,
    a_receiver_is_told_one_message_at_a_time_and_in_order,
    a_message_given_up_or_taken_can_be_told_again_under_the_same_id,
    a_webhook_that_is_gone_gives_up_what_waits,
    a_webhook_of_no_account_is_refused,
);

async fn a_webhook_hears_of_its_opd_while_its_owner_may_come_in(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    let everywhere = WebhookRow {
        opd: None,
        ..webhook(1)
    };
    begin(&mut tx, &[everywhere.clone(), webhook(2)]).await;
    assert!(tx.webhook(everywhere.id).await.unwrap() == Some(everywhere.clone()));
    assert_eq!(tx.webhooks().await.unwrap().len(), 2);
    assert_eq!(tx.listening_webhooks(opd(1)).await.unwrap().len(), 2);
    let other = tx.listening_webhooks(opd(2)).await.unwrap();
    assert!(other == [everywhere]);
    tx.set_account_state(owner(), AccountState::Disabled)
        .await
        .unwrap();
    assert!(tx.listening_webhooks(opd(1)).await.unwrap().is_empty());
}

async fn a_receiver_is_told_one_message_at_a_time_and_in_order(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    begin(&mut tx, &[webhook(1), webhook(2)]).await;
    for n in [3, 1, 2] {
        tx.insert_delivery(&delivery(1, n)).await.unwrap();
    }
    tx.insert_delivery(&delivery(2, 9)).await.unwrap();
    assert!(tx.waiting_webhooks(at(0)).await.unwrap().is_empty());
    let hears = [webhook(1).id, webhook(2).id];
    assert_eq!(tx.waiting_webhooks(at(9)).await.unwrap(), hears);

    let first = claim(&mut tx, 9).await.unwrap();
    assert_eq!((first.delivery, first.attempts), (delivery(1, 1), 1));
    assert!(claim(&mut tx, 9).await.is_none(), "one is under way");
    tx.record_attempt(delivery(1, 1).id, &attempted(DeliveryState::Waiting, 500))
        .await
        .unwrap();
    let second = claim(&mut tx, 9).await.unwrap();
    assert_eq!(second.delivery, delivery(1, 2));
    // The process died: the claim lapses, and the same message is next again.
    assert!(claim(&mut tx, 38).await.is_none());
    let again = claim(&mut tx, 39).await.unwrap();
    assert_eq!((again.delivery, again.attempts), (delivery(1, 2), 2));
    tx.record_attempt(delivery(1, 2).id, &attempted(DeliveryState::Done, 39))
        .await
        .unwrap();
    let late = tx
        .record_attempt(delivery(1, 2).id, &attempted(DeliveryState::Dead, 40))
        .await;
    assert!(matches!(late, Err(StoreError::Stale { .. })));
    assert_eq!(claim(&mut tx, 40).await.unwrap().delivery, delivery(1, 3));
}

async fn a_message_given_up_or_taken_can_be_told_again_under_the_same_id(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    begin(&mut tx, &[webhook(1)]).await;
    let message = delivery(1, 1);
    tx.insert_delivery(&message).await.unwrap();
    claim(&mut tx, 1).await.unwrap();
    let held = tx.replay_delivery(message.id, at(2)).await;
    assert!(matches!(held, Err(StoreError::Stale { .. })));
    tx.record_attempt(message.id, &attempted(DeliveryState::Dead, 2))
        .await
        .unwrap();
    assert!(claim(&mut tx, 100).await.is_none());
    let dead = Some(DeliveryState::Dead);
    let listed = tx.deliveries(webhook(1).id, dead, 10).await.unwrap();
    assert_eq!(listed[0].outcome.as_deref(), Some("tried"));
    tx.replay_delivery(message.id, at(100)).await.unwrap();
    let again = claim(&mut tx, 100).await.unwrap();
    assert_eq!((again.delivery.id, again.attempts), (message.id, 1));
    tx.record_attempt(message.id, &attempted(DeliveryState::Done, 101))
        .await
        .unwrap();
    assert_eq!(tx.sweep_deliveries(at(1)).await.unwrap(), 0);
    assert_eq!(tx.sweep_deliveries(at(2)).await.unwrap(), 1);
    assert!(tx.delivery(message.id).await.unwrap().is_none());
}

async fn a_webhook_that_is_gone_gives_up_what_waits(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    begin(&mut tx, &[webhook(1)]).await;
    for n in [1, 2] {
        tx.insert_delivery(&delivery(1, n)).await.unwrap();
    }
    tx.disable_webhook(webhook(1).id, at(5), "gone")
        .await
        .unwrap();
    let stored = tx.webhook(webhook(1).id).await.unwrap().unwrap();
    assert_eq!(stored.disabled, Some(at(5)));
    assert!(tx.listening_webhooks(opd(1)).await.unwrap().is_empty());
    let told = tx.deliveries(webhook(1).id, None, 10).await.unwrap();
    assert!(told.iter().all(|one| one.state == DeliveryState::Dead));
    assert_eq!(told[0].delivery.id, delivery(1, 2).id, "newest first");
    tx.delete_webhook(webhook(1).id).await.unwrap();
    let twice = tx.delete_webhook(webhook(1).id).await;
    assert!(matches!(twice, Err(StoreError::Stale { .. })));
    assert!(tx.delivery(delivery(1, 1).id).await.unwrap().is_none());
}

async fn a_webhook_of_no_account_is_refused(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    let refused = tx.insert_webhook(&webhook(1)).await;
    assert!(matches!(
        refused,
        Err(StoreError::Dangling { table: "webhook" })
    ));
}

async fn begin(tx: &mut Tx, webhooks: &[WebhookRow]) {
    tx.insert_account(&NewAccount {
        id: owner(),
        username: "aplikasi".to_owned(),
        pejabat: None,
        grants: Vec::new(),
        language: Language::Id,
        password: None,
        created: at(0),
    })
    .await
    .unwrap();
    for webhook in webhooks {
        tx.insert_webhook(webhook).await.unwrap();
    }
}

async fn claim(tx: &mut Tx, now: i64) -> Option<store::model::DeliveryRow> {
    tx.claim_delivery(webhook(1).id, at(now), at(now + 30))
        .await
        .unwrap()
}

fn attempted(state: DeliveryState, next_at: i64) -> Attempted {
    Attempted {
        state,
        next_at: at(next_at),
        at: at(9),
        outcome: "tried".to_owned(),
    }
}

fn delivery(webhook_no: u8, n: u128) -> NewDelivery {
    NewDelivery {
        id: DeliveryId::from_uuid(id(n)),
        webhook: webhook(webhook_no).id,
        kind: "surat.dikirim".to_owned(),
        naskah: NaskahId::from_uuid(id(1)),
        body: "{}".to_owned(),
        created: at(1),
    }
}

fn webhook(n: u8) -> WebhookRow {
    WebhookRow {
        id: WebhookId::from_uuid(id(u128::from(n))),
        account: owner(),
        url: "https://terima.contoh.example/".to_owned(),
        kinds: vec!["surat.dikirim".to_owned()],
        opd: Some(opd(1)),
        secret_sealed: "sealed".to_owned(),
        created: at(i64::from(n)),
        disabled: None,
    }
}

fn owner() -> AccountId {
    AccountId::from_uuid(id(50))
}

fn opd(n: u128) -> OpdId {
    OpdId::from_uuid(id(n))
}
