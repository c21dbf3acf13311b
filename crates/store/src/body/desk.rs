// What people see: lists, books, search, the progress of batches.

pub(crate) async fn put_desk(conn: &mut Conn, row: &DeskRow) -> Result<(), StoreError> {
    sqlx::query::<Db>(
        "INSERT INTO naskah_desk (naskah_id, sifat, keamanan, drafter_jabatan, drafter_pejabat,
                                  dated, signed_at, dispatched_at, version_sha256)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (naskah_id) DO UPDATE SET sifat = excluded.sifat,
             keamanan = excluded.keamanan, dated = excluded.dated,
             signed_at = excluded.signed_at,
             dispatched_at = COALESCE(naskah_desk.dispatched_at, excluded.dispatched_at),
             version_sha256 = excluded.version_sha256",
    )
    .bind(row.naskah.uuid())
    .bind(to_word(&row.sifat)?)
    .bind(to_word(&row.keamanan)?)
    .bind(row.drafter_jabatan.uuid())
    .bind(row.drafter_pejabat.uuid())
    .bind(row.dated.map(i64::from))
    .bind(row.signed_at.map(Timestamp::micros))
    .bind(row.dispatched_at.map(Timestamp::micros))
    .bind(row.version_sha256.as_ref().map(|sha| &sha.0[..]))
    .execute(conn)
    .await
    .map_err(|error| StoreError::writing("naskah_desk", error))?;
    Ok(())
}

pub(crate) async fn put_parts(
    conn: &mut Conn,
    naskah: NaskahId,
    source: Uuid,
    parts: &BTreeSet<JabatanId>,
) -> Result<(), StoreError> {
    sqlx::query::<Db>("DELETE FROM naskah_part WHERE source_id = $1")
        .bind(source)
        .execute(&mut *conn)
        .await?;
    for jabatan in parts {
        sqlx::query::<Db>(
            "INSERT INTO naskah_part (naskah_id, jabatan_id, source_id) VALUES ($1, $2, $3)",
        )
        .bind(naskah.uuid())
        .bind(jabatan.uuid())
        .bind(source)
        .execute(&mut *conn)
        .await
        .map_err(|error| StoreError::writing("naskah_part", error))?;
    }
    Ok(())
}

// A letter that became secret loses its row, and with it every word that could be searched for.
pub(crate) async fn put_text(
    conn: &mut Conn,
    naskah: NaskahId,
    text: Option<&TextRow>,
) -> Result<(), StoreError> {
    let Some(text) = text else {
        sqlx::query::<Db>("DELETE FROM naskah_text WHERE naskah_id = $1")
            .bind(naskah.uuid())
            .execute(conn)
            .await?;
        return Ok(());
    };
    sqlx::query::<Db>(
        "INSERT INTO naskah_text (naskah_id, hal, tujuan, kata, asal) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (naskah_id) DO UPDATE SET hal = excluded.hal, tujuan = excluded.tujuan,
             kata = excluded.kata, asal = excluded.asal",
    )
    .bind(naskah.uuid())
    .bind(&text.hal)
    .bind(&text.tujuan)
    .bind(&text.kata)
    .bind(&text.asal)
    .execute(conn)
    .await
    .map_err(|error| StoreError::writing("naskah_text", error))?;
    Ok(())
}

pub(crate) async fn text_of(
    conn: &mut Conn,
    naskah: NaskahId,
) -> Result<Option<TextRow>, StoreError> {
    let row = sqlx::query_as::<Db, (String, String, String, Option<String>)>(
        "SELECT hal, tujuan, kata, asal FROM naskah_text WHERE naskah_id = $1",
    )
    .bind(naskah.uuid())
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|(hal, tujuan, kata, asal)| TextRow {
        hal,
        tujuan,
        asal,
        kata,
    }))
}

const LIST_COLUMNS: &str =
    "n.id, n.opd, n.jenis, n.tahap, n.version, n.content_digest, n.nomor, n.code, n.typed_code,
     n.batch, n.updated_at, d.sifat, d.keamanan, d.drafter_jabatan, d.drafter_pejabat, d.dated,
     d.signed_at, d.dispatched_at, d.version_sha256, x.hal, x.tujuan, x.asal";

/// The columns of a line of a list and where they come from, with more of both.
fn list_query(reader: &Reader, columns: &str, joins: &str) -> QueryBuilder<Db> {
    let mut query = QueryBuilder::<Db>::new("SELECT ");
    query
        .push(LIST_COLUMNS)
        .push(columns)
        .push(", (SELECT a.id FROM agenda a WHERE a.naskah_id = n.id AND ");
    push_received(&mut query, reader);
    query
        .push(
            " ORDER BY a.id LIMIT 1) AS agenda_id
             FROM naskah n JOIN naskah_desk d ON d.naskah_id = n.id
                  LEFT JOIN naskah_text x ON x.naskah_id = n.id ",
        )
        .push(joins);
    query
}

pub(crate) async fn letter_list(
    conn: &mut Conn,
    reader: &Reader,
    filter: &ListFilter,
) -> Result<Vec<ListRow>, StoreError> {
    let mut query = list_query(reader, "", "");
    query.push(" WHERE ");
    push_visible(&mut query, reader);
    push_part(&mut query, reader, filter.part);
    if let Some(tahap) = &filter.tahap {
        query.push(" AND n.tahap = ").push_bind(tahap.clone());
    }
    if let Some(jenis) = &filter.jenis {
        query.push(" AND n.jenis = ").push_bind(jenis.clone());
    }
    if let Some(opd) = filter.opd {
        query.push(" AND n.opd = ").push_bind(opd.uuid());
    }
    if let Some(expression) = SEARCH.expression(&filter.words) {
        query
            .push(SEARCH.open)
            .push_bind(expression)
            .push(SEARCH.close);
    }
    if let Some(from) = filter.from {
        query.push(" AND n.updated_at >= ").push_bind(from.micros());
    }
    if let Some(until) = filter.until {
        query.push(" AND n.updated_at < ").push_bind(until.micros());
    }
    if let Some((at, id)) = filter.after {
        query
            .push(" AND (n.updated_at, n.id) < (")
            .push_bind(at.micros());
        query.push(", ").push_bind(id).push(")");
    }
    query.push(" ORDER BY n.updated_at DESC, n.id DESC LIMIT ");
    query.push_bind(i64::from(filter.limit));
    let rows = query
        .build_query_as::<ListColumns>()
        .fetch_all(conn)
        .await?;
    all(rows, ListRow::try_from)
}

pub(crate) async fn list_row(
    conn: &mut Conn,
    reader: &Reader,
    naskah: NaskahId,
) -> Result<Option<ListRow>, StoreError> {
    let mut query = list_query(reader, "", "");
    query.push(" WHERE n.id = ");
    query.push_bind(naskah.uuid());
    let row = query
        .build_query_as::<ListColumns>()
        .fetch_optional(conn)
        .await?;
    row.map(ListRow::try_from).transpose()
}

/// What the policy lets the reader see; secret letters only where a position of theirs takes part.
fn push_visible(query: &mut QueryBuilder<Db>, reader: &Reader) {
    query.push("(n.opd IN ");
    push_ids(query, reader.audited.iter().map(|id| id.uuid()));
    query.push(" OR EXISTS (SELECT 1 FROM naskah_part p WHERE p.naskah_id = n.id AND ");
    push_acts_for(query, reader, PART);
    query.push(") OR (d.keamanan IN ('BIASA', 'TERBATAS') AND (n.opd IN ");
    push_ids(query, reader.opds.iter().map(|id| id.uuid()));
    query.push(" OR EXISTS (SELECT 1 FROM agenda r WHERE r.naskah_id = n.id AND r.opd IN ");
    push_ids(query, reader.mail_opds.iter().map(|id| id.uuid()));
    query.push("))))");
}

/// Agenda entries `a` of the reader's OPD, or in which a position of theirs takes part.
fn push_received(query: &mut QueryBuilder<Db>, reader: &Reader) {
    query.push("(a.opd IN ");
    push_ids(query, reader.mail_opds.iter().map(|id| id.uuid()));
    query.push(" OR EXISTS (SELECT 1 FROM naskah_part p WHERE p.source_id = a.id AND ");
    push_acts_for(query, reader, PART);
    query.push("))");
}

/// Agenda entries `a` that the policy lets the reader see: their own, or those of their OPD that are no secret.
fn push_entry_visible(query: &mut QueryBuilder<Db>, reader: &Reader) {
    query.push("(a.opd IN ");
    push_ids(query, reader.audited.iter().map(|id| id.uuid()));
    query.push(" OR EXISTS (SELECT 1 FROM naskah_part p WHERE p.source_id = a.id AND ");
    push_acts_for(query, reader, PART);
    query.push(") OR (d.keamanan IN ('BIASA', 'TERBATAS') AND a.opd IN ");
    push_ids(query, reader.mail_opds.iter().map(|id| id.uuid()));
    query.push("))");
}

fn push_part(query: &mut QueryBuilder<Db>, reader: &Reader, part: ListPart) {
    match part {
        ListPart::All => {
            query.push(NOT_FROM_OUTSIDE);
        }
        ListPart::Filed => {
            query.push(" AND n.tahap = 'filed'");
        }
        ListPart::Outgoing => {
            query.push(NOT_FROM_OUTSIDE).push(" AND (n.opd IN ");
            let opds = reader.opds.iter().chain(&reader.audited);
            push_ids(query, opds.map(|id| id.uuid()));
            query.push(
                " OR EXISTS (SELECT 1 FROM naskah_part p WHERE p.naskah_id = n.id
                             AND p.source_id = n.id AND ",
            );
            push_acts_for(query, reader, PART);
            query.push("))");
        }
        ListPart::Incoming(role) => {
            query
                .push(" AND EXISTS (SELECT 1 FROM agenda a WHERE a.naskah_id = n.id AND a.role = ");
            query.push_bind(role.as_str());
            query.push(" AND ");
            push_received(query, reader);
            query.push(")");
        }
    }
}

/// Mail from outside is an entry of an agenda, and no letter of ours.
const NOT_FROM_OUTSIDE: &str = " AND n.tahap <> 'incoming'";

pub(crate) async fn book_list(
    conn: &mut Conn,
    reader: &Reader,
    filter: &BookFilter,
) -> Result<Vec<BookListRow>, StoreError> {
    let (at, id, tahap, join, of) = match filter.book {
        BookKind::Incoming => (
            "a.received_at",
            "a.id",
            "a.tahap",
            "JOIN agenda a ON a.naskah_id = n.id",
            "a.opd",
        ),
        BookKind::Outgoing => ("d.signed_at", "n.id", "NULL", "", "n.opd"),
        BookKind::Sent => ("d.dispatched_at", "n.id", "NULL", "", "n.opd"),
    };
    let (agenda, urut) = if join.is_empty() {
        ("NULL", "NULL")
    } else {
        ("a.id", "a.urut")
    };
    let mut query = QueryBuilder::<Db>::new("SELECT ");
    query
        .push(at)
        .push(" AS at, ")
        .push(id)
        .push(" AS row_id, CAST(");
    query
        .push(tahap)
        .push(" AS TEXT) AS entry_tahap, ")
        .push(LIST_COLUMNS);
    query
        .push(", CAST(")
        .push(agenda)
        .push(" AS ")
        .push(UUID_TYPE)
        .push(") AS agenda_id, CAST(CASE WHEN ");
    match filter.book {
        BookKind::Incoming => push_entry_visible(&mut query, reader),
        BookKind::Outgoing | BookKind::Sent => push_visible(&mut query, reader),
    }
    query
        .push(" THEN 1 ELSE 0 END AS BIGINT) AS may_open, CAST(")
        .push(urut)
        .push(" AS BIGINT) AS urut");
    query
        .push(" FROM naskah n JOIN naskah_desk d ON d.naskah_id = n.id ")
        .push(join);
    query
        .push(" LEFT JOIN naskah_text x ON x.naskah_id = n.id WHERE ")
        .push(of)
        .push(" = ");
    query.push_bind(filter.opd.uuid());
    query
        .push(" AND ")
        .push(at)
        .push(" >= ")
        .push_bind(filter.from.micros());
    query
        .push(" AND ")
        .push(at)
        .push(" < ")
        .push_bind(filter.until.micros());
    if let Some((after, row)) = filter.after {
        query
            .push(" AND (")
            .push(at)
            .push(", ")
            .push(id)
            .push(") > (");
        query
            .push_bind(after.micros())
            .push(", ")
            .push_bind(row)
            .push(")");
    }
    query
        .push(" ORDER BY 1, 2 LIMIT ")
        .push_bind(i64::from(filter.limit));
    let rows = query
        .build_query_as::<BookColumns>()
        .fetch_all(conn)
        .await?;
    all(rows, BookListRow::try_from)
}

pub(crate) async fn mark_mail_read(
    conn: &mut Conn,
    id: AgendaId,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let done =
        sqlx::query::<Db>("UPDATE agenda SET read_at = $1 WHERE id = $2 AND read_at IS NULL")
            .bind(at.micros())
            .bind(id.uuid())
            .execute(conn)
            .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn set_mail_role(
    conn: &mut Conn,
    id: AgendaId,
    role: MailRole,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>("UPDATE agenda SET role = $1 WHERE id = $2")
        .bind(role.as_str())
        .bind(id.uuid())
        .execute(conn)
        .await?;
    changed_one("agenda", id, done.rows_affected())
}

pub(crate) async fn events_by(
    conn: &mut Conn,
    actor: &[u8; 32],
    limit: u32,
) -> Result<Vec<EventRow>, StoreError> {
    let rows = sqlx::query_as::<Db, EventColumns>(
        "SELECT stream_kind, stream_id, version, kind, body, at, actor FROM event
         WHERE actor = $1 AND stream_kind IN ('naskah', 'agenda')
         ORDER BY at DESC, stream_id, version DESC LIMIT $2",
    )
    .bind(&actor[..])
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await?;
    all(rows, EventRow::try_from)
}

pub(crate) async fn leaves_of(conn: &mut Conn, stream: Stream) -> Result<Vec<LeafRow>, StoreError> {
    let rows = sqlx::query_as::<Db, OwnLeafColumns>(
        "SELECT version, idx, body FROM leaf WHERE stream_kind = $1 AND stream_id = $2
         ORDER BY version",
    )
    .bind(stream.kind.as_str())
    .bind(stream.id)
    .fetch_all(conn)
    .await?;
    all(rows, LeafRow::try_from)
}

pub(crate) async fn code_of_typed(
    conn: &mut Conn,
    nomor: &str,
    typed_code: &str,
) -> Result<Option<String>, StoreError> {
    let code = sqlx::query_scalar::<Db, Option<String>>(
        "SELECT code FROM naskah WHERE nomor = $1 AND typed_code = $2",
    )
    .bind(nomor)
    .bind(typed_code)
    .fetch_optional(conn)
    .await?;
    Ok(code.flatten())
}

pub(crate) async fn version_of_digest(
    conn: &mut Conn,
    sha256: Sha256,
) -> Result<Option<VersionRow>, StoreError> {
    let row = sqlx::query_as::<Db, VersionColumns>(
        "SELECT naskah_id, no, kind, blob_id, sha256, created FROM naskah_version
         WHERE sha256 = $1 ORDER BY naskah_id, no LIMIT 1",
    )
    .bind(&sha256.0[..])
    .fetch_optional(conn)
    .await?;
    row.map(VersionRow::try_from).transpose()
}

pub(crate) async fn name_batch(
    conn: &mut Conn,
    activation: ActivationId,
    letters: &[(Sha256, NaskahId)],
) -> Result<(), StoreError> {
    for (version, naskah) in letters {
        let done = sqlx::query::<Db>(
            "UPDATE activation_digest SET naskah_id = $1 WHERE activation_id = $2 AND sha256 = $3",
        )
        .bind(naskah.uuid())
        .bind(activation.uuid())
        .bind(&version.0[..])
        .execute(&mut *conn)
        .await?;
        changed_one("activation_digest", activation, done.rows_affected())?;
    }
    Ok(())
}

pub(crate) async fn fail_in_batch(
    conn: &mut Conn,
    activation: ActivationId,
    version: Sha256,
    reason: &str,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE activation_digest SET failure = $1 WHERE activation_id = $2 AND sha256 = $3",
    )
    .bind(reason)
    .bind(activation.uuid())
    .bind(&version.0[..])
    .execute(conn)
    .await?;
    changed_one("activation_digest", activation, done.rows_affected())
}

pub(crate) async fn batch_rows(
    conn: &mut Conn,
    activation: ActivationId,
) -> Result<Vec<BatchRow>, StoreError> {
    // The version that resulted lies in a blob with the id of its intent.
    let rows = sqlx::query_as::<Db, BatchColumns>(
        "SELECT a.sha256 AS shown, a.naskah_id, a.failure, i.state, v.no, v.sha256
         FROM activation_digest a
              LEFT JOIN intent i ON i.activation_id = a.activation_id
                   AND i.version_sha256 = a.sha256
              LEFT JOIN naskah_version v ON v.naskah_id = i.naskah_id AND v.blob_id = i.id
         WHERE a.activation_id = $1 ORDER BY a.naskah_id",
    )
    .bind(activation.uuid())
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .filter_map(|row| row.into_row().transpose())
        .collect()
}
