-- Who is in the queues of a phone system, as it said last: which codes an agent is offered may rest on it, and after a
-- start the phone system takes its time to say it again.
CREATE TABLE queue_member (
    source_id INTEGER NOT NULL REFERENCES source,
    queue TEXT NOT NULL,
    interface TEXT NOT NULL,
    agent TEXT NOT NULL,
    PRIMARY KEY (source_id, queue, interface)
) STRICT, WITHOUT ROWID;
