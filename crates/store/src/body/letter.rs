// One letter beside the entries it came into.

pub(crate) async fn letter_rows(
    conn: &mut Conn,
    id: NaskahId,
) -> Result<Vec<LetterColumns>, StoreError> {
    let rows = sqlx::query_as::<Db, LetterColumns>(
        "SELECT n.id, n.opd, n.jenis, n.tahap, n.version, n.content_digest, n.nomor, n.code,
                n.typed_code, n.batch, n.updated_at,
                (SELECT value FROM meta WHERE key = $2) AS office_version,
                (SELECT MAX(no) FROM naskah_version WHERE naskah_id = n.id) AS newest,
                e.id AS e_id, e.opd AS e_opd, e.tahap AS e_tahap, e.version AS e_version,
                e.received_at AS e_received_at, e.role AS e_role, e.read_at AS e_read_at,
                e.urut AS e_urut
         FROM naskah n LEFT JOIN agenda e ON e.naskah_id = n.id
         WHERE n.id = $1 ORDER BY e.received_at, e.id",
    )
    .bind(id.uuid())
    .bind(OFFICE_VERSION)
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

// The state of an intent is asked twice: the first time as the index on letters says it, which SQLite wants to see.
pub(crate) async fn detail_rows(
    conn: &mut Conn,
    reader: &Reader,
    naskah: NaskahId,
) -> Result<Vec<LetterDetailColumns>, StoreError> {
    let mut query = list_query(
        reader,
        &format!(
            ", k.envelope, p.goal, p.state, p.problem, p.expires, p.changed,
             (SELECT value FROM meta WHERE key = '{OFFICE_VERSION}') AS office_version,
             (SELECT MAX(no) FROM naskah_version WHERE naskah_id = n.id) AS newest,
             (SELECT COUNT(*) FROM intent i WHERE i.naskah_id = n.id AND i.state <> 'released'
              AND i.state = 'awaiting_timestamp') AS awaited,
             e.id AS e_id, e.opd AS e_opd, e.tahap AS e_tahap, e.version AS e_version,
             e.received_at AS e_received_at, e.role AS e_role, e.read_at AS e_read_at,
             e.urut AS e_urut"
        ),
        "LEFT JOIN naskah_key k ON k.naskah_id = n.id
         LEFT JOIN preservation p ON p.naskah_id = n.id
         LEFT JOIN agenda e ON e.naskah_id = n.id",
    );
    query.push(" WHERE n.id = ");
    query.push_bind(naskah.uuid());
    query.push(" ORDER BY e.received_at, e.id");
    let rows = query
        .build_query_as::<LetterDetailColumns>()
        .fetch_all(conn)
        .await?;
    Ok(rows)
}
