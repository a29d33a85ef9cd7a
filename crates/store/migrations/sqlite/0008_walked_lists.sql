DROP INDEX licenses_status__f_idx;
CREATE INDEX licenses_status__f_expiration_idx ON licenses ("org_id", "status__f", "expiration", "id");
