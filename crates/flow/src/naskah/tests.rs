use proptest::prelude::*;

use super::*;
use crate::{
    digest::Sha256,
    event::Event,
    id::BlobId,
    jenis::JenisNaskah,
    mandat::Kapasitas,
    office::{Authority, Office},
    sifat::{Keamanan, Sifat},
    testing::{self, NOW},
    time::{CalendarDate, Timestamp},
};

const DAY: i64 = 86_400;

fn sha(n: u8) -> Sha256 {
    Sha256([n; 32])
}

fn note() -> BlobId {
    testing::blob(9)
}

fn content(text: u8, signers: &[u8]) -> ContentRef {
    ContentRef {
        digest: ContentDigest(sha(text)),
        blob: testing::blob(text),
        jenis: JenisNaskah::NotaDinas,
        opd: testing::opd(1),
        klasifikasi: "000.1.2.3".parse().unwrap(),
        sifat: Sifat::Biasa,
        keamanan: Keamanan::Biasa,
        signers: signers.iter().copied().map(testing::jabatan).collect(),
    }
}

fn stage(kind: StageKind, participants: &[u8], quorum: Quorum) -> Stage {
    let participants = participants.iter().copied().map(testing::jabatan).collect();
    Stage {
        kind,
        participants,
        quorum,
    }
}

/// Position 2 up the line, one of 3 and 4 beside it, then the signers.
fn chain(signers: &[u8]) -> Chain {
    Chain::new(vec![
        stage(StageKind::ParafHierarki, &[2], Quorum::All),
        stage(StageKind::ParafKoordinasi, &[3, 4], Quorum::Any),
        stage(StageKind::TandaTangan, signers, Quorum::All),
    ])
    .unwrap()
}

fn create(text: u8, signers: &[u8]) -> Command {
    Command::Create {
        content: content(text, signers),
        chain: chain(signers),
    }
}

fn edit(text: u8, signers: &[u8]) -> Command {
    Command::Edit {
        content: content(text, signers),
        chain: chain(signers),
    }
}

fn paraf(jabatan: u8, text: u8) -> Command {
    Command::Paraf {
        jabatan: testing::jabatan(jabatan),
        content_digest: ContentDigest(sha(text)),
    }
}

fn nomor(urut: u32, tahun: u16) -> Nomor {
    Nomor::new(
        testing::register(),
        tahun,
        urut,
        format!("000/{urut}/{tahun}"),
    )
    .unwrap()
}

fn preparation(text: u8, at: Timestamp, signers: &[(u8, u8)]) -> Preparation {
    let date = at.date_in(crate::time::Zone::Wib);
    Preparation {
        nomor: nomor(1, date.year()),
        date,
        content_digest: ContentDigest(sha(text)),
        version_sha256: sha(100),
        blob: testing::blob(100),
        signers: signers
            .iter()
            .map(|(jabatan, person)| PlannedSigner {
                jabatan: testing::jabatan(*jabatan),
                actor: testing::actor(*person),
                field: format!("TandaTangan{jabatan}"),
            })
            .collect(),
    }
}

fn sign(step: u8, over: u8, result: u8, at: Timestamp) -> Command {
    Command::Sign(Signing {
        step,
        version_sha256: sha(over),
        signed_sha256: sha(result),
        blob: testing::blob(result),
        signed_at: at,
    })
}

fn try_at(naskah: &Naskah, actor: u8, command: Command, now: Timestamp) -> Result<Naskah, Refusal> {
    let office = testing::office();
    let events = decide(naskah, command, &testing::actor(actor), &office, now)?;
    Ok(events.iter().fold(naskah.clone(), evolve))
}

fn refused(naskah: &Naskah, actor: u8, command: Command) -> Refusal {
    try_at(naskah, actor, command, NOW).unwrap_err()
}

fn after(commands: impl IntoIterator<Item = (u8, Command)>) -> Naskah {
    commands.into_iter().fold(
        Naskah::new(testing::naskah(1)),
        |naskah, (actor, command)| try_at(&naskah, actor, command, NOW).unwrap(),
    )
}

fn approved(signers: &[u8]) -> Vec<(u8, Command)> {
    vec![
        (1, create(1, signers)),
        (1, Command::Submit),
        (2, paraf(2, 1)),
        (3, paraf(3, 1)),
    ]
}

fn prepared(signers: &[u8], planned: &[(u8, u8)]) -> Naskah {
    let mut commands = approved(signers);
    commands.push((1, Command::Prepare(preparation(1, NOW, planned))));
    after(commands)
}

#[test]
fn a_letter_goes_from_draft_to_the_archive() {
    let mut naskah = prepared(&[2], &[(2, 2)]);
    assert_eq!(naskah.next_signer(), Some((0, testing::jabatan(2))));
    for (actor, command) in [
        (2, sign(0, 100, 101, NOW)),
        (3, Command::Dispatch),
        (3, Command::File),
    ] {
        naskah = try_at(&naskah, actor, command, NOW).unwrap();
    }
    assert_eq!(naskah.tahap().word(), "filed");
    assert_eq!(naskah.tahap().current_version(), Some(sha(101)));
    assert_eq!(naskah.version(), 8);
}

#[test]
fn a_letter_without_paraf_stages_is_ready_when_submitted() {
    let signing = vec![stage(StageKind::TandaTangan, &[2], Quorum::All)];
    let create = Command::Create {
        content: content(1, &[2]),
        chain: Chain::new(signing).unwrap(),
    };
    assert_eq!(
        after([(1, create), (1, Command::Submit)]).tahap(),
        &Tahap::Ready
    );
}

#[test]
fn the_stages_open_one_after_the_other_and_only_for_their_positions() {
    let naskah = after([(1, create(1, &[2])), (1, Command::Submit)]);
    assert_eq!(naskah.awaited(), [testing::jabatan(2)]);
    assert_eq!(refused(&naskah, 3, paraf(3, 1)), Refusal::NotParticipant);
    assert_eq!(refused(&naskah, 3, paraf(2, 1)), Refusal::NoAuthority);
    assert_eq!(
        refused(&naskah, 2, Command::Prepare(preparation(1, NOW, &[(2, 2)]))),
        Refusal::Stage("review")
    );
    let naskah = try_at(&naskah, 2, paraf(2, 1), NOW).unwrap();
    assert_eq!(naskah.awaited(), [testing::jabatan(3), testing::jabatan(4)]);
}

#[test]
fn a_paraf_binds_to_the_content_that_was_shown() {
    let naskah = after([(1, create(1, &[2])), (1, Command::Submit)]);
    assert_eq!(refused(&naskah, 2, paraf(2, 7)), Refusal::StaleContent);
}

#[test]
fn a_revision_voids_the_parafs_of_the_old_content() {
    let back = Command::Return {
        jabatan: testing::jabatan(3),
        note: note(),
    };
    let naskah = after([
        (1, create(1, &[2])),
        (1, Command::Submit),
        (2, paraf(2, 1)),
        (3, back),
        (1, edit(2, &[2])),
        (1, Command::Submit),
    ]);
    assert!(naskah.parafs().is_empty());
    assert_eq!(naskah.awaited(), [testing::jabatan(2)]);
    assert_eq!(refused(&naskah, 2, paraf(2, 1)), Refusal::StaleContent);
}

#[test]
fn a_quorum_of_all_waits_for_everybody() {
    let all = vec![
        stage(StageKind::ParafKoordinasi, &[3, 4], Quorum::All),
        stage(StageKind::TandaTangan, &[2], Quorum::All),
    ];
    let create = Command::Create {
        content: content(1, &[2]),
        chain: Chain::new(all).unwrap(),
    };
    let naskah = after([(1, create), (1, Command::Submit), (4, paraf(4, 1))]);
    assert_eq!(naskah.awaited(), [testing::jabatan(3)]);
    assert_eq!(refused(&naskah, 4, paraf(4, 1)), Refusal::ParafGiven);
    assert_eq!(
        try_at(&naskah, 3, paraf(3, 1), NOW).unwrap().tahap(),
        &Tahap::Ready
    );
}

#[test]
fn a_plh_signs_within_the_mandate_and_not_after_it_ends() {
    let naskah = prepared(&[5], &[(5, 4)]);
    let printed = &naskah.tahap().prepared().unwrap().signers[0];
    let mandat = testing::mandat(5);
    let authority = Authority::Mandat {
        mandat,
        kapasitas: Kapasitas::Plh,
    };
    assert_eq!(
        (printed.pejabat, printed.authority),
        (testing::pejabat(4), authority)
    );
    assert!(try_at(&naskah, 4, sign(0, 100, 101, NOW), NOW).is_ok());
    // The holder is back, but the block names the Plh.
    assert_eq!(
        refused(&naskah, 5, sign(0, 100, 101, NOW)),
        Refusal::PrintedOtherwise
    );
    let mut office = testing::office();
    office.mandat.clear();
    let late = may_sign(&naskah, 0, sha(100), &testing::actor(4), &office, NOW);
    assert_eq!(late, Err(Refusal::NoAuthority));
}

#[test]
fn an_outcome_is_judged_by_the_instant_of_its_intent() {
    let naskah = prepared(&[5], &[(5, 4)]);
    let days_later = NOW.plus_seconds(3 * DAY);
    assert!(try_at(&naskah, 4, sign(0, 100, 101, NOW), days_later).is_ok());
    assert_eq!(
        try_at(&naskah, 4, sign(0, 100, 101, days_later), days_later),
        Err(Refusal::DateMoved)
    );
}

#[test]
fn on_another_day_the_letter_is_prepared_again_with_the_same_number() {
    let naskah = prepared(&[2], &[(2, 2)]);
    let tomorrow = NOW.plus_seconds(DAY);
    let again = Command::Reprepare(preparation(1, tomorrow, &[(2, 2)]));
    let moved = try_at(&naskah, 2, again, tomorrow).unwrap();
    let date: CalendarDate = "2026-11-25".parse().unwrap();
    assert_eq!(moved.tahap().prepared().unwrap().date, date);
    assert_eq!(moved.nomor(), naskah.nomor());
    let other = Preparation {
        nomor: nomor(2, 2026),
        ..preparation(1, NOW, &[(2, 2)])
    };
    assert_eq!(
        refused(&naskah, 2, Command::Reprepare(other)),
        Refusal::OtherNomor
    );
    let backdated = preparation(1, NOW, &[(2, 2)]);
    assert_eq!(
        try_at(&naskah, 2, Command::Reprepare(backdated), tomorrow),
        Err(Refusal::DateMoved)
    );
}

#[test]
fn the_turn_of_the_year_gives_a_new_number() {
    let naskah = prepared(&[2], &[(2, 2)]);
    let next_year = NOW.plus_seconds(60 * DAY);
    let stale = Preparation {
        nomor: nomor(1, 2026),
        ..preparation(1, next_year, &[(2, 2)])
    };
    assert_eq!(
        try_at(&naskah, 2, Command::Reprepare(stale), next_year),
        Err(Refusal::NomorYear)
    );
    let again = Command::Reprepare(preparation(1, next_year, &[(2, 2)]));
    let moved = try_at(&naskah, 2, again, next_year).unwrap();
    assert_eq!(moved.nomor().unwrap().tahun(), 2027);
}

#[test]
fn a_letter_sent_back_by_its_signer_keeps_its_number() {
    let naskah = prepared(&[2], &[(2, 2)]);
    let back = Command::Return {
        jabatan: testing::jabatan(2),
        note: note(),
    };
    let mut naskah = try_at(&naskah, 2, back, NOW).unwrap();
    for (actor, command) in [
        (1, edit(2, &[2])),
        (1, Command::Submit),
        (2, paraf(2, 2)),
        (4, paraf(4, 2)),
    ] {
        naskah = try_at(&naskah, actor, command, NOW).unwrap();
    }
    let other = Preparation {
        nomor: nomor(2, 2026),
        ..preparation(2, NOW, &[(2, 2)])
    };
    assert_eq!(
        refused(&naskah, 1, Command::Prepare(other)),
        Refusal::OtherNomor
    );
    assert!(
        try_at(
            &naskah,
            1,
            Command::Prepare(preparation(2, NOW, &[(2, 2)])),
            NOW
        )
        .is_ok()
    );
}

#[test]
fn signers_sign_in_order_each_over_the_version_before() {
    let naskah = prepared(&[2, 3], &[(2, 2), (3, 3)]);
    assert_eq!(
        refused(&naskah, 3, sign(1, 100, 101, NOW)),
        Refusal::NotYourTurn
    );
    assert_eq!(
        refused(&naskah, 3, sign(0, 100, 101, NOW)),
        Refusal::NoAuthority
    );
    assert_eq!(
        refused(&naskah, 2, sign(0, 99, 101, NOW)),
        Refusal::StaleVersion
    );
    let once = try_at(&naskah, 2, sign(0, 100, 101, NOW), NOW).unwrap();
    assert_eq!(
        refused(&once, 2, sign(0, 100, 101, NOW)),
        Refusal::NotYourTurn
    );
    assert_eq!(
        refused(&once, 3, sign(1, 100, 102, NOW)),
        Refusal::StaleVersion
    );
    // After the first signature the date stands, so the second may follow on another day.
    let tomorrow = NOW.plus_seconds(DAY);
    let twice = try_at(&once, 3, sign(1, 101, 102, tomorrow), tomorrow).unwrap();
    assert_eq!(twice.tahap().word(), "signed");
}

#[test]
fn after_the_first_signature_only_cancelling_is_left_and_keeps_the_evidence() {
    let naskah = prepared(&[2, 3], &[(2, 2), (3, 3)]);
    let naskah = try_at(&naskah, 2, sign(0, 100, 101, NOW), NOW).unwrap();
    let third = testing::jabatan(3);
    assert_eq!(
        refused(&naskah, 1, edit(2, &[2, 3])),
        Refusal::SignatureExists
    );
    assert_eq!(
        refused(
            &naskah,
            3,
            Command::Return {
                jabatan: third,
                note: note()
            }
        ),
        Refusal::SignatureExists
    );
    assert_eq!(
        refused(
            &naskah,
            2,
            Command::Reprepare(preparation(1, NOW, &[(2, 2), (3, 3)]))
        ),
        Refusal::SignatureExists
    );
    let by_drafter = Command::Cancel {
        jabatan: testing::jabatan(1),
        note: note(),
    };
    assert_eq!(refused(&naskah, 1, by_drafter), Refusal::NotParticipant);
    let cancel = Command::Cancel {
        jabatan: third,
        note: note(),
    };
    let naskah = try_at(&naskah, 3, cancel, NOW).unwrap();
    assert_eq!(naskah.tahap().word(), "cancelled");
    assert_eq!(naskah.tahap().signatures().len(), 1);
    assert!(naskah.nomor().is_some());
}

#[test]
fn a_numbered_letter_is_neither_withdrawn_nor_rejected() {
    let naskah = prepared(&[2], &[(2, 2)]);
    let reject = Command::Reject {
        jabatan: testing::jabatan(2),
        note: note(),
    };
    assert_eq!(refused(&naskah, 1, Command::Withdraw), Refusal::Numbered);
    assert_eq!(refused(&naskah, 2, reject), Refusal::Numbered);
}

#[test]
fn a_withdrawn_letter_can_be_submitted_again_and_a_rejected_one_not() {
    let submitted = after([(1, create(1, &[2])), (1, Command::Submit)]);
    let withdrawn = try_at(&submitted, 1, Command::Withdraw, NOW).unwrap();
    assert!(try_at(&withdrawn, 1, Command::Submit, NOW).is_ok());
    let reject = Command::Reject {
        jabatan: testing::jabatan(2),
        note: note(),
    };
    let rejected = try_at(&submitted, 2, reject, NOW).unwrap();
    assert_eq!(
        refused(&rejected, 1, Command::Submit),
        Refusal::Stage("rejected")
    );
}

#[test]
fn strangers_neither_edit_nor_dispatch() {
    let draft = after([(1, create(1, &[2]))]);
    assert_eq!(refused(&draft, 2, edit(2, &[2])), Refusal::NotDrafter);
    assert_eq!(
        refused(&Naskah::new(testing::naskah(2)), 6, create(1, &[2])),
        Refusal::OtherOpd
    );
    let signed = try_at(&prepared(&[2], &[(2, 2)]), 2, sign(0, 100, 101, NOW), NOW).unwrap();
    assert_eq!(refused(&signed, 6, Command::Dispatch), Refusal::OtherOpd);
}

/// A step of a random story: who does what, with which text, when.
type Step = (u8, u8, u8, i64);

fn command((actor, kind, text, days): Step, naskah: &Naskah) -> Command {
    let at = NOW.plus_seconds(days * DAY);
    let own = testing::jabatan(actor);
    let planned = [(2, 2), (5, if days == 0 { 4 } else { 5 })];
    let current = naskah
        .tahap()
        .current_version()
        .map_or(100, |version| version.0[0]);
    match kind {
        0 => create(text, &[2, 5]),
        1 => edit(text, &[2, 5]),
        2 | 3 => Command::Submit,
        4..=7 => paraf(actor, text),
        8 => Command::Return {
            jabatan: own,
            note: note(),
        },
        9 => Command::Withdraw,
        10 => Command::Reject {
            jabatan: own,
            note: note(),
        },
        11 | 12 => Command::Prepare(preparation(text, at, &planned)),
        13 => Command::Reprepare(preparation(text, at, &planned)),
        14..=16 => sign(
            u8::try_from(naskah.tahap().signatures().len()).unwrap(),
            current,
            current + 1,
            at,
        ),
        17 => Command::Dispatch,
        18 => Command::File,
        _ => Command::Cancel {
            jabatan: own,
            note: note(),
        },
    }
}

/// Steps biased towards a letter that gets somewhere: mostly the right next step, sometimes any.
fn likely(naskah: &Naskah, step: Step, bias: u8) -> Step {
    let (_, _, _, days) = step;
    let text = naskah.content().map_or(1, |content| content.digest.0.0[0]);
    if bias == 0 {
        return step;
    }
    match naskah.tahap() {
        Tahap::New => (1, 0, 1, days),
        Tahap::Draft | Tahap::Returned { .. } | Tahap::Withdrawn => (1, 2, text, days),
        Tahap::Review { stage, .. } => (if *stage == 0 { 2 } else { 3 }, 4, text, days),
        Tahap::Ready => (2, 11, text, days),
        Tahap::Signing { signatures, .. } if signatures.is_empty() => (2, 14, text, days),
        Tahap::Signing { .. } => (if days == 0 { 4 } else { 5 }, 14, text, days),
        Tahap::Signed { .. } => (2, 17, text, days),
        Tahap::Dispatched { .. } => (2, 18, text, days),
        Tahap::Filed { .. } | Tahap::Rejected { .. } | Tahap::Cancelled { .. } => step,
    }
}

fn run(steps: Vec<(Step, u8)>) -> (Naskah, Vec<Event<Fact>>) {
    let office: Office = testing::office();
    let mut naskah = Naskah::new(testing::naskah(1));
    let mut log = Vec::new();
    for (step, bias) in steps {
        let step = likely(&naskah, step, bias);
        let now = NOW.plus_seconds(step.3 * DAY);
        let command = command(step, &naskah);
        if let Ok(events) = decide(&naskah, command, &testing::actor(step.0), &office, now) {
            naskah = events.iter().fold(naskah, evolve);
            log.extend(events);
        }
    }
    (naskah, log)
}

/// Which positions gave a paraf on the final content after the last submission, from the log alone.
fn parafs_that_count(log: &[Event<Fact>], digest: ContentDigest) -> Vec<JabatanId> {
    let begin = log
        .iter()
        .rposition(|event| event.fact == Fact::Submitted)
        .unwrap_or(log.len());
    log[begin..]
        .iter()
        .filter_map(|event| {
            let Fact::ParafGiven { paraf } = &event.fact else {
                return None;
            };
            (paraf.content_digest == digest).then_some(paraf.jabatan)
        })
        .collect()
}

fn steps() -> impl Strategy<Value = Vec<(Step, u8)>> {
    let step = (
        1_u8..7,
        0_u8..20,
        1_u8..3,
        prop_oneof![8 => Just(0_i64), 1 => Just(1)],
    );
    prop::collection::vec((step, 0_u8..4), 0..40)
}

proptest! {
    #[test]
    fn no_sequence_reaches_signed_without_every_paraf_of_that_content(steps in steps()) {
        let (naskah, log) = run(steps);
        if let Some(prepared) = naskah.tahap().prepared() {
            let digest = prepared.content_digest;
            prop_assert_eq!(Some(digest), naskah.content().map(|content| content.digest));
            let given = parafs_that_count(&log, digest);
            for stage in naskah.draft().unwrap().chain.parafs() {
                let of_stage =
                    stage.participants.iter().filter(|who| given.contains(who)).count();
                prop_assert!(of_stage >= stage.needed());
            }
        }
    }

    #[test]
    fn each_signature_covers_the_version_before_it(steps in steps()) {
        let (naskah, _) = run(steps);
        let signatures = naskah.tahap().signatures();
        let mut version = naskah.tahap().prepared().map(|prepared| prepared.version_sha256);
        for (step, signature) in signatures.iter().enumerate() {
            prop_assert_eq!(usize::from(signature.step), step);
            prop_assert_eq!(Some(signature.version_sha256), version);
            version = Some(signature.signed_sha256);
        }
    }

    #[test]
    fn replaying_the_stored_events_gives_the_same_letter(steps in steps()) {
        let (naskah, log) = run(steps);
        let stored: Vec<String> = log.iter().map(|event| event.to_json().unwrap()).collect();
        let read: Vec<Event<Fact>> =
            stored.iter().map(|text| Event::from_json(text).unwrap()).collect();
        prop_assert_eq!(u64::try_from(log.len()).unwrap(), naskah.version());
        prop_assert_eq!(replay(testing::naskah(1), &read), naskah);
    }
}

#[test]
fn the_random_stories_do_reach_the_archive() {
    let steps = vec![((1, 0, 1, 0), 1); 12];
    assert_eq!(run(steps).0.tahap().word(), "filed");
}
