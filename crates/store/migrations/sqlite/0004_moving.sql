ALTER TABLE registrations ADD COLUMN "hold_installs" INTEGER NOT NULL DEFAULT 0;
CREATE TABLE install_counts (
  "org_id" TEXT NOT NULL,
  "package_id" TEXT NOT NULL,
  "subscriber_org" TEXT NOT NULL,
  "revision" INTEGER NOT NULL,
  "requested" INTEGER NOT NULL,
  "confirmed" INTEGER NOT NULL,
  "succeeded" INTEGER NOT NULL,
  "cancelled" INTEGER NOT NULL,
  "failed" INTEGER NOT NULL,
  PRIMARY KEY (org_id, package_id, subscriber_org)
) STRICT, WITHOUT ROWID;
