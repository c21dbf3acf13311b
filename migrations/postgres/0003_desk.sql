-- What people see: tasks, lists, search, the progress of batches. Same tables and columns as
-- migrations/sqlite/0003_desk.sql (a test compares both). All of it but the reading marks is rebuilt from events.

-- What waits for which position.
CREATE TABLE task (
    id           UUID    PRIMARY KEY,
    kind         TEXT    NOT NULL,
    jabatan_id   UUID    NOT NULL,
    opd_id       UUID    NOT NULL,
    naskah_id    UUID    NOT NULL,
    agenda_id    UUID,
    disposisi_id UUID,
    from_jabatan UUID    NOT NULL,
    sifat        TEXT    NOT NULL,
    since        BIGINT NOT NULL,
    due          BIGINT NOT NULL
);
CREATE INDEX task_jabatan ON task (jabatan_id, kind, due);
CREATE INDEX task_opd ON task (opd_id, kind, due);
CREATE INDEX task_naskah ON task (naskah_id);
CREATE INDEX task_agenda ON task (agenda_id) WHERE agenda_id IS NOT NULL;

-- What lists say of every letter.
CREATE TABLE naskah_desk (
    naskah_id       UUID    PRIMARY KEY,
    sifat           TEXT    NOT NULL,
    keamanan        TEXT    NOT NULL,
    drafter_jabatan UUID    NOT NULL,
    drafter_pejabat UUID    NOT NULL,
    dated           BIGINT,
    signed_at       BIGINT,
    dispatched_at   BIGINT,
    version_sha256  BYTEA
);
CREATE INDEX naskah_desk_signed ON naskah_desk (signed_at) WHERE signed_at IS NOT NULL;
CREATE INDEX naskah_desk_dispatched ON naskah_desk (dispatched_at) WHERE dispatched_at IS NOT NULL;
CREATE INDEX naskah_updated ON naskah (updated_at, id);
CREATE INDEX naskah_nomor ON naskah (nomor) WHERE nomor IS NOT NULL;

-- Positions that take part in a letter, by its chain or by an agenda entry: who needs to know.
CREATE TABLE naskah_part (
    naskah_id  UUID NOT NULL,
    jabatan_id UUID NOT NULL,
    source_id  UUID NOT NULL,
    PRIMARY KEY (naskah_id, jabatan_id, source_id)
);
CREATE INDEX naskah_part_jabatan ON naskah_part (jabatan_id);
CREATE INDEX naskah_part_source ON naskah_part (source_id);

-- Words of letters that are no secret; secret ones have no row here.
CREATE TABLE naskah_text (
    nr        BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    naskah_id UUID    NOT NULL UNIQUE,
    hal       TEXT    NOT NULL,
    tujuan    TEXT    NOT NULL,
    kata      TEXT    NOT NULL
);
CREATE INDEX naskah_kata ON naskah_text USING gin (to_tsvector('simple', kata));

-- Whether an entry was addressed to the OPD or is a copy, and when it was first opened.
ALTER TABLE agenda ADD COLUMN role TEXT NOT NULL DEFAULT 'addressed';
ALTER TABLE agenda ADD COLUMN read_at BIGINT;

-- Whether anybody's file is a version of one of our letters.
CREATE INDEX naskah_version_sha256 ON naskah_version (sha256);

-- Which letter a version of a batch belongs to, and why it was not signed.
ALTER TABLE activation_digest ADD COLUMN naskah_id UUID;
ALTER TABLE activation_digest ADD COLUMN failure TEXT;
CREATE INDEX intent_activation ON intent (activation_id);

-- What one person did lately.
CREATE INDEX event_actor ON event (actor, at);
