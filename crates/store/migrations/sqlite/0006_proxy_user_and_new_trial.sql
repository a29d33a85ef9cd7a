ALTER TABLE licenses ADD COLUMN "proxy_inactive" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE licenses ADD COLUMN "trial_granted_on" TEXT;
ALTER TABLE organizations ADD COLUMN "proxy_inactive" INTEGER NOT NULL DEFAULT 0;
