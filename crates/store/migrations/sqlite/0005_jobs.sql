ALTER TABLE organizations ADD COLUMN "refresh_interval_days" INTEGER;
CREATE INDEX package_licenses_package_id_idx ON package_licenses ("package_id", "org_id");
CREATE TABLE jobs (
  "org_id" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "subject" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "cursor" TEXT NOT NULL,
  "progress" TEXT NOT NULL,
  "reason" TEXT,
  "requested_by" TEXT NOT NULL,
  "requested_at" INTEGER NOT NULL,
  "finished_at" INTEGER,
  "lease_until" INTEGER NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX jobs_kind_subject_key ON jobs ("org_id", "kind", "subject") WHERE finished_at IS NULL;
CREATE INDEX jobs_lease_until_idx ON jobs ("lease_until") WHERE finished_at IS NULL;
