-- Cases, clicks, what agents do and say of themselves, the centre's settings and the change log. Keys, times
-- and JSON are as in 0001.

-- Empty where the agent said nothing about the Case: what was typed before there were any stays as it is.
ALTER TABLE wrapup ADD COLUMN draft_case TEXT;
ALTER TABLE wrapup ADD COLUMN related TEXT;
ALTER TABLE wrapup ADD COLUMN extensions INTEGER NOT NULL DEFAULT 0;
ALTER TABLE wrapup ADD COLUMN released_at INTEGER;
ALTER TABLE wrapup ADD COLUMN released_by BLOB;
ALTER TABLE wrapup ADD COLUMN released_reason TEXT;

-- What is there to submit, of everybody; and of one agent together with wrapup_owed, which panels read by
-- itself however many the timer has closed.
CREATE INDEX wrapup_inbox ON wrapup (tenant_id, opened_at, key) WHERE state IN ('open', 'undispositioned');
CREATE INDEX wrapup_undispositioned ON wrapup (tenant_id, agent, opened_at, key)
    WHERE state = 'undispositioned';

ALTER TABLE activity ADD COLUMN dialled_from TEXT;
ALTER TABLE activity ADD COLUMN related TEXT;

-- The Activities related to a Case, in order. A Case is named by the id that the world knows, as people are.
CREATE TABLE activity_case (
    tenant_id INTEGER NOT NULL,
    case_key BLOB NOT NULL,
    call_id INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, case_key, call_id)
) STRICT, WITHOUT ROWID;

ALTER TABLE person ADD COLUMN account BLOB;
CREATE INDEX person_of_account ON person (tenant_id, account, name, key) WHERE account IS NOT NULL;

-- Its people are named by the ids that the world knows: a Case keeps them when the records are deleted.
-- search_words is what was put into case_word, to take it out again.
CREATE TABLE case_record (
    id INTEGER PRIMARY KEY,
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    key BLOB NOT NULL,
    number INTEGER NOT NULL,
    subject TEXT NOT NULL,
    description TEXT,
    status TEXT NOT NULL,
    priority TEXT NOT NULL,
    contact BLOB,
    account BLOB,
    owner BLOB,
    created_by_call BLOB,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    version INTEGER NOT NULL,
    search_words TEXT NOT NULL,
    UNIQUE (key, tenant_id),
    UNIQUE (tenant_id, number)
) STRICT;

-- The Cases of a record that is their Contact or their Account, ready to be read in order.
CREATE TABLE case_person (
    tenant_id INTEGER NOT NULL,
    person BLOB NOT NULL,
    is_open INTEGER NOT NULL,
    case_id INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, person, is_open, case_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE case_word (
    tenant_id INTEGER NOT NULL,
    word TEXT NOT NULL,
    case_id INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, word, case_id)
) STRICT, WITHOUT ROWID;

-- A click is found by the part of a call that it makes; its own id is in the name of that leg.
CREATE TABLE dial (
    id INTEGER PRIMARY KEY,
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    engagement BLOB NOT NULL,
    key BLOB NOT NULL,
    agent TEXT NOT NULL,
    source TEXT NOT NULL,
    number TEXT NOT NULL,
    dialled_from TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (engagement, tenant_id)
) STRICT;

CREATE TABLE agent_mode (
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    agent TEXT NOT NULL,
    mode TEXT NOT NULL,
    away_reason TEXT,
    since INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, agent)
) STRICT, WITHOUT ROWID;

-- Each entry lasts until the next of the same agent begins.
CREATE TABLE agent_state (
    id INTEGER PRIMARY KEY,
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    agent TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    since INTEGER NOT NULL
) STRICT;
CREATE INDEX agent_state_of_agent ON agent_state (tenant_id, agent, since);

CREATE TABLE centre (
    tenant_id INTEGER PRIMARY KEY REFERENCES tenant,
    version INTEGER NOT NULL,
    settings TEXT NOT NULL
) STRICT;

-- subject_key is empty where there is only one of the kind.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    key BLOB NOT NULL,
    at INTEGER NOT NULL,
    by_user BLOB,
    subject TEXT NOT NULL,
    subject_key BLOB NOT NULL,
    action TEXT NOT NULL,
    fields TEXT NOT NULL,
    UNIQUE (key, tenant_id)
) STRICT;
CREATE INDEX audit_of_tenant ON audit (tenant_id);
CREATE INDEX audit_of_subject ON audit (tenant_id, subject, subject_key);
