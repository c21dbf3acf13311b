-- The ground schema. Same tables and columns as migrations/postgres/0001_ground.sql (a test compares both).
-- Times are microseconds since 1970 UTC, ids the 16 bytes of a UUID, digests and keys BLOB, JSON opaque TEXT.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT;

-- The office. Holdings end by an update of until_at; delegations carry their interval from the start.
CREATE TABLE opd (
    id        BLOB PRIMARY KEY NOT NULL,
    kode_unit TEXT NOT NULL,
    name      TEXT NOT NULL,
    address   TEXT NOT NULL,
    zone      TEXT NOT NULL
) STRICT;

CREATE TABLE jabatan (
    id        BLOB PRIMARY KEY NOT NULL,
    opd_id    BLOB NOT NULL REFERENCES opd (id),
    title     TEXT NOT NULL,
    kedudukan TEXT NOT NULL,
    superior  BLOB
) STRICT;

CREATE TABLE pejabat (
    id             BLOB PRIMARY KEY NOT NULL,
    name           TEXT NOT NULL,
    gelar_depan    TEXT NOT NULL,
    gelar_belakang TEXT NOT NULL,
    pangkat        TEXT,
    nip            TEXT,
    nik_sealed     TEXT
) STRICT;

CREATE TABLE holding (
    jabatan_id BLOB   NOT NULL REFERENCES jabatan (id),
    pejabat_id BLOB   NOT NULL REFERENCES pejabat (id),
    from_at    INTEGER NOT NULL,
    until_at   INTEGER,
    PRIMARY KEY (jabatan_id, pejabat_id, from_at)
) STRICT;

CREATE TABLE mandat (
    id         BLOB   PRIMARY KEY NOT NULL,
    kapasitas  TEXT   NOT NULL,
    of_jabatan BLOB   NOT NULL REFERENCES jabatan (id),
    pejabat_id BLOB   REFERENCES pejabat (id),
    jabatan_id BLOB   REFERENCES jabatan (id),
    through    BLOB   REFERENCES jabatan (id),
    sk         TEXT   NOT NULL,
    kinds      TEXT   NOT NULL,
    opd_id     BLOB   REFERENCES opd (id),
    from_at    INTEGER NOT NULL,
    until_at   INTEGER NOT NULL
) STRICT;

-- Events are the truth; everything under "read models" is rebuilt from them.
CREATE TABLE event (
    stream_kind TEXT   NOT NULL,
    stream_id   BLOB   NOT NULL CHECK (length(stream_id) = 16),
    version     INTEGER NOT NULL CHECK (version > 0),
    kind        TEXT   NOT NULL,
    body        TEXT   NOT NULL,
    at          INTEGER NOT NULL,
    actor       BLOB  NOT NULL,
    PRIMARY KEY (stream_kind, stream_id, version)
) STRICT;

-- No foreign key to event: the audit must be able to see a leaf whose event is gone.
CREATE TABLE leaf (
    id          BLOB   PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    stream_kind TEXT   NOT NULL,
    stream_id   BLOB   NOT NULL CHECK (length(stream_id) = 16),
    version     INTEGER NOT NULL,
    idx         INTEGER UNIQUE,
    body        TEXT   NOT NULL,
    UNIQUE (stream_kind, stream_id, version)
) STRICT;
CREATE INDEX leaf_waiting ON leaf (stream_kind, stream_id, version) WHERE idx IS NULL;

-- One row; whoever updates it is the one sequencer until the transaction ends.
CREATE TABLE log_head (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    size INTEGER NOT NULL
) STRICT;
INSERT INTO log_head (one, size) VALUES (1, 0);

CREATE TABLE log_tile (
    level  INTEGER NOT NULL,
    n      INTEGER NOT NULL,
    hashes BLOB  NOT NULL,
    PRIMARY KEY (level, n)
) STRICT;

CREATE TABLE checkpoint (
    size INTEGER PRIMARY KEY,
    root BLOB  NOT NULL,
    note TEXT   NOT NULL
) STRICT;

CREATE TABLE blob (
    id            BLOB   PRIMARY KEY NOT NULL,
    naskah_id     BLOB,
    sealed_sha256 BLOB  NOT NULL,
    plain_sha256  BLOB  NOT NULL,
    length        INTEGER NOT NULL,
    created       INTEGER NOT NULL
) STRICT;
CREATE INDEX blob_naskah ON blob (naskah_id);

CREATE TABLE naskah_key (
    naskah_id BLOB PRIMARY KEY NOT NULL,
    envelope  TEXT NOT NULL
) STRICT;

-- Read models.
CREATE TABLE naskah (
    id             BLOB   PRIMARY KEY NOT NULL,
    opd            BLOB   NOT NULL,
    jenis          TEXT   NOT NULL,
    tahap          TEXT   NOT NULL,
    version        INTEGER NOT NULL,
    content_digest BLOB  NOT NULL,
    nomor          TEXT,
    code           TEXT   UNIQUE,
    typed_code     TEXT,
    batch          TEXT,
    updated_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX naskah_opd ON naskah (opd, tahap, updated_at);
CREATE INDEX naskah_batch ON naskah (batch) WHERE batch IS NOT NULL;

CREATE TABLE naskah_version (
    naskah_id BLOB   NOT NULL,
    no        INTEGER NOT NULL CHECK (no > 0),
    kind      TEXT   NOT NULL,
    blob_id   BLOB   NOT NULL REFERENCES blob (id),
    sha256    BLOB  NOT NULL,
    created   INTEGER NOT NULL,
    PRIMARY KEY (naskah_id, no)
) STRICT;

CREATE TABLE register (
    id         BLOB   PRIMARY KEY NOT NULL,
    year       INTEGER NOT NULL,
    opd        BLOB   NOT NULL,
    kind_group TEXT   NOT NULL,
    UNIQUE (year, opd, kind_group)
) STRICT;

CREATE TABLE nomor (
    register_id BLOB   NOT NULL REFERENCES register (id),
    urut        INTEGER NOT NULL CHECK (urut > 0),
    state       TEXT   NOT NULL,
    naskah_id   BLOB,
    text        TEXT   NOT NULL,
    reason      TEXT,
    PRIMARY KEY (register_id, urut)
) STRICT;
-- A letter holds at most one number that is not a tombstone.
CREATE UNIQUE INDEX nomor_naskah ON nomor (naskah_id) WHERE state <> 'cancelled';

CREATE TABLE agenda (
    id          BLOB   PRIMARY KEY NOT NULL,
    opd         BLOB   NOT NULL,
    naskah_id   BLOB   NOT NULL,
    tahap       TEXT   NOT NULL,
    version     INTEGER NOT NULL,
    received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX agenda_opd ON agenda (opd, received_at);

-- Keys, certificates, activations, intents.
CREATE TABLE key (
    id           BLOB   PRIMARY KEY NOT NULL,
    pejabat_id   BLOB,
    purpose      TEXT   NOT NULL,
    envelope     TEXT   NOT NULL,
    created      INTEGER NOT NULL,
    uses         INTEGER NOT NULL,
    failures     INTEGER NOT NULL,
    last_attempt INTEGER
) STRICT;
CREATE INDEX key_pejabat ON key (pejabat_id);
-- The server has one key for each of its purposes, however many processes start at once.
CREATE UNIQUE INDEX key_server ON key (purpose) WHERE purpose <> 'official';

CREATE TABLE certificate (
    issuer_key BLOB   NOT NULL,
    serial     BLOB  NOT NULL,
    key_id     BLOB,
    der        BLOB  NOT NULL,
    not_before INTEGER NOT NULL,
    not_after  INTEGER NOT NULL,
    revoked_at INTEGER,
    reason     TEXT,
    PRIMARY KEY (issuer_key, serial)
) STRICT;
CREATE INDEX certificate_key ON certificate (key_id);

CREATE TABLE crl (
    issuer_key  BLOB   NOT NULL,
    number      INTEGER NOT NULL,
    der         BLOB  NOT NULL,
    this_update INTEGER NOT NULL,
    PRIMARY KEY (issuer_key, number)
) STRICT;

CREATE TABLE activation (
    id         BLOB   PRIMARY KEY NOT NULL,
    key_id     BLOB   NOT NULL REFERENCES key (id),
    pejabat_id BLOB   NOT NULL,
    state      TEXT   NOT NULL,
    created    INTEGER NOT NULL,
    expires    INTEGER NOT NULL,
    node       TEXT   NOT NULL,
    epoch      TEXT   NOT NULL
) STRICT;
CREATE INDEX activation_live ON activation (node) WHERE state = 'live';

CREATE TABLE activation_digest (
    activation_id BLOB  NOT NULL REFERENCES activation (id),
    sha256        BLOB NOT NULL,
    used_at       INTEGER,
    PRIMARY KEY (activation_id, sha256)
) STRICT;

CREATE TABLE intent (
    id             BLOB   PRIMARY KEY NOT NULL,
    naskah_id      BLOB   NOT NULL,
    step           INTEGER NOT NULL,
    jabatan_id     BLOB   NOT NULL,
    pejabat_id     BLOB   NOT NULL,
    key_id         BLOB   NOT NULL REFERENCES key (id),
    activation_id  BLOB   NOT NULL REFERENCES activation (id),
    version_sha256 BLOB  NOT NULL,
    message_digest BLOB  NOT NULL,
    tbs_blob       BLOB   NOT NULL REFERENCES blob (id),
    nomor          TEXT   NOT NULL,
    state          TEXT   NOT NULL,
    cms            BLOB,
    lease_node     TEXT   NOT NULL,
    lease_epoch    TEXT   NOT NULL,
    lease_renewed  INTEGER NOT NULL,
    created        INTEGER NOT NULL,
    changed        INTEGER NOT NULL
) STRICT;
-- Nothing is signed twice: one intent per step that has not been released.
CREATE UNIQUE INDEX intent_step ON intent (naskah_id, step) WHERE state <> 'released';
CREATE INDEX intent_open ON intent (created) WHERE state IN ('intended', 'signed');

CREATE TABLE outbox (
    id          BLOB   PRIMARY KEY NOT NULL,
    topic       TEXT   NOT NULL,
    body        TEXT   NOT NULL,
    run_at      INTEGER NOT NULL,
    attempts    INTEGER NOT NULL,
    lease_until INTEGER,
    done_at     INTEGER
) STRICT;
CREATE INDEX outbox_due ON outbox (run_at) WHERE done_at IS NULL;
