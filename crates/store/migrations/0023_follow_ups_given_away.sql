-- Whose a follow-up was that was given to another agent: the agent whose Log asked for it.
ALTER TABLE follow_up ADD COLUMN given_from TEXT;
