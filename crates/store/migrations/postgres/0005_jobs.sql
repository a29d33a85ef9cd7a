ALTER TABLE organizations ADD COLUMN "refresh_interval_days" BIGINT;
CREATE INDEX package_licenses_package_id_idx ON package_licenses ("package_id", "org_id");
CREATE TABLE jobs (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "kind" TEXT COLLATE "C" NOT NULL,
  "subject" TEXT COLLATE "C" NOT NULL,
  "state" TEXT COLLATE "C" NOT NULL,
  "cursor" TEXT COLLATE "C" NOT NULL,
  "progress" TEXT COLLATE "C" NOT NULL,
  "reason" TEXT COLLATE "C",
  "requested_by" TEXT COLLATE "C" NOT NULL,
  "requested_at" BIGINT NOT NULL,
  "finished_at" BIGINT,
  "lease_until" BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX jobs_kind_subject_key ON jobs ("org_id", "kind", "subject") WHERE finished_at IS NULL;
CREATE INDEX jobs_lease_until_idx ON jobs ("lease_until") WHERE finished_at IS NULL;
