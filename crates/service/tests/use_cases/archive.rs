//! Packages: they hold what proves a letter, and every change to them shows.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use flow::account::{Grant, Role};
use flow::id::NaskahId;
use flow::sifat::Keamanan;
use service::ServiceError;
use service::archive::{
    Package, PackageReport, PackageTrust, Problem, Selection, export, verify_package,
};
use service::clock::Clock as _;
use service::desk::LetterQuery;
use signing::UtcTime;
use signing::policy::{Policy, TrustAnchors};
use signing::validate::Evidence;
use zip::write::SimpleFileOptions;

use crate::support::{HEAD_A, World, nota_dinas, on_both_engines};

on_both_engines!(
    a_package_proves_itself_and_every_change_to_it_shows,
    a_package_holds_only_what_its_maker_may_take_out,
);

async fn a_package_proves_itself_and_every_change_to_it_shows(world: World) {
    let app = world.app();
    let id = signed(&world, Keamanan::Biasa).await;
    let auditor = auditor(&world).await;
    let confirmed = world.confirmed(&auditor).await;
    let path = world.path("arsip.zip");
    let selection = Selection::Letters(vec![id]);
    let out = File::create(&path).unwrap();
    let summary = export(&app, &auditor, &confirmed, &selection, out)
        .await
        .unwrap();
    assert_eq!((summary.letters, summary.left_out.len()), (1, 0));
    let key = app.checkpoint_verifier().vkey();
    let report = judged(&world, &path, Some(&key));
    assert!(report.is_proved(), "{report:?}");
    assert_eq!((report.letters, report.pdfs), (1, 1));
    assert!(report.events >= 4, "{report:?}");

    let unkeyed = judged(&world, &path, None);
    assert_eq!(unkeyed.problems, []);
    assert_eq!(unkeyed.uncertain, [Problem::CheckpointKeyUntrusted]);

    // The file, and the manifest that speaks of it, changed alike: the log still knows better.
    let events = format!("data/{id}/events.jsonl");
    let forged = world.path("palsu.zip");
    rewrite(&path, &forged, &events, |text| {
        text.replace(
            "\\\"kind\\\":\\\"submitted\\\"",
            "\\\"kind\\\":\\\"withdrawn\\\"",
        )
    });
    let report = judged(&world, &forged, Some(&key));
    let told = |problem: &Problem| matches!(problem, Problem::EventChanged { .. });
    assert!(report.problems.iter().any(told), "{report:?}");
    let changed = |problem: &Problem| matches!(problem, Problem::Changed { .. });
    assert!(report.problems.iter().any(changed), "{report:?}");

    let another = "log+00000000+AAAA";
    let report = judged(&world, &path, Some(another));
    let told = |problem: &Problem| matches!(problem, Problem::Checkpoint { .. });
    assert!(report.problems.iter().any(told), "{report:?}");
}

async fn a_package_holds_only_what_its_maker_may_take_out(world: World) {
    let app = world.app();
    let open = signed(&world, Keamanan::Biasa).await;
    let secret = signed(&world, Keamanan::Rahasia).await;
    let auditor = auditor(&world).await;
    let confirmed = world.confirmed(&auditor).await;
    let selection = Selection::Query(LetterQuery::default());
    let mut out = Vec::new();
    let summary = export(&app, &auditor, &confirmed, &selection, &mut out)
        .await
        .unwrap();
    assert_eq!(summary.left_out, [secret]);
    assert_eq!(summary.letters, 1);
    let named = Selection::Letters(vec![open, secret]);
    let refused = export(&app, &auditor, &confirmed, &named, Vec::new()).await;
    assert!(
        matches!(refused, Err(ServiceError::Forbidden { .. })),
        "{refused:?}"
    );
    let operator = service::archive::export_as_operator(&app, &[], Vec::new())
        .await
        .unwrap();
    assert_eq!((operator.letters, operator.left_out), (1, vec![secret]));
}

async fn auditor(world: &World) -> service::identity::Subject {
    let grant = Grant {
        role: Role::Auditor,
        opd: None,
    };
    world.account("auditor", None, &[grant]).await;
    world.subject("auditor").await
}

async fn signed(world: &World, keamanan: Keamanan) -> NaskahId {
    if world
        .rows()
        .await
        .keys_of(crate::support::actor(HEAD_A).pejabat)
        .await
        .unwrap()
        .is_empty()
    {
        world.issue_key(HEAD_A).await;
    }
    let mut letter = nota_dinas(&[HEAD_A]);
    letter.content.keamanan = keamanan;
    let (id, shown) = world.prepared(&letter).await;
    world.activate_and_sign(HEAD_A, id, shown).await;
    id
}

fn judged(world: &World, path: &Path, key: Option<&str>) -> PackageReport {
    let mut anchors = TrustAnchors::new();
    let root = std::fs::read(world.path("ca/root.pem")).unwrap();
    anchors.add_file(&root).unwrap();
    let trust = PackageTrust {
        checkpoint_key: key.map(str::to_owned),
        policy: Policy::new(anchors),
        evidence: Evidence::new(),
        at: UtcTime::from_unix(world.clock.now().micros() / 1_000_000),
        worker: Arc::clone(&world.worker) as Arc<dyn worker::PdfWorker>,
    };
    verify_package(Package::open(path).unwrap(), trust).unwrap()
}

/// Writes the package again with one file changed.
fn rewrite(from: &Path, to: &Path, name: &str, change: impl Fn(String) -> String) {
    let mut old = zip::ZipArchive::new(File::open(from).unwrap()).unwrap();
    let mut new = zip::ZipWriter::new(File::create(to).unwrap());
    let mut hits = 0;
    for place in 0..old.len() {
        let mut file = old.by_index(place).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        if file.name().ends_with(name) {
            let text = String::from_utf8(bytes.clone()).unwrap();
            let changed = change(text);
            hits += usize::from(changed.as_bytes() != bytes);
            bytes = changed.into_bytes();
        }
        let options = SimpleFileOptions::default();
        new.start_file(file.name(), options).unwrap();
        new.write_all(&bytes).unwrap();
    }
    new.finish().unwrap();
    assert_eq!(hits, 1, "{name} was to be changed");
}
