-- Messages as work, one a call that left one. Those that were left before this was there are no work: whoever dealt with
-- them left no trace of it here, and they are on the list of Activities as before. at is when it was taken or done, by
-- by_user; how says how. revision counts what people did with it, sound_settled whether its sound is still to be copied.
CREATE TABLE message (
    call_id INTEGER PRIMARY KEY REFERENCES call,
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    ring_group TEXT,
    agent TEXT,
    left_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    by_user BLOB,
    at INTEGER,
    how TEXT,
    called_back TEXT,
    revision INTEGER NOT NULL,
    sound_settled INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What waits is little and asked for often; what is done grows for ever.
CREATE INDEX message_waiting ON message (tenant_id, left_at) WHERE state <> 'done';
CREATE INDEX message_waiting_of_group ON message (tenant_id, ring_group, left_at) WHERE state <> 'done';
CREATE INDEX message_done ON message (tenant_id, left_at) WHERE state = 'done';
CREATE INDEX message_done_of_group ON message (tenant_id, ring_group, left_at) WHERE state = 'done';
CREATE INDEX message_of_agent ON message (tenant_id, agent, left_at) WHERE agent IS NOT NULL;
CREATE INDEX message_sound_wanted ON message (tenant_id) WHERE sound_settled = 0;
