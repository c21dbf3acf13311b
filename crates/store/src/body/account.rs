// Accounts: passwords as hashes, second factors sealed, attempts counted.

pub(crate) async fn insert_account(
    conn: &mut Conn,
    account: &NewAccount,
) -> Result<(), StoreError> {
    sqlx::query::<Db>(
        "INSERT INTO account (id, username, pejabat_id, grants, state, language, password,
                              oidc_subject, totp_sealed, totp_since, totp_step, created)
         VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, NULL, NULL, 0, $8)",
    )
    .bind(account.id.uuid())
    .bind(&account.username)
    .bind(account.pejabat.map(PejabatId::uuid))
    .bind(to_json(&account.grants)?)
    .bind(to_word(&AccountState::Active)?)
    .bind(to_word(&account.language)?)
    .bind(&account.password)
    .bind(account.created.micros())
    .execute(conn)
    .await
    .map_err(|error| StoreError::writing("account", error))?;
    Ok(())
}

pub(crate) async fn account(
    conn: &mut Conn,
    id: AccountId,
) -> Result<Option<AccountRow>, StoreError> {
    let row = sqlx::query_as::<Db, AccountColumns>(
        "SELECT id, username, pejabat_id, grants, state, language, password, oidc_subject,
                totp_sealed, totp_since, totp_step, created
         FROM account WHERE id = $1",
    )
    .bind(id.uuid())
    .fetch_optional(conn)
    .await?;
    row.map(AccountRow::try_from).transpose()
}

// A NIP has eighteen digits and a username is never all digits, so the two do not meet.
pub(crate) async fn account_by_name(
    conn: &mut Conn,
    name: &str,
) -> Result<Option<AccountRow>, StoreError> {
    let row = sqlx::query_as::<Db, AccountColumns>(
        "SELECT id, username, pejabat_id, grants, state, language, password, oidc_subject,
                totp_sealed, totp_since, totp_step, created
         FROM account WHERE username = $1 OR pejabat_id IN (
             SELECT id FROM pejabat WHERE nip = $1)",
    )
    .bind(name)
    .fetch_optional(conn)
    .await?;
    row.map(AccountRow::try_from).transpose()
}

pub(crate) async fn account_of(
    conn: &mut Conn,
    pejabat: PejabatId,
) -> Result<Option<AccountRow>, StoreError> {
    let row = sqlx::query_as::<Db, AccountColumns>(
        "SELECT id, username, pejabat_id, grants, state, language, password, oidc_subject,
                totp_sealed, totp_since, totp_step, created
         FROM account WHERE pejabat_id = $1",
    )
    .bind(pejabat.uuid())
    .fetch_optional(conn)
    .await?;
    row.map(AccountRow::try_from).transpose()
}

pub(crate) async fn account_by_oidc(
    conn: &mut Conn,
    subject: &str,
) -> Result<Option<AccountRow>, StoreError> {
    let row = sqlx::query_as::<Db, AccountColumns>(
        "SELECT id, username, pejabat_id, grants, state, language, password, oidc_subject,
                totp_sealed, totp_since, totp_step, created
         FROM account WHERE oidc_subject = $1",
    )
    .bind(subject)
    .fetch_optional(conn)
    .await?;
    row.map(AccountRow::try_from).transpose()
}

pub(crate) async fn accounts(conn: &mut Conn) -> Result<Vec<AccountRow>, StoreError> {
    let rows = sqlx::query_as::<Db, AccountColumns>(
        "SELECT id, username, pejabat_id, grants, state, language, password, oidc_subject,
                totp_sealed, totp_since, totp_step, created
         FROM account ORDER BY username",
    )
    .fetch_all(conn)
    .await?;
    all(rows, AccountRow::try_from)
}

pub(crate) async fn lock_account(conn: &mut Conn, id: AccountId) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>("UPDATE account SET state = state WHERE id = $1")
        .bind(id.uuid())
        .execute(conn)
        .await?;
    changed_one("account", id, done.rows_affected())
}

pub(crate) async fn set_grants(
    conn: &mut Conn,
    id: AccountId,
    grants: &[Grant],
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>("UPDATE account SET grants = $1 WHERE id = $2")
        .bind(to_json(&grants)?)
        .bind(id.uuid())
        .execute(conn)
        .await?;
    changed_one("account", id, done.rows_affected())
}

pub(crate) async fn set_account_state(
    conn: &mut Conn,
    id: AccountId,
    state: AccountState,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>("UPDATE account SET state = $1 WHERE id = $2")
        .bind(to_word(&state)?)
        .bind(id.uuid())
        .execute(conn)
        .await?;
    changed_one("account", id, done.rows_affected())
}

pub(crate) async fn set_language(
    conn: &mut Conn,
    id: AccountId,
    language: Language,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>("UPDATE account SET language = $1 WHERE id = $2")
        .bind(to_word(&language)?)
        .bind(id.uuid())
        .execute(conn)
        .await?;
    changed_one("account", id, done.rows_affected())
}

pub(crate) async fn set_password(
    conn: &mut Conn,
    id: AccountId,
    hash: &str,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>("UPDATE account SET password = $1 WHERE id = $2")
        .bind(hash)
        .bind(id.uuid())
        .execute(conn)
        .await?;
    changed_one("account", id, done.rows_affected())
}

pub(crate) async fn set_oidc_subject(
    conn: &mut Conn,
    id: AccountId,
    subject: &str,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>("UPDATE account SET oidc_subject = $1 WHERE id = $2")
        .bind(subject)
        .bind(id.uuid())
        .execute(conn)
        .await
        .map_err(|error| StoreError::writing("account", error))?;
    changed_one("account", id, done.rows_affected())
}

pub(crate) async fn offer_totp(
    conn: &mut Conn,
    id: AccountId,
    sealed: &str,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE account SET totp_sealed = $1, totp_since = NULL, totp_step = 0 WHERE id = $2",
    )
    .bind(sealed)
    .bind(id.uuid())
    .execute(conn)
    .await?;
    changed_one("account", id, done.rows_affected())
}

pub(crate) async fn confirm_totp(
    conn: &mut Conn,
    id: AccountId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE account SET totp_since = $1
         WHERE id = $2 AND totp_sealed IS NOT NULL AND totp_since IS NULL",
    )
    .bind(at.micros())
    .bind(id.uuid())
    .execute(conn)
    .await?;
    changed_one("account", id, done.rows_affected())
}

pub(crate) async fn remove_totp(conn: &mut Conn, id: AccountId) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE account SET totp_sealed = NULL, totp_since = NULL, totp_step = 0 WHERE id = $1",
    )
    .bind(id.uuid())
    .execute(conn)
    .await?;
    changed_one("account", id, done.rows_affected())
}

// The guard is in the UPDATE: of two requests with one code, on whatever node, one wins.
pub(crate) async fn take_totp_step(
    conn: &mut Conn,
    id: AccountId,
    step: u64,
) -> Result<bool, StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE account SET totp_step = $1
         WHERE id = $2 AND totp_sealed IS NOT NULL AND totp_step < $1",
    )
    .bind(to_column("the time step", step)?)
    .bind(id.uuid())
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

// An upsert, so that guesses at the same moment wait for each other and each sees those before it.
pub(crate) async fn lock_logins(
    conn: &mut Conn,
    subject: &[u8; 32],
) -> Result<(u64, Timestamp), StoreError> {
    let (failures, last) = sqlx::query_as::<Db, (i64, i64)>(
        "INSERT INTO login_attempt (subject, failures, last_attempt) VALUES ($1, 0, 0)
         ON CONFLICT (subject) DO UPDATE SET failures = login_attempt.failures
         RETURNING failures, last_attempt",
    )
    .bind(&subject[..])
    .fetch_one(conn)
    .await?;
    let failures = from_column("login_attempt", hex::encode(subject), failures)?;
    Ok((failures, Timestamp::from_micros(last)))
}

pub(crate) async fn count_login(
    conn: &mut Conn,
    subject: &[u8; 32],
    at: Timestamp,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE login_attempt SET failures = failures + 1, last_attempt = $1 WHERE subject = $2",
    )
    .bind(at.micros())
    .bind(&subject[..])
    .execute(conn)
    .await?;
    changed_one("login_attempt", hex::encode(subject), done.rows_affected())
}

pub(crate) async fn clear_logins(conn: &mut Conn, subject: &[u8; 32]) -> Result<(), StoreError> {
    sqlx::query::<Db>("DELETE FROM login_attempt WHERE subject = $1")
        .bind(&subject[..])
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn sweep_logins(conn: &mut Conn, before: Timestamp) -> Result<u64, StoreError> {
    let done = sqlx::query::<Db>("DELETE FROM login_attempt WHERE last_attempt < $1")
        .bind(before.micros())
        .execute(conn)
        .await?;
    Ok(done.rows_affected())
}
