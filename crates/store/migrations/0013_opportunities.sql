-- The Opportunity of the CRM that a call is related to besides its Case, by its id there, and by which rule.
ALTER TABLE activity ADD COLUMN opportunity TEXT;
ALTER TABLE wrapup ADD COLUMN opportunity TEXT;
