// What waits for which position, and who may see what waits.

pub(crate) async fn put_letter_tasks(
    conn: &mut Conn,
    naskah: NaskahId,
    tasks: &[TaskRow],
) -> Result<(), StoreError> {
    let mut query =
        QueryBuilder::<Db>::new("DELETE FROM task WHERE agenda_id IS NULL AND naskah_id = ");
    query.push_bind(naskah.uuid());
    replace_tasks(conn, query, tasks).await
}

pub(crate) async fn put_entry_tasks(
    conn: &mut Conn,
    agenda: AgendaId,
    tasks: &[TaskRow],
) -> Result<(), StoreError> {
    let mut query = QueryBuilder::<Db>::new("DELETE FROM task WHERE agenda_id = ");
    query.push_bind(agenda.uuid());
    replace_tasks(conn, query, tasks).await
}

// A task that still waits keeps since when it waits.
async fn replace_tasks(
    conn: &mut Conn,
    mut gone: QueryBuilder<Db>,
    tasks: &[TaskRow],
) -> Result<(), StoreError> {
    if !tasks.is_empty() {
        gone.push(" AND id NOT IN ");
        push_ids(&mut gone, tasks.iter().map(|task| task.id));
    }
    gone.build().execute(&mut *conn).await?;
    for task in tasks {
        sqlx::query::<Db>(
            "INSERT INTO task (id, kind, jabatan_id, opd_id, naskah_id, agenda_id, disposisi_id,
                               from_jabatan, sifat, since, due)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (id) DO UPDATE SET sifat = excluded.sifat",
        )
        .bind(task.id)
        .bind(task.kind.as_str())
        .bind(task.jabatan.uuid())
        .bind(task.opd.uuid())
        .bind(task.naskah.uuid())
        .bind(task.agenda.map(AgendaId::uuid))
        .bind(task.disposisi.map(DisposisiId::uuid))
        .bind(task.from.uuid())
        .bind(to_word(&task.sifat)?)
        .bind(task.since.micros())
        .bind(task.due.micros())
        .execute(&mut *conn)
        .await
        .map_err(|error| StoreError::writing("task", error))?;
    }
    Ok(())
}

pub(crate) async fn task_list(
    conn: &mut Conn,
    reader: &Reader,
    kind: Option<TaskKind>,
    after: Option<(Timestamp, Uuid)>,
    limit: u32,
) -> Result<Vec<TaskListRow>, StoreError> {
    let mut query = QueryBuilder::<Db>::new(
        "SELECT t.id, t.kind, t.jabatan_id, t.opd_id, t.naskah_id, t.agenda_id, t.disposisi_id,
                t.from_jabatan, t.sifat, t.since, t.due, x.hal, x.asal, n.content_digest, d.version_sha256
         FROM task t JOIN naskah n ON n.id = t.naskah_id
              JOIN naskah_desk d ON d.naskah_id = t.naskah_id
              LEFT JOIN naskah_text x ON x.naskah_id = t.naskah_id
         WHERE ",
    );
    push_mine(&mut query, reader);
    if let Some(kind) = kind {
        query.push(" AND t.kind = ").push_bind(kind.as_str());
    }
    if let Some((at, id)) = after {
        query.push(" AND (t.due, t.id) > (").push_bind(at.micros());
        query.push(", ").push_bind(id).push(")");
    }
    query
        .push(" ORDER BY t.due, t.id LIMIT ")
        .push_bind(i64::from(limit));
    let rows = query
        .build_query_as::<TaskColumns>()
        .fetch_all(conn)
        .await?;
    all(rows, TaskListRow::try_from)
}

pub(crate) async fn task_counts(
    conn: &mut Conn,
    reader: &Reader,
) -> Result<Vec<(TaskKind, u64)>, StoreError> {
    let mut query = QueryBuilder::<Db>::new("SELECT t.kind, COUNT(*) AS count FROM task t WHERE ");
    push_mine(&mut query, reader);
    query.push(" GROUP BY t.kind");
    let rows = query
        .build_query_as::<CountColumns>()
        .fetch_all(conn)
        .await?;
    all(rows, |row| {
        let kind = TaskKind::of_row("task", &row.kind, &row.kind)?;
        Ok((kind, from_column("task", &row.kind, row.count)?))
    })
}

/// Tasks of the reader's positions, and those that the registry may do as well.
fn push_mine(query: &mut QueryBuilder<Db>, reader: &Reader) {
    query.push("(");
    push_acts_for(query, reader, TASK);
    query.push(" OR (t.kind IN ('prepare', 'dispatch') AND t.opd_id IN ");
    push_ids(query, reader.registry.iter().map(|id| id.uuid()));
    query.push("))");
}

/// Where a row says for which position, of which kind and of which OPD it is. Entries of an agenda are of the kind of
/// the lembar disposisi, and of the OPD that received them.
#[derive(Clone, Copy)]
struct Matter {
    jabatan: &'static str,
    jenis: &'static str,
    opd: &'static str,
}

const TASK: Matter = Matter {
    jabatan: "t.jabatan_id",
    jenis: "CASE WHEN t.agenda_id IS NULL
                 THEN (SELECT m.jenis FROM naskah m WHERE m.id = t.naskah_id)
                 ELSE 'lembar_disposisi' END",
    opd: "t.opd_id",
};

const PART: Matter = Matter {
    jabatan: "p.jabatan_id",
    jenis: "CASE WHEN p.source_id = n.id THEN n.jenis ELSE 'lembar_disposisi' END",
    opd: "CASE WHEN p.source_id = n.id THEN n.opd
               ELSE (SELECT e.opd FROM agenda e WHERE e.id = p.source_id) END",
};

/// Whether the row is for a position that the reader holds, or acts for in its matter.
fn push_acts_for(query: &mut QueryBuilder<Db>, reader: &Reader, of: Matter) {
    query.push("(").push(of.jabatan).push(" IN ");
    push_ids(query, reader.positions.iter().map(|id| id.uuid()));
    for mandated in &reader.mandated {
        query.push(" OR (").push(of.jabatan).push(" = ");
        query.push_bind(mandated.jabatan.uuid());
        if !mandated.kinds.is_empty() {
            query.push(" AND ").push(of.jenis).push(" IN (");
            let mut kinds = query.separated(", ");
            for kind in &mandated.kinds {
                kinds.push_bind(kind.clone());
            }
            query.push(")");
        }
        if let Some(opd) = mandated.opd {
            query
                .push(" AND ")
                .push(of.opd)
                .push(" = ")
                .push_bind(opd.uuid());
        }
        query.push(")");
    }
    query.push(")");
}

fn push_ids(query: &mut QueryBuilder<Db>, ids: impl Iterator<Item = Uuid>) {
    let mut any = false;
    for id in ids {
        query.push(if any { ", " } else { "(" }).push_bind(id);
        any = true;
    }
    query.push(if any { ")" } else { "(NULL)" });
}
