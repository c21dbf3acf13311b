//! Whoever can write to the database changes one row of events or leaves: `pena audit verify` names it.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on stops loudly"
)]

use std::io::Write;

use tests::database::{Database, Engine, replace_sqlite};
use tests::demo::{Demo, Place};
use tests::files;

#[test]
fn any_row_that_is_changed_deleted_or_inserted_is_named_on_sqlite() {
    tamper(Engine::Sqlite);
}

#[test]
fn any_row_that_is_changed_deleted_or_inserted_is_named_on_postgres() {
    tamper(Engine::Postgres);
}

fn tamper(engine: Engine) {
    let Some(demo) = Demo::shared(engine) else {
        return;
    };
    demo.place.clean_audit();
    let newest = Row::newest(&demo.place);
    let middle = Row::middle(&demo.place);
    let cases = cases(engine, &newest, &middle);
    let copy = Copy::of(&demo.place);
    let mut unseen = Vec::new();
    for Case {
        what,
        sql,
        named_by,
    } in &cases
    {
        let place = copy.restored(&demo.place);
        let before = place.database.dump();
        place.database.rows(sql);
        assert!(
            place.database.dump() != before,
            "{what}: the row was not there to be changed: {sql}"
        );
        let (finished, report) = place.audit();
        let offences = report["offences"].to_string();
        let named = named_by.iter().any(|name| offences.contains(name));
        if finished.code != Some(1) || !named {
            unseen.push(format!(
                "{what}: none of {named_by:?} in\n{}",
                finished.all()
            ));
        }
    }
    // The restored original is clean, so nothing above was seen for another reason.
    copy.restored(&demo.place).clean_audit();
    drop(writeln!(
        std::io::stderr(),
        "{engine:?}: {} of {} changes were named",
        cases.len() - unseen.len(),
        cases.len()
    ));
    assert!(unseen.is_empty(), "{}", unseen.join("\n\n"));
}

/// An event with its leaf.
struct Row {
    leaf: String,
    index: u64,
    stream_kind: String,
    stream: String,
    version: u64,
}

impl Row {
    fn newest(place: &Place) -> Self {
        Self::at(place, "(SELECT max(idx) FROM leaf)")
    }

    fn middle(place: &Place) -> Self {
        Self::at(place, "(SELECT max(idx) / 2 FROM leaf)")
    }

    fn at(place: &Place, index: &str) -> Self {
        let engine = place.engine;
        let rows = place.database.rows(&format!(
            "SELECT {}, idx, stream_kind, {}, version FROM leaf WHERE idx = {index};\n",
            engine.show_id("id"),
            engine.show_id("stream_id"),
        ));
        let [row] = rows.as_slice() else {
            panic!("not one leaf at {index}: {rows:?}");
        };
        let [leaf, index, stream_kind, stream, version] = row.as_slice() else {
            panic!("not five columns: {row:?}");
        };
        Self {
            leaf: leaf.clone(),
            index: index.parse().expect("an index is a number"),
            stream_kind: stream_kind.clone(),
            stream: stream.clone(),
            version: version.parse().expect("a version is a number"),
        }
    }

    /// How the report names the event.
    fn event(&self) -> String {
        event(&self.stream_kind, &self.stream, self.version)
    }

    /// How the report may name this event or its leaf.
    fn names(&self) -> Vec<String> {
        vec![
            self.event(),
            format!("\"{}\"", self.leaf),
            format!("\"index\":{}", self.index),
        ]
    }

    fn where_event(&self, engine: Engine) -> String {
        let Self {
            stream_kind,
            version,
            ..
        } = self;
        let stream = engine.id(&self.stream);
        format!("stream_kind = '{stream_kind}' AND stream_id = {stream} AND version = {version}")
    }

    fn where_leaf(&self, engine: Engine) -> String {
        format!("id = {}", engine.id(&self.leaf))
    }
}

/// One change that somebody makes.
struct Case {
    what: String,
    sql: String,
    /// The report must say one of these.
    named_by: Vec<String>,
}

impl Case {
    fn new(what: impl Into<String>, sql: String, named_by: Vec<String>) -> Self {
        Self {
            what: what.into(),
            sql: sql + ";\n",
            named_by,
        }
    }
}

const NEW_ID: &str = "0191aaaabbbb7cccaddd000000000001";

fn cases(engine: Engine, newest: &Row, middle: &Row) -> Vec<Case> {
    let mut cases = Vec::new();
    for (age, row) in [("newest", newest), ("middle", middle)] {
        cases.extend(event_edits(engine, age, row));
        cases.extend(leaf_edits(engine, age, row));
        cases.push(Case::new(
            format!("{age} event deleted"),
            format!("DELETE FROM event WHERE {}", row.where_event(engine)),
            row.names(),
        ));
        cases.push(Case::new(
            format!("{age} leaf deleted"),
            format!("DELETE FROM leaf WHERE {}", row.where_leaf(engine)),
            row.names(),
        ));
    }
    cases.extend(inserts(engine, newest));
    cases
}

fn event_edits(engine: Engine, age: &str, row: &Row) -> Vec<Case> {
    let new_id = engine.id(NEW_ID);
    let no_one = engine.bytes(&"00".repeat(32));
    let edits = [
        ("stream_kind", "stream_kind || 'x'"),
        ("stream_id", new_id.as_str()),
        ("version", "version + 100"),
        ("kind", "kind || 'x'"),
        ("body", "body || ' '"),
        ("at", "at + 1"),
        ("actor", no_one.as_str()),
    ];
    edits
        .into_iter()
        .map(|(column, value)| {
            Case::new(
                format!("{age} event, {column}"),
                format!(
                    "UPDATE event SET {column} = {value} WHERE {}",
                    row.where_event(engine)
                ),
                row.names(),
            )
        })
        .collect()
}

fn leaf_edits(engine: Engine, age: &str, row: &Row) -> Vec<Case> {
    let new_id = engine.id(NEW_ID);
    let edits = [
        ("id", new_id.as_str()),
        ("stream_kind", "stream_kind || 'x'"),
        ("stream_id", new_id.as_str()),
        ("version", "version + 100"),
        ("idx", "idx + 100000"),
        ("idx", "NULL"),
        ("body", "body || ' '"),
        ("body", "replace(body, '\"at\":1', '\"at\":2')"),
    ];
    edits
        .into_iter()
        .map(|(column, value)| {
            Case::new(
                format!("{age} leaf, {column} = {value}"),
                format!(
                    "UPDATE leaf SET {column} = {value} WHERE {}",
                    row.where_leaf(engine)
                ),
                row.names(),
            )
        })
        .collect()
}

fn inserts(engine: Engine, newest: &Row) -> Vec<Case> {
    let new_id = engine.id(NEW_ID);
    let event_like = |stream: &str, version: &str| {
        format!(
            "INSERT INTO event (stream_kind, stream_id, version, kind, body, at, actor) \
             SELECT stream_kind, {stream}, {version}, kind, body, at, actor FROM event WHERE {}",
            newest.where_event(engine)
        )
    };
    let leaf_like = |version: &str, index: &str| {
        format!(
            "INSERT INTO leaf (id, stream_kind, stream_id, version, idx, body) \
             SELECT {new_id}, stream_kind, stream_id, {version}, {index}, body FROM leaf WHERE {}",
            newest.where_leaf(engine)
        )
    };
    let new_leaf = vec![format!("\"{NEW_ID}\"")];
    vec![
        Case::new(
            "an event after the newest of its stream",
            event_like("stream_id", "version + 1"),
            vec![event(
                &newest.stream_kind,
                &newest.stream,
                newest.version + 1,
            )],
        ),
        Case::new(
            "an event of a new stream",
            event_like(&new_id, "1"),
            vec![event(&newest.stream_kind, NEW_ID, 1)],
        ),
        Case::new(
            "a leaf without an index",
            leaf_like("version + 1", "NULL"),
            new_leaf.clone(),
        ),
        Case::new(
            "a leaf at the end of the log",
            leaf_like("version + 1", "idx + 1"),
            new_leaf,
        ),
    ]
}

fn event(stream_kind: &str, stream: &str, version: u64) -> String {
    format!("{stream_kind}/{stream}/{version}")
}

/// A data directory to spoil, put right again before each change.
struct Copy {
    folder: tempfile::TempDir,
}

impl Copy {
    fn of(original: &Place) -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        files::copy(&original.folder, folder.path());
        Self { folder }
    }

    /// The place with rows as in the original.
    fn restored(&self, original: &Place) -> Place {
        let folder = self.folder.path();
        let database = match &original.database {
            Database::Sqlite(file) => {
                let copied = folder.join(files::name(file));
                replace_sqlite(file, &copied);
                Database::Sqlite(copied)
            }
            Database::Postgres(database) => {
                Database::Postgres(database.copy("pena_test_tamper_copy"))
            }
        };
        Place::at(folder, database)
    }
}
