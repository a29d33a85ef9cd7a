ALTER TABLE package_licenses ADD COLUMN "kept_terms" TEXT;
