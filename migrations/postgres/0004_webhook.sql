-- Who wants to hear of letters, and what was told them.
-- Same tables and columns as migrations/sqlite/0004_webhook.sql (a test compares both).

CREATE TABLE webhook (
    id            UUID PRIMARY KEY,
    account_id    UUID NOT NULL REFERENCES account (id),
    url           TEXT NOT NULL,
    kinds         TEXT NOT NULL,
    opd           UUID,
    secret_sealed TEXT NOT NULL,
    created       BIGINT NOT NULL,
    disabled_at   BIGINT
);

CREATE TABLE delivery (
    id          UUID PRIMARY KEY,
    webhook_id  UUID NOT NULL REFERENCES webhook (id),
    kind        TEXT NOT NULL,
    naskah_id   UUID NOT NULL,
    body        TEXT NOT NULL,
    state       TEXT NOT NULL,
    attempts    BIGINT NOT NULL,
    created     BIGINT NOT NULL,
    next_at     BIGINT NOT NULL,
    lease_until BIGINT,
    last_at     BIGINT,
    outcome     TEXT
);
CREATE INDEX delivery_waiting ON delivery (webhook_id, next_at, id) WHERE state = 'waiting';
CREATE INDEX delivery_webhook ON delivery (webhook_id, created, id);
