CREATE TABLE publisher_keys (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "name" TEXT COLLATE "C" NOT NULL,
  "generation" BIGINT NOT NULL,
  "hash" TEXT COLLATE "C" NOT NULL,
  "created_by" TEXT COLLATE "C" NOT NULL,
  "created_at" BIGINT NOT NULL,
  "rotated_at" BIGINT,
  PRIMARY KEY (org_id, id)
);
