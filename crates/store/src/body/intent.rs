// Intents: what will be signed, before it is signed. Every change repeats the state it leaves.

pub(crate) async fn insert_intent(conn: &mut Conn, new: &NewIntent) -> Result<(), StoreError> {
    sqlx::query::<Db>(
        "INSERT INTO intent (id, naskah_id, step, jabatan_id, pejabat_id, key_id, activation_id,
                             version_sha256, message_digest, tbs_blob, nomor, level, state, cms,
                             lease_node, lease_epoch, lease_renewed, created, changed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'intended', NULL,
                 $13, $14, $15, $16, $16)",
    )
    .bind(new.id.uuid())
    .bind(new.naskah.uuid())
    .bind(to_column("the step", new.step)?)
    .bind(new.jabatan.uuid())
    .bind(new.pejabat.uuid())
    .bind(new.key.uuid())
    .bind(new.activation.uuid())
    .bind(&new.version_sha256.0[..])
    .bind(&new.message_digest[..])
    .bind(new.tbs_blob.uuid())
    .bind(&new.nomor)
    .bind(new.level.as_str())
    .bind(&new.lease.node)
    .bind(&new.lease.epoch)
    .bind(new.lease.renewed.micros())
    .bind(new.created.micros())
    .execute(conn)
    .await
    .map_err(|error| StoreError::writing("intent", error))?;
    Ok(())
}

pub(crate) async fn intent(conn: &mut Conn, id: IntentId) -> Result<Option<IntentRow>, StoreError> {
    let row = sqlx::query_as::<Db, IntentColumns>(
        "SELECT id, naskah_id, step, jabatan_id, pejabat_id, key_id, activation_id,
                version_sha256, message_digest, tbs_blob, nomor, level, state, cms, token, given_up,
                lease_node, lease_epoch, lease_renewed, created, changed
         FROM intent WHERE id = $1",
    )
    .bind(id.uuid())
    .fetch_optional(conn)
    .await?;
    row.map(IntentRow::try_from).transpose()
}

pub(crate) async fn intents_of(
    conn: &mut Conn,
    naskah: NaskahId,
) -> Result<Vec<IntentRow>, StoreError> {
    let rows = sqlx::query_as::<Db, IntentColumns>(
        "SELECT id, naskah_id, step, jabatan_id, pejabat_id, key_id, activation_id,
                version_sha256, message_digest, tbs_blob, nomor, level, state, cms, token, given_up,
                lease_node, lease_epoch, lease_renewed, created, changed
         FROM intent WHERE naskah_id = $1 ORDER BY created, id",
    )
    .bind(naskah.uuid())
    .fetch_all(conn)
    .await?;
    all(rows, IntentRow::try_from)
}

pub(crate) async fn open_intents(conn: &mut Conn) -> Result<Vec<IntentRow>, StoreError> {
    let rows = sqlx::query_as::<Db, IntentColumns>(
        "SELECT id, naskah_id, step, jabatan_id, pejabat_id, key_id, activation_id,
                version_sha256, message_digest, tbs_blob, nomor, level, state, cms, token, given_up,
                lease_node, lease_epoch, lease_renewed, created, changed
         FROM intent
         WHERE state IN ('intended', 'signed', 'awaiting_timestamp', 'stamped') ORDER BY created, id",
    )
    .fetch_all(conn)
    .await?;
    all(rows, IntentRow::try_from)
}

pub(crate) async fn intents(conn: &mut Conn) -> Result<Vec<IntentRow>, StoreError> {
    let rows = sqlx::query_as::<Db, IntentColumns>(
        "SELECT id, naskah_id, step, jabatan_id, pejabat_id, key_id, activation_id,
                version_sha256, message_digest, tbs_blob, nomor, level, state, cms, token, given_up,
                lease_node, lease_epoch, lease_renewed, created, changed
         FROM intent ORDER BY created, id",
    )
    .fetch_all(conn)
    .await?;
    all(rows, IntentRow::try_from)
}

pub(crate) async fn set_cms(
    conn: &mut Conn,
    id: IntentId,
    cms: &[u8],
    at: Timestamp,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE intent SET state = 'signed', cms = $1, changed = $2
         WHERE id = $3 AND state = 'intended' AND cms IS NULL",
    )
    .bind(cms)
    .bind(at.micros())
    .bind(id.uuid())
    .execute(conn)
    .await?;
    changed_one("intent", id, done.rows_affected())
}

pub(crate) async fn await_timestamp(
    conn: &mut Conn,
    id: IntentId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE intent SET state = 'awaiting_timestamp', changed = $1
         WHERE id = $2 AND state = 'signed' AND level <> 'b-b'",
    )
    .bind(at.micros())
    .bind(id.uuid())
    .execute(conn)
    .await?;
    changed_one("intent", id, done.rows_affected())
}

pub(crate) async fn set_token(
    conn: &mut Conn,
    id: IntentId,
    token: &[u8],
    at: Timestamp,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE intent SET state = 'stamped', token = $1, changed = $2
         WHERE id = $3 AND state IN ('signed', 'awaiting_timestamp') AND level <> 'b-b'",
    )
    .bind(token)
    .bind(at.micros())
    .bind(id.uuid())
    .execute(conn)
    .await?;
    changed_one("intent", id, done.rows_affected())
}

// The signature is forgotten, so that nothing can be made of it any more.
pub(crate) async fn give_up_intent(
    conn: &mut Conn,
    id: IntentId,
    why: GivenUp,
    note: Option<BlobId>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE intent SET state = 'released', cms = NULL, given_up = $1, note_blob = $2, changed = $3
         WHERE id = $4 AND state IN ('signed', 'awaiting_timestamp') AND token IS NULL",
    )
    .bind(why.as_str())
    .bind(note.map(BlobId::uuid))
    .bind(at.micros())
    .bind(id.uuid())
    .execute(conn)
    .await?;
    changed_one("intent", id, done.rows_affected())
}

// A level above B-B is completed with its timestamp or not at all.
pub(crate) async fn complete_intent(
    conn: &mut Conn,
    id: IntentId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE intent SET state = 'completed', changed = $1
         WHERE id = $2 AND cms IS NOT NULL
               AND (state = 'stamped' OR (state = 'signed' AND level = 'b-b'))",
    )
    .bind(at.micros())
    .bind(id.uuid())
    .execute(conn)
    .await?;
    changed_one("intent", id, done.rows_affected())
}

pub(crate) async fn release_intent(
    conn: &mut Conn,
    id: IntentId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE intent SET state = 'released', changed = $1
         WHERE id = $2 AND state = 'intended' AND cms IS NULL",
    )
    .bind(at.micros())
    .bind(id.uuid())
    .execute(conn)
    .await?;
    changed_one("intent", id, done.rows_affected())
}

pub(crate) async fn renew_leases(
    conn: &mut Conn,
    node: &str,
    epoch: &str,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE intent SET lease_renewed = $1
         WHERE lease_node = $2 AND lease_epoch = $3
               AND state IN ('intended', 'signed', 'stamped')",
    )
    .bind(now.micros())
    .bind(node)
    .bind(epoch)
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

// Two settlers may both have found the lease lapsed; the one whose UPDATE still sees it wins.
pub(crate) async fn take_over_lease(
    conn: &mut Conn,
    id: IntentId,
    from: &Lease,
    to: &Lease,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE intent SET lease_node = $1, lease_epoch = $2, lease_renewed = $3
         WHERE id = $4 AND lease_node = $5 AND lease_epoch = $6 AND lease_renewed = $7
               AND state IN ('intended', 'signed', 'stamped')",
    )
    .bind(&to.node)
    .bind(&to.epoch)
    .bind(to.renewed.micros())
    .bind(id.uuid())
    .bind(&from.node)
    .bind(&from.epoch)
    .bind(from.renewed.micros())
    .execute(conn)
    .await?;
    changed_one("intent", id, done.rows_affected())
}
