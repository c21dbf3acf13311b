-- Who may come in: accounts, sessions, API keys; requests that must have one effect; frozen signers.
-- Same tables and columns as migrations/sqlite/0002_identity.sql (a test compares both).

CREATE TABLE account (
    id            UUID PRIMARY KEY,
    username      TEXT NOT NULL UNIQUE,
    pejabat_id    UUID UNIQUE REFERENCES pejabat (id),
    grants        TEXT NOT NULL,
    state         TEXT NOT NULL,
    language      TEXT NOT NULL,
    password      TEXT,
    oidc_subject  TEXT UNIQUE,
    totp_sealed   TEXT,
    totp_since    BIGINT,
    totp_step     BIGINT NOT NULL,
    created       BIGINT NOT NULL
);

-- Wrong entries in a row. Known and unknown names are counted alike, under a keyed digest.
CREATE TABLE login_attempt (
    subject      BYTEA PRIMARY KEY,
    failures     BIGINT NOT NULL,
    last_attempt BIGINT NOT NULL
);

CREATE TABLE session (
    id            UUID PRIMARY KEY,
    token_sha256  BYTEA NOT NULL UNIQUE,
    account_id    UUID NOT NULL REFERENCES account (id),
    agent         TEXT NOT NULL,
    agent_class   TEXT NOT NULL,
    address_class TEXT NOT NULL,
    created       BIGINT NOT NULL,
    last_seen     BIGINT NOT NULL
);
CREATE INDEX session_account ON session (account_id, created);

CREATE TABLE api_key (
    id         UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES account (id),
    name       TEXT NOT NULL,
    key_sha256 BYTEA NOT NULL UNIQUE,
    scopes     TEXT NOT NULL,
    created    BIGINT NOT NULL,
    expires    BIGINT,
    revoked_at BIGINT,
    last_used  BIGINT
);
CREATE INDEX api_key_account ON api_key (account_id, created);

-- A request that ran, or runs: whoever inserts the row runs it, everybody else waits or gets the stored answer.
CREATE TABLE idempotency (
    owner          TEXT NOT NULL,
    key            TEXT NOT NULL,
    request_sha256 BYTEA NOT NULL,
    ticket         UUID NOT NULL,
    status         BIGINT,
    headers        TEXT,
    body           BYTEA,
    lease_until    BIGINT NOT NULL,
    expires        BIGINT NOT NULL,
    PRIMARY KEY (owner, key)
);
CREATE INDEX idempotency_expires ON idempotency (expires);

-- An official whose electronic signature is frozen; the row goes when an admin unfreezes.
CREATE TABLE tte_freeze (
    pejabat_id UUID PRIMARY KEY REFERENCES pejabat (id),
    at         BIGINT NOT NULL
);

CREATE INDEX agenda_naskah ON agenda (naskah_id);

-- Reasons that events name by the digest of their sealed text.
CREATE TABLE office_note (
    sha256 BYTEA PRIMARY KEY,
    sealed TEXT NOT NULL
);
