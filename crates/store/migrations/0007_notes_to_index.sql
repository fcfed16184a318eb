-- Activities whose notes are not under their words in activity_word yet: twenty words of a Log lie on twenty pages, so
-- they are written later, many Logs' together in the order of the words. indexed is what they are found under meanwhile.
CREATE TABLE note_pending (
    tenant_id INTEGER NOT NULL,
    call_id INTEGER NOT NULL,
    indexed TEXT,
    PRIMARY KEY (tenant_id, call_id)
) STRICT, WITHOUT ROWID;
