//! Signing for somebody else: only while the delegation runs.

use flow::mandat::Kapasitas;
use flow::naskah::Refusal;
use flow::office::Authority;
use service::ServiceError;

use crate::support::{MANDAT_SECONDS, SECRETARY_A, World, on_both_engines, surat_dinas};

on_both_engines!(a_plh_signs_while_the_mandate_runs_and_not_after_it_ended);

async fn a_plh_signs_while_the_mandate_runs_and_not_after_it_ended(world: World) {
    world.issue_key(SECRETARY_A).await;
    let (in_time, first) = world.prepared(&surat_dinas()).await;
    let (late, second) = world.prepared(&surat_dinas()).await;
    world.clock.advance(MANDAT_SECONDS - 1);
    let activation = world.activate(SECRETARY_A, second).await.unwrap();
    world.activate_and_sign(SECRETARY_A, in_time, first).await;
    let tahap = world.tahap(in_time).await;
    let authority = tahap.signatures()[0].authority;
    let as_plh = matches!(
        authority,
        Authority::Mandat {
            kapasitas: Kapasitas::Plh,
            ..
        }
    );
    assert!(as_plh, "{authority:?}");

    world.clock.advance(1);
    let signed = world.sign(SECRETARY_A, late, activation).await;
    let ended = matches!(signed, Err(ServiceError::Refused(Refusal::NoAuthority)));
    assert!(ended, "{signed:?}");
    assert_eq!(world.intents().await.len(), 1);
    assert_eq!(world.key(SECRETARY_A).await.uses, 1);
    world.assert_audit_is_clean().await;
}
