-- Who wants to hear of letters, and what was told them.
-- Same tables and columns as migrations/postgres/0004_webhook.sql (a test compares both).

CREATE TABLE webhook (
    id            BLOB PRIMARY KEY NOT NULL,
    account_id    BLOB NOT NULL REFERENCES account (id),
    url           TEXT NOT NULL,
    kinds         TEXT NOT NULL,
    opd           BLOB,
    secret_sealed TEXT NOT NULL,
    created       INTEGER NOT NULL,
    disabled_at   INTEGER
) STRICT;

CREATE TABLE delivery (
    id          BLOB PRIMARY KEY NOT NULL,
    webhook_id  BLOB NOT NULL REFERENCES webhook (id),
    kind        TEXT NOT NULL,
    naskah_id   BLOB NOT NULL,
    body        TEXT NOT NULL,
    state       TEXT NOT NULL,
    attempts    INTEGER NOT NULL,
    created     INTEGER NOT NULL,
    next_at     INTEGER NOT NULL,
    lease_until INTEGER,
    last_at     INTEGER,
    outcome     TEXT
) STRICT;
CREATE INDEX delivery_waiting ON delivery (webhook_id, next_at, id) WHERE state = 'waiting';
CREATE INDEX delivery_webhook ON delivery (webhook_id, created, id);
