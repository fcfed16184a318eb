-- Tables that are taken out whole, a page at a time: each is walked by the tenant's own rows. Behind the tenant stands the row,
-- which is that of the call.
CREATE INDEX message_of_tenant ON message (tenant_id);
CREATE INDEX follow_up_of_tenant ON follow_up (tenant_id);
CREATE INDEX dial_of_tenant ON dial (tenant_id, engagement);
