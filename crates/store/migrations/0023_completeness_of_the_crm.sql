-- How many Activities stand in the CRM as they do, by quarters of an hour (slot: since 1970) in which their calls began. Kept up in
-- the transaction that changes what is there or on its way; what is neither has no row. A tenant without a CRM has none.
CREATE TABLE crm_ledger (
    tenant_id INTEGER NOT NULL,
    slot INTEGER NOT NULL,
    state TEXT NOT NULL,
    calls INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, slot, state)
) STRICT, WITHOUT ROWID;
INSERT INTO crm_ledger (tenant_id, slot, state, calls)
    SELECT c.tenant_id, c.started_at / 900000000,
        CASE
            WHEN o.refusal IS NOT NULL THEN 'refused'
            WHEN o.id IS NOT NULL THEN 'waiting'
            WHEN json_extract(f.filed, '$.state') = 'there' THEN 'sent'
            ELSE 'deleted_there'
        END AS state, COUNT(*)
    FROM call c JOIN activity a ON a.call_id = c.id
    LEFT JOIN outbox o ON o.subject = c.key AND o.kind = 'activity' AND o.tenant_id = c.tenant_id
    LEFT JOIN crm_filed f ON f.call_id = c.id
    WHERE c.tenant_id IN (SELECT tenant_id FROM crm) AND (o.id IS NOT NULL OR f.call_id IS NOT NULL)
        AND c.state = 'ended' AND c.no_activity IS NULL AND c.source NOT LIKE 'import:%'
    GROUP BY 1, 2, 3;

-- Days that were compared with the CRM, and what was found.
CREATE TABLE crm_check (
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    begin INTEGER NOT NULL,
    at INTEGER NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (tenant_id, begin)
) STRICT, WITHOUT ROWID;
