CREATE INDEX licenses_package_license_id__f_deleted_idx ON licenses ("org_id", "package_license_id__f") WHERE is_deleted;
DROP INDEX outbox_due_at_idx;
ALTER TABLE outbox DROP COLUMN "due_at";
ALTER TABLE outbox DROP COLUMN "lease_until";
ALTER TABLE outbox DROP COLUMN "attempts";
ALTER TABLE outbox DROP COLUMN "reason";
ALTER TABLE inbox DROP COLUMN "lease_until";
