-- One certificate is one key of one official, also when it is bound twice at once.
-- Same index as migrations/postgres/0008_one_certificate.sql.

CREATE UNIQUE INDEX certificate_der ON certificate (der);
