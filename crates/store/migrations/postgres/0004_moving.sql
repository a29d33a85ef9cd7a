ALTER TABLE registrations ADD COLUMN "hold_installs" BOOLEAN NOT NULL DEFAULT FALSE;
CREATE TABLE install_counts (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "package_id" TEXT COLLATE "C" NOT NULL,
  "subscriber_org" TEXT COLLATE "C" NOT NULL,
  "revision" BIGINT NOT NULL,
  "requested" BIGINT NOT NULL,
  "confirmed" BIGINT NOT NULL,
  "succeeded" BIGINT NOT NULL,
  "cancelled" BIGINT NOT NULL,
  "failed" BIGINT NOT NULL,
  PRIMARY KEY (org_id, package_id, subscriber_org)
);
