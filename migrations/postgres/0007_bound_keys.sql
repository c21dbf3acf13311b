-- Officials' keys that the vault did not make: imported ones, keys on tokens, keys at signing services.
-- Same tables and columns as migrations/sqlite/0007_bound_keys.sql (a test compares both).

-- Where the key lies, what opens it, and the certificates of its issuers (PEM). No secret.
CREATE TABLE bound_key (
    key_id    UUID PRIMARY KEY REFERENCES key (id),
    kind      TEXT NOT NULL,
    provider  TEXT,
    reference TEXT,
    asks      TEXT NOT NULL,
    issuers   TEXT NOT NULL
);
