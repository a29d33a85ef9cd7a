ALTER TABLE organizations ADD COLUMN "fallback_lead_owner" TEXT COLLATE "C";
