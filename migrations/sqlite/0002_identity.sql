-- Who may come in: accounts, sessions, API keys; requests that must have one effect; frozen signers.
-- Same tables and columns as migrations/postgres/0002_identity.sql (a test compares both).

CREATE TABLE account (
    id            BLOB PRIMARY KEY NOT NULL,
    username      TEXT NOT NULL UNIQUE,
    pejabat_id    BLOB UNIQUE REFERENCES pejabat (id),
    grants        TEXT NOT NULL,
    state         TEXT NOT NULL,
    language      TEXT NOT NULL,
    password      TEXT,
    oidc_subject  TEXT UNIQUE,
    totp_sealed   TEXT,
    totp_since    INTEGER,
    totp_step     INTEGER NOT NULL,
    created       INTEGER NOT NULL
) STRICT;

-- Wrong entries in a row. Known and unknown names are counted alike, under a keyed digest.
CREATE TABLE login_attempt (
    subject      BLOB PRIMARY KEY NOT NULL,
    failures     INTEGER NOT NULL,
    last_attempt INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
    id            BLOB PRIMARY KEY NOT NULL,
    token_sha256  BLOB NOT NULL UNIQUE,
    account_id    BLOB NOT NULL REFERENCES account (id),
    agent         TEXT NOT NULL,
    agent_class   TEXT NOT NULL,
    address_class TEXT NOT NULL,
    created       INTEGER NOT NULL,
    last_seen     INTEGER NOT NULL
) STRICT;
CREATE INDEX session_account ON session (account_id, created);

CREATE TABLE api_key (
    id         BLOB PRIMARY KEY NOT NULL,
    account_id BLOB NOT NULL REFERENCES account (id),
    name       TEXT NOT NULL,
    key_sha256 BLOB NOT NULL UNIQUE,
    scopes     TEXT NOT NULL,
    created    INTEGER NOT NULL,
    expires    INTEGER,
    revoked_at INTEGER,
    last_used  INTEGER
) STRICT;
CREATE INDEX api_key_account ON api_key (account_id, created);

-- A request that ran, or runs: whoever inserts the row runs it, everybody else waits or gets the stored answer.
CREATE TABLE idempotency (
    owner          TEXT NOT NULL,
    key            TEXT NOT NULL,
    request_sha256 BLOB NOT NULL,
    ticket         BLOB NOT NULL,
    status         INTEGER,
    headers        TEXT,
    body           BLOB,
    lease_until    INTEGER NOT NULL,
    expires        INTEGER NOT NULL,
    PRIMARY KEY (owner, key)
) STRICT;
CREATE INDEX idempotency_expires ON idempotency (expires);

-- An official whose electronic signature is frozen; the row goes when an admin unfreezes.
CREATE TABLE tte_freeze (
    pejabat_id BLOB PRIMARY KEY NOT NULL REFERENCES pejabat (id),
    at         INTEGER NOT NULL
) STRICT;

CREATE INDEX agenda_naskah ON agenda (naskah_id);

-- Reasons that events name by the digest of their sealed text.
CREATE TABLE office_note (
    sha256 BLOB PRIMARY KEY NOT NULL,
    sealed TEXT NOT NULL
) STRICT;
