-- What a code says besides its label, and what it asked for when it was given to a call; null: nothing.
ALTER TABLE disposition_code ADD COLUMN traits TEXT NOT NULL DEFAULT '{}';
ALTER TABLE wrapup ADD COLUMN code_effects TEXT;
ALTER TABLE activity ADD COLUMN code_effects TEXT;

-- Whether the code says that the person asked not to be called: looked for by person.
ALTER TABLE activity ADD COLUMN do_not_call INTEGER NOT NULL DEFAULT 0;
CREATE INDEX activity_do_not_call ON activity (tenant_id, party_person, call_id) WHERE do_not_call = 1;

-- What is still to be done after a call. It shares the call's row id: a call has one at most. due: days since 1970-01-01.
CREATE TABLE follow_up (
    call_id INTEGER PRIMARY KEY REFERENCES call,
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    agent TEXT NOT NULL,
    due INTEGER NOT NULL,
    label_es TEXT NOT NULL,
    label_en TEXT NOT NULL,
    state TEXT NOT NULL,
    by_user BLOB,
    at INTEGER,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX follow_up_due ON follow_up (tenant_id, state, due, call_id);
CREATE INDEX follow_up_of ON follow_up (tenant_id, agent, state, due, call_id);
