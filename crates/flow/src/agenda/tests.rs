use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::{event::Event, office::Office, testing};

fn id(n: u8) -> DisposisiId {
    DisposisiId::new(testing::NOW, [n; 10])
}

fn agenda_id() -> AgendaId {
    AgendaId::new(testing::NOW, [1; 10])
}

fn receive() -> Command {
    Command::Receive(Mail {
        opd: testing::opd(1),
        to: testing::jabatan(1),
        sifat: Sifat::Segera,
        origin: Origin::Naskah(testing::naskah(1)),
        urut: Some(1),
    })
}

fn dispose(from: u8, parent: Option<u8>, node: u8, to: u8) -> Command {
    Command::Dispose {
        from: testing::jabatan(from),
        parent: parent.map(id),
        targets: vec![Target {
            id: id(node),
            to: testing::jabatan(to),
        }],
        instructions: BTreeSet::from([Instruksi::ProsesLebihLanjut]),
        note: None,
        deadline: Some(testing::NOW.plus_seconds(3_600)),
    }
}

fn follow_up(node: u8) -> Command {
    Command::FollowUp {
        id: id(node),
        note: testing::blob(1),
        naskah: None,
    }
}

fn apply(
    agenda: Agenda,
    actor: u8,
    command: Command,
    office: &Office,
) -> Result<Agenda, AgendaRefusal> {
    let events = decide(
        &agenda,
        command,
        &testing::actor(actor),
        office,
        testing::NOW,
    )?;
    Ok(events.iter().fold(agenda, evolve))
}

fn after(commands: impl IntoIterator<Item = (u8, Command)>) -> Agenda {
    let office = testing::office();
    commands
        .into_iter()
        .fold(Agenda::new(agenda_id()), |agenda, (actor, command)| {
            apply(agenda, actor, command, &office).unwrap()
        })
}

#[test]
fn mail_passes_from_the_agenda_to_the_archive() {
    let agenda = after([
        (3, receive()),
        (1, dispose(1, None, 1, 2)),
        (2, dispose(2, Some(1), 2, 3)),
        (3, follow_up(2)),
        (1, Command::Complete),
        (
            3,
            Command::File {
                klasifikasi: "000.5.3.1".parse().unwrap(),
            },
        ),
    ]);
    assert_eq!(agenda.tahap(), Tahap::Filed);
    assert!(matches!(
        agenda.disposisi()[&id(2)].state,
        State::FollowedUp { .. }
    ));
}

#[test]
fn mail_that_needs_no_disposisi_is_completed_at_once() {
    let agenda = after([(3, receive()), (1, Command::Complete)]);
    assert_eq!(agenda.tahap().word(), "completed");
}

#[test]
fn a_disposisi_is_recalled_while_unread_and_not_after() {
    let office = testing::office();
    let sent = after([(3, receive()), (1, dispose(1, None, 1, 2))]);
    let recalled = apply(sent.clone(), 1, Command::Recall { id: id(1) }, &office).unwrap();
    assert_eq!(recalled.tahap().word(), "received");
    let read = apply(sent, 2, Command::MarkRead { id: id(1) }, &office).unwrap();
    let refused = apply(read, 1, Command::Recall { id: id(1) }, &office);
    assert_eq!(refused, Err(AgendaRefusal::Read));
}

#[test]
fn only_the_position_that_was_asked_passes_on_or_follows_up() {
    let office = testing::office();
    let sent = after([(3, receive()), (1, dispose(1, None, 1, 2))]);
    let refused = |actor, command| apply(sent.clone(), actor, command, &office).unwrap_err();
    assert_eq!(refused(3, follow_up(1)), AgendaRefusal::NoAuthority);
    assert_eq!(
        refused(3, dispose(3, Some(1), 2, 4)),
        AgendaRefusal::NoAuthority
    );
    assert_eq!(
        refused(2, dispose(2, Some(1), 2, 2)),
        AgendaRefusal::Targets
    );
    assert_eq!(refused(1, Command::Complete), AgendaRefusal::Open);
    assert_eq!(refused(1, follow_up(9)), AgendaRefusal::UnknownDisposisi);
}

#[test]
fn mail_for_a_position_of_another_opd_is_not_entered() {
    let Command::Receive(mail) = receive() else {
        unreachable!()
    };
    let mail = Mail {
        to: testing::jabatan(6),
        ..mail
    };
    let office = testing::office();
    let refused = apply(Agenda::new(agenda_id()), 3, Command::Receive(mail), &office);
    assert_eq!(refused, Err(AgendaRefusal::OtherOpd));
}

proptest! {
    #[test]
    fn replaying_gives_the_same_entry_and_completion_leaves_nothing_open(
        steps in prop::collection::vec((1_u8..5, 0_u8..6, 0_u8..5, 1_u8..6), 0..40),
    ) {
        let office = testing::office();
        let mut agenda = Agenda::new(agenda_id());
        let mut log: Vec<Event<Fact>> = Vec::new();
        for (actor, kind, node, to) in steps {
            let command = match kind {
                0 => receive(),
                1 => dispose(actor, node.checked_sub(1), node, to),
                2 => Command::Recall { id: id(node) },
                3 => Command::MarkRead { id: id(node) },
                4 => follow_up(node),
                _ => Command::Complete,
            };
            let by = testing::actor(actor);
            if let Ok(events) = decide(&agenda, command, &by, &office, testing::NOW) {
                agenda = events.iter().fold(agenda, evolve);
                log.extend(events);
            }
            if matches!(agenda.tahap(), Tahap::Completed { .. }) {
                prop_assert_eq!(agenda.open().count(), 0);
            }
        }
        prop_assert_eq!(u64::try_from(log.len()).unwrap(), agenda.version());
        prop_assert_eq!(replay(agenda_id(), &log), agenda);
    }
}
