//! The first start of an empty installation.

use custody::Passphrase;
use flow::time::Zone;
use service::ServiceError;
use service::identity::log_in;
use service::office::{Identity, NewOpd};
use service::setup::{CODE_FILE, SetUp, install, needed, offer};

use crate::support::{World, client, on_both_engines, password};

on_both_engines!(
    an_empty_installation_is_set_up_once_by_whoever_reads_the_code,
    an_installation_with_an_office_is_not_set_up_again,
);

fn set_up() -> SetUp {
    SetUp {
        identity: Identity {
            pemda: "PEMERINTAH KABUPATEN MISALREJO".to_owned(),
            organisation: "Pemerintah Kabupaten Misalrejo".to_owned(),
            place: "Misalrejo".to_owned(),
        },
        opd: NewOpd {
            kode_unit: "KOMINFO".to_owned(),
            name: "DINAS KOMUNIKASI DAN INFORMATIKA".to_owned(),
            address: vec!["Jalan Contoh 1".to_owned(), String::new()],
            zone: Zone::Wit,
        },
        username: "admin".to_owned(),
        password: password("admin"),
        operator: Passphrase::new("frasa induk yang panjang".to_owned()),
    }
}

async fn an_empty_installation_is_set_up_once_by_whoever_reads_the_code(mut world: World) {
    world.empty().await;
    let app = world.app();
    assert!(needed(&app).await.unwrap());
    let early = install(&app, "", &set_up()).await;
    assert!(
        matches!(early, Err(ServiceError::LoginFailed)),
        "no code was offered"
    );
    assert!(offer(&app).await.unwrap());
    let code = std::fs::read_to_string(world.path(CODE_FILE)).unwrap();
    assert!(offer(&app).await.unwrap());
    assert_eq!(
        std::fs::read_to_string(world.path(CODE_FILE)).unwrap(),
        code
    );
    let wrong = install(&app, "bukan kodenya", &set_up()).await;
    assert!(matches!(wrong, Err(ServiceError::LoginFailed)));
    let weak = SetUp {
        operator: Passphrase::new("pendek".to_owned()),
        ..set_up()
    };
    let refused = install(&app, &code, &weak).await;
    assert!(matches!(refused, Err(ServiceError::WeakPassphrase(12))));

    let admin = install(&app, &code, &set_up()).await.unwrap();
    assert!(admin.is_some());
    assert!(!needed(&app).await.unwrap());
    assert!(!world.path(CODE_FILE).exists());
    assert!(world.path("ca/root.pem").exists() && world.path("ca/issuing.crl").exists());
    let again = install(&app, &code, &set_up()).await;
    assert!(matches!(again, Err(ServiceError::LoginFailed)));
    log_in(&app, "admin", &password("admin"), None, &client())
        .await
        .unwrap();
    let office = service::office::current(&app).await.unwrap();
    let opd = office.opd.values().next().unwrap();
    assert_eq!((opd.zone, opd.address.len()), (Zone::Wit, 1));
    world.assert_audit_is_clean().await;
}

async fn an_installation_with_an_office_is_not_set_up_again(world: World) {
    let app = world.app();
    assert!(!needed(&app).await.unwrap());
    assert!(!offer(&app).await.unwrap());
    assert!(!world.path(CODE_FILE).exists());
}
