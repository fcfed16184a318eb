-- What the keys of a record were made by: another region, or another scheme, makes others of the same text.
-- Empty is no region: keys made before this was noted are made anew at the next start.
ALTER TABLE person ADD COLUMN key_region TEXT NOT NULL DEFAULT '';

-- Those of another basis than today's, found without walking the others.
CREATE INDEX person_of_basis ON person (tenant_id, key_scheme, key_region);
