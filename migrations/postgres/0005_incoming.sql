-- Mail from outside in the agenda, and the running numbers of agenda books. Same tables and columns as
-- migrations/sqlite/0005_incoming.sql (a test compares both).

-- The number of an entry in its OPD's book of the year; entries from before have none.
ALTER TABLE agenda ADD COLUMN urut BIGINT;

-- The last number given, per OPD and year.
CREATE TABLE agenda_counter (
    opd   UUID   NOT NULL,
    tahun BIGINT NOT NULL,
    last  BIGINT NOT NULL CHECK (last > 0),
    PRIMARY KEY (opd, tahun)
);

-- Who sent it, for mail from outside that is no secret.
ALTER TABLE naskah_text ADD COLUMN asal TEXT;
