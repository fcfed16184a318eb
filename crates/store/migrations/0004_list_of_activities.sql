-- The list of Activities goes back in time; a row id stands behind each time, so that two calls of one moment have an
-- order.
CREATE INDEX call_by_time ON call (tenant_id, started_at);

-- Digits of the other party's number, the last first: whoever looks for a number types its end, or more than the phone
-- system gave. Filled for the rows that are here by the program (sqlite/backfill.rs), as are the words below.
ALTER TABLE call ADD COLUMN other_end TEXT;
CREATE INDEX call_of_number ON call (tenant_id, other_end) WHERE other_end IS NOT NULL;

-- The words of the notes. No foreign keys, as with the lists of people.
CREATE TABLE activity_word (
    tenant_id INTEGER NOT NULL,
    word TEXT NOT NULL,
    call_id INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, word, call_id)
) STRICT, WITHOUT ROWID;
