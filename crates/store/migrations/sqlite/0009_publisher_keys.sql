CREATE TABLE publisher_keys (
  "org_id" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "generation" INTEGER NOT NULL,
  "hash" TEXT NOT NULL,
  "created_by" TEXT NOT NULL,
  "created_at" INTEGER NOT NULL,
  "rotated_at" INTEGER,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
