-- The ground schema. Same tables and columns as migrations/sqlite/0001_ground.sql (a test compares both).
-- Integers are BIGINT, times microseconds since 1970 UTC, ids UUID, digests and keys BYTEA, JSON opaque TEXT.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- The office. Holdings end by an update of until_at; delegations carry their interval from the start.
CREATE TABLE opd (
    id        UUID PRIMARY KEY,
    kode_unit TEXT NOT NULL,
    name      TEXT NOT NULL,
    address   TEXT NOT NULL,
    zone      TEXT NOT NULL
);

CREATE TABLE jabatan (
    id        UUID PRIMARY KEY,
    opd_id    UUID NOT NULL REFERENCES opd (id),
    title     TEXT NOT NULL,
    kedudukan TEXT NOT NULL,
    superior  UUID
);

CREATE TABLE pejabat (
    id             UUID PRIMARY KEY,
    name           TEXT NOT NULL,
    gelar_depan    TEXT NOT NULL,
    gelar_belakang TEXT NOT NULL,
    pangkat        TEXT,
    nip            TEXT,
    nik_sealed     TEXT
);

CREATE TABLE holding (
    jabatan_id UUID   NOT NULL REFERENCES jabatan (id),
    pejabat_id UUID   NOT NULL REFERENCES pejabat (id),
    from_at    BIGINT NOT NULL,
    until_at   BIGINT,
    PRIMARY KEY (jabatan_id, pejabat_id, from_at)
);

CREATE TABLE mandat (
    id         UUID   PRIMARY KEY,
    kapasitas  TEXT   NOT NULL,
    of_jabatan UUID   NOT NULL REFERENCES jabatan (id),
    pejabat_id UUID   REFERENCES pejabat (id),
    jabatan_id UUID   REFERENCES jabatan (id),
    through    UUID   REFERENCES jabatan (id),
    sk         TEXT   NOT NULL,
    kinds      TEXT   NOT NULL,
    opd_id     UUID   REFERENCES opd (id),
    from_at    BIGINT NOT NULL,
    until_at   BIGINT NOT NULL
);

-- Events are the truth; everything under "read models" is rebuilt from them.
CREATE TABLE event (
    stream_kind TEXT   NOT NULL,
    stream_id   UUID   NOT NULL,
    version     BIGINT NOT NULL CHECK (version > 0),
    kind        TEXT   NOT NULL,
    body        TEXT   NOT NULL,
    at          BIGINT NOT NULL,
    actor       BYTEA  NOT NULL,
    PRIMARY KEY (stream_kind, stream_id, version)
);

-- No foreign key to event: the audit must be able to see a leaf whose event is gone.
CREATE TABLE leaf (
    id          UUID   PRIMARY KEY,
    stream_kind TEXT   NOT NULL,
    stream_id   UUID   NOT NULL,
    version     BIGINT NOT NULL,
    idx         BIGINT UNIQUE,
    body        TEXT   NOT NULL,
    UNIQUE (stream_kind, stream_id, version)
);
CREATE INDEX leaf_waiting ON leaf (stream_kind, stream_id, version) WHERE idx IS NULL;

-- One row; whoever updates it is the one sequencer until the transaction ends.
CREATE TABLE log_head (
    one  BIGINT PRIMARY KEY CHECK (one = 1),
    size BIGINT NOT NULL
);
INSERT INTO log_head (one, size) VALUES (1, 0);

CREATE TABLE log_tile (
    level  BIGINT NOT NULL,
    n      BIGINT NOT NULL,
    hashes BYTEA  NOT NULL,
    PRIMARY KEY (level, n)
);

CREATE TABLE checkpoint (
    size BIGINT PRIMARY KEY,
    root BYTEA  NOT NULL,
    note TEXT   NOT NULL
);

CREATE TABLE blob (
    id            UUID   PRIMARY KEY,
    naskah_id     UUID,
    sealed_sha256 BYTEA  NOT NULL,
    plain_sha256  BYTEA  NOT NULL,
    length        BIGINT NOT NULL,
    created       BIGINT NOT NULL
);
CREATE INDEX blob_naskah ON blob (naskah_id);

CREATE TABLE naskah_key (
    naskah_id UUID PRIMARY KEY,
    envelope  TEXT NOT NULL
);

-- Read models.
CREATE TABLE naskah (
    id             UUID   PRIMARY KEY,
    opd            UUID   NOT NULL,
    jenis          TEXT   NOT NULL,
    tahap          TEXT   NOT NULL,
    version        BIGINT NOT NULL,
    content_digest BYTEA  NOT NULL,
    nomor          TEXT,
    code           TEXT   UNIQUE,
    typed_code     TEXT,
    batch          TEXT,
    updated_at     BIGINT NOT NULL
);
CREATE INDEX naskah_opd ON naskah (opd, tahap, updated_at);
CREATE INDEX naskah_batch ON naskah (batch) WHERE batch IS NOT NULL;

CREATE TABLE naskah_version (
    naskah_id UUID   NOT NULL,
    no        BIGINT NOT NULL CHECK (no > 0),
    kind      TEXT   NOT NULL,
    blob_id   UUID   NOT NULL REFERENCES blob (id),
    sha256    BYTEA  NOT NULL,
    created   BIGINT NOT NULL,
    PRIMARY KEY (naskah_id, no)
);

CREATE TABLE register (
    id         UUID   PRIMARY KEY,
    year       BIGINT NOT NULL,
    opd        UUID   NOT NULL,
    kind_group TEXT   NOT NULL,
    UNIQUE (year, opd, kind_group)
);

CREATE TABLE nomor (
    register_id UUID   NOT NULL REFERENCES register (id),
    urut        BIGINT NOT NULL CHECK (urut > 0),
    state       TEXT   NOT NULL,
    naskah_id   UUID,
    text        TEXT   NOT NULL,
    reason      TEXT,
    PRIMARY KEY (register_id, urut)
);
-- A letter holds at most one number that is not a tombstone.
CREATE UNIQUE INDEX nomor_naskah ON nomor (naskah_id) WHERE state <> 'cancelled';

CREATE TABLE agenda (
    id          UUID   PRIMARY KEY,
    opd         UUID   NOT NULL,
    naskah_id   UUID   NOT NULL,
    tahap       TEXT   NOT NULL,
    version     BIGINT NOT NULL,
    received_at BIGINT NOT NULL
);
CREATE INDEX agenda_opd ON agenda (opd, received_at);

-- Keys, certificates, activations, intents.
CREATE TABLE key (
    id           UUID   PRIMARY KEY,
    pejabat_id   UUID,
    purpose      TEXT   NOT NULL,
    envelope     TEXT   NOT NULL,
    created      BIGINT NOT NULL,
    uses         BIGINT NOT NULL,
    failures     BIGINT NOT NULL,
    last_attempt BIGINT
);
CREATE INDEX key_pejabat ON key (pejabat_id);
-- The server has one key for each of its purposes, however many processes start at once.
CREATE UNIQUE INDEX key_server ON key (purpose) WHERE purpose <> 'official';

CREATE TABLE certificate (
    issuer_key UUID   NOT NULL,
    serial     BYTEA  NOT NULL,
    key_id     UUID,
    der        BYTEA  NOT NULL,
    not_before BIGINT NOT NULL,
    not_after  BIGINT NOT NULL,
    revoked_at BIGINT,
    reason     TEXT,
    PRIMARY KEY (issuer_key, serial)
);
CREATE INDEX certificate_key ON certificate (key_id);

CREATE TABLE crl (
    issuer_key  UUID   NOT NULL,
    number      BIGINT NOT NULL,
    der         BYTEA  NOT NULL,
    this_update BIGINT NOT NULL,
    PRIMARY KEY (issuer_key, number)
);

CREATE TABLE activation (
    id         UUID   PRIMARY KEY,
    key_id     UUID   NOT NULL REFERENCES key (id),
    pejabat_id UUID   NOT NULL,
    state      TEXT   NOT NULL,
    created    BIGINT NOT NULL,
    expires    BIGINT NOT NULL,
    node       TEXT   NOT NULL,
    epoch      TEXT   NOT NULL
);
CREATE INDEX activation_live ON activation (node) WHERE state = 'live';

CREATE TABLE activation_digest (
    activation_id UUID  NOT NULL REFERENCES activation (id),
    sha256        BYTEA NOT NULL,
    used_at       BIGINT,
    PRIMARY KEY (activation_id, sha256)
);

CREATE TABLE intent (
    id             UUID   PRIMARY KEY,
    naskah_id      UUID   NOT NULL,
    step           BIGINT NOT NULL,
    jabatan_id     UUID   NOT NULL,
    pejabat_id     UUID   NOT NULL,
    key_id         UUID   NOT NULL REFERENCES key (id),
    activation_id  UUID   NOT NULL REFERENCES activation (id),
    version_sha256 BYTEA  NOT NULL,
    message_digest BYTEA  NOT NULL,
    tbs_blob       UUID   NOT NULL REFERENCES blob (id),
    nomor          TEXT   NOT NULL,
    state          TEXT   NOT NULL,
    cms            BYTEA,
    lease_node     TEXT   NOT NULL,
    lease_epoch    TEXT   NOT NULL,
    lease_renewed  BIGINT NOT NULL,
    created        BIGINT NOT NULL,
    changed        BIGINT NOT NULL
);
-- Nothing is signed twice: one intent per step that has not been released.
CREATE UNIQUE INDEX intent_step ON intent (naskah_id, step) WHERE state <> 'released';
CREATE INDEX intent_open ON intent (created) WHERE state IN ('intended', 'signed');

CREATE TABLE outbox (
    id          UUID   PRIMARY KEY,
    topic       TEXT   NOT NULL,
    body        TEXT   NOT NULL,
    run_at      BIGINT NOT NULL,
    attempts    BIGINT NOT NULL,
    lease_until BIGINT,
    done_at     BIGINT
);
CREATE INDEX outbox_due ON outbox (run_at) WHERE done_at IS NULL;
