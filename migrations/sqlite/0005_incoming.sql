-- Mail from outside in the agenda, and the running numbers of agenda books. Same tables and columns as
-- migrations/postgres/0005_incoming.sql (a test compares both).

-- The number of an entry in its OPD's book of the year; entries from before have none.
ALTER TABLE agenda ADD COLUMN urut INTEGER;

-- The last number given, per OPD and year.
CREATE TABLE agenda_counter (
    opd   BLOB    NOT NULL,
    tahun INTEGER NOT NULL,
    last  INTEGER NOT NULL CHECK (last > 0),
    PRIMARY KEY (opd, tahun)
) STRICT;

-- Who sent it, for mail from outside that is no secret.
ALTER TABLE naskah_text ADD COLUMN asal TEXT;
