-- One certificate is one key of one official, also when it is bound twice at once.
-- Same index as migrations/sqlite/0008_one_certificate.sql; of a digest, since PostgreSQL limits what an index holds.

CREATE UNIQUE INDEX certificate_der ON certificate (sha256(der));
