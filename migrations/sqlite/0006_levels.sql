-- Signatures that stay provable: timestamps of signatures, and what is still to be added to signed letters.
-- Same tables and columns as migrations/postgres/0006_levels.sql (a test compares both).

-- The level the signature is made for, the token of its timestamp, and why it was given up.
ALTER TABLE intent ADD COLUMN level TEXT NOT NULL DEFAULT 'b-b';
ALTER TABLE intent ADD COLUMN token BLOB;
ALTER TABLE intent ADD COLUMN given_up TEXT;
ALTER TABLE intent ADD COLUMN note_blob BLOB;

DROP INDEX intent_open;
CREATE INDEX intent_open ON intent (created)
    WHERE state IN ('intended', 'signed', 'awaiting_timestamp', 'stamped');

-- Signed letters that shall carry their own evidence, and how far that is.
CREATE TABLE preservation (
    naskah_id BLOB PRIMARY KEY NOT NULL,
    goal      TEXT NOT NULL,
    state     TEXT NOT NULL,
    problem   TEXT,
    expires   INTEGER,
    changed   INTEGER NOT NULL
) STRICT;
