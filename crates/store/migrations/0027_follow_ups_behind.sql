-- What is due for a CRM is read with follow-ups behind everything else, without reading past them.
DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (tenant_id, kind = 'follow_up', id) WHERE refusal IS NULL;
