-- Keys: every table that grows is keyed by an INTEGER PRIMARY KEY that the writer hands out, so rows are
-- appended whichever tenant they belong to. The ids of the outside world are unique beside it, with the
-- id before the tenant: ids begin with a time, so these indexes are appended to as well.
-- Times are microseconds since 1970 (UTC). JSON is text that no query looks into.

CREATE TABLE store_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    commits INTEGER NOT NULL
) STRICT;
INSERT INTO store_state (id, commits) VALUES (1, 0);

CREATE TABLE tenant (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE
) STRICT;

-- Kept up in the transaction that changes what is counted: counting ten million rows takes seconds.
CREATE TABLE census (
    tenant_id INTEGER PRIMARY KEY REFERENCES tenant,
    live INTEGER NOT NULL DEFAULT 0,
    ended INTEGER NOT NULL DEFAULT 0,
    activities INTEGER NOT NULL DEFAULT 0,
    reasons INTEGER NOT NULL DEFAULT 0,
    open_wrapups INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE call (
    id INTEGER PRIMARY KEY,
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    key BLOB NOT NULL,
    source TEXT NOT NULL,
    state TEXT NOT NULL,
    kind TEXT,
    direction TEXT NOT NULL,
    from_number TEXT,
    to_number TEXT,
    did TEXT,
    ring_group TEXT,
    started_at INTEGER NOT NULL,
    answered_at INTEGER,
    ended_at INTEGER,
    wait_ms INTEGER,
    talk_ms INTEGER NOT NULL,
    hold_ms INTEGER NOT NULL,
    recording TEXT,
    voicemail TEXT,
    hung_up_by TEXT,
    no_activity TEXT,
    inferred INTEGER NOT NULL,
    explanation TEXT NOT NULL,
    UNIQUE (key, tenant_id)
) STRICT;

CREATE TABLE engagement (
    id INTEGER PRIMARY KEY,
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    key BLOB NOT NULL,
    call_id INTEGER NOT NULL REFERENCES call,
    position INTEGER NOT NULL,
    agent TEXT NOT NULL,
    via TEXT NOT NULL,
    result TEXT,
    offered_at INTEGER NOT NULL,
    answered_at INTEGER,
    ended_at INTEGER,
    hold_ms INTEGER NOT NULL,
    on_hold INTEGER NOT NULL,
    wrapup INTEGER NOT NULL,
    UNIQUE (key, tenant_id)
) STRICT;
CREATE INDEX engagement_of_call ON engagement (call_id);
CREATE INDEX engagement_of_agent ON engagement (tenant_id, agent, call_id);
CREATE INDEX engagement_live ON engagement (tenant_id, agent, call_id) WHERE ended_at IS NULL;

CREATE TABLE wrapup (
    id INTEGER PRIMARY KEY,
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    key BLOB NOT NULL,
    call_id INTEGER NOT NULL REFERENCES call,
    agent TEXT NOT NULL,
    state TEXT NOT NULL,
    opened_at INTEGER,
    closed_at INTEGER,
    closed_by BLOB,
    draft_revision INTEGER NOT NULL,
    draft_code BLOB,
    draft_notes TEXT NOT NULL,
    draft_party TEXT,
    code_id BLOB,
    code_es TEXT,
    code_en TEXT,
    notes TEXT,
    party_by TEXT,
    party_person BLOB,
    reason TEXT,
    UNIQUE (key, tenant_id)
) STRICT;
CREATE INDEX wrapup_of_call ON wrapup (call_id);
CREATE INDEX wrapup_owed ON wrapup (tenant_id, agent, opened_at, key) WHERE state = 'open';

-- One a call at most: it shares the call's row id. People are named by the id that the world knows,
-- because an Activity keeps it when the record is deleted.
CREATE TABLE activity (
    call_id INTEGER PRIMARY KEY REFERENCES call,
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    outcome TEXT NOT NULL,
    archived INTEGER NOT NULL,
    agent TEXT,
    code_id BLOB,
    code_es TEXT,
    code_en TEXT,
    notes TEXT,
    party_by TEXT,
    party_person BLOB,
    logged_at INTEGER,
    candidates TEXT NOT NULL
) STRICT;
CREATE INDEX activity_of_code ON activity (tenant_id, code_id) WHERE code_id IS NOT NULL;

-- The list of a person, ready to be read in order: the Activities filed on them, and while it is unsettled
-- whose an Activity is, those of which they are a candidate. No foreign keys: checking them when a call
-- is merged away would need an index the other way round.
CREATE TABLE activity_person (
    tenant_id INTEGER NOT NULL,
    person BLOB NOT NULL,
    call_id INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, person, call_id)
) STRICT, WITHOUT ROWID;

-- phone_keys and search_words are what was put into the two indexes below, to take it out again.
CREATE TABLE person (
    id INTEGER PRIMARY KEY,
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    key BLOB NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    company TEXT,
    email TEXT,
    phones TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_by_call BLOB,
    phone_keys TEXT NOT NULL,
    key_scheme INTEGER NOT NULL,
    search_words TEXT NOT NULL,
    UNIQUE (key, tenant_id)
) STRICT;

-- The number index: everything a look-up compares is in its key. How a key becomes one integer is in
-- phone_index.rs. No foreign keys, for the reason given above.
CREATE TABLE phone_key (
    tenant_id INTEGER NOT NULL,
    key INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    field INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, key, person_id, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE person_word (
    tenant_id INTEGER NOT NULL,
    word TEXT NOT NULL,
    person_id INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, word, person_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE disposition_set (
    id INTEGER PRIMARY KEY,
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    key BLOB NOT NULL,
    name TEXT NOT NULL,
    direction TEXT NOT NULL,
    version INTEGER NOT NULL,
    UNIQUE (tenant_id, key)
) STRICT;

CREATE TABLE disposition_code (
    id INTEGER PRIMARY KEY,
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    key BLOB NOT NULL,
    set_id INTEGER NOT NULL REFERENCES disposition_set,
    label_es TEXT NOT NULL,
    label_en TEXT NOT NULL,
    position INTEGER NOT NULL,
    favourite INTEGER NOT NULL,
    requires_notes INTEGER NOT NULL,
    retired INTEGER NOT NULL,
    version INTEGER NOT NULL,
    UNIQUE (tenant_id, key)
) STRICT;
CREATE INDEX disposition_code_of_set ON disposition_code (set_id, position, key);

CREATE TABLE app_user (
    id INTEGER PRIMARY KEY,
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    key BLOB NOT NULL,
    login TEXT NOT NULL,
    login_key TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    agent TEXT,
    active INTEGER NOT NULL,
    password_hash TEXT,
    version INTEGER NOT NULL,
    UNIQUE (tenant_id, key),
    UNIQUE (tenant_id, login_key)
) STRICT;

CREATE TABLE session (
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    id BLOB NOT NULL,
    current BLOB NOT NULL,
    previous BLOB,
    rotated_at INTEGER NOT NULL,
    user_id INTEGER NOT NULL REFERENCES app_user,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_current ON session (tenant_id, current);
CREATE INDEX session_previous ON session (tenant_id, previous) WHERE previous IS NOT NULL;
CREATE INDEX session_of_user ON session (user_id);
CREATE INDEX session_expiry ON session (tenant_id, expires_at);

-- Kept after use: a link that is made again must not work again.
CREATE TABLE one_time_link (
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    hash BLOB NOT NULL,
    purpose TEXT NOT NULL,
    user_id INTEGER REFERENCES app_user,
    expires_at INTEGER NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE source (
    id INTEGER PRIMARY KEY,
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    name TEXT NOT NULL,
    last_chunk INTEGER NOT NULL,
    last_connection INTEGER NOT NULL,
    resume_from INTEGER NOT NULL,
    UNIQUE (tenant_id, name)
) STRICT;

CREATE TABLE frame_chunk (
    id INTEGER PRIMARY KEY,
    source_id INTEGER NOT NULL REFERENCES source,
    chunk INTEGER NOT NULL,
    connection INTEGER NOT NULL,
    first_frame INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE (source_id, chunk)
) STRICT;
