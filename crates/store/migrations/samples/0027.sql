-- Rows as version 27 holds them, one at least in each table.
INSERT INTO tenant (id, slug) VALUES (1, 'acme');
INSERT INTO census (tenant_id, live, ended, activities, reasons, open_wrapups) VALUES (1, 0, 1, 1, 0, 1);
UPDATE store_state SET commits = 41;
INSERT INTO call VALUES (7, 1, x'01930000000080008000000100000001', 'pbx', 'ended', 'inbound', 'inbound',
    '+34600000001', '8000', '+34910000000', 'sales', 1700000000000000, 1700000001000000, 1700000060000000,
    1000, 59000, 0, '/rec/1.wav', NULL, 'customer', NULL, 0, '[{"rule":"type.talked","facts":[["agent","1001"]]}]', '10000000643',
    NULL);
INSERT INTO engagement VALUES (8, 1, x'01930000000080008000000200000001', 7, 0, '1001', 'queue', 'answered',
    1700000000000000, 1700000001000000, 1700000060000000, 0, 0, 1, 1700000000000000);
INSERT INTO wrapup VALUES (9, 1, x'01930000000080008000000200000001', 7, '1001', 'open', 1700000060000000, NULL, NULL,
    2, x'01930000000080008000000500000001', 'typed', '{"choice":"none"}', NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    '{"choice":"picked","case":"01930000-0000-8000-8000-000700000001"}', NULL, 1, 1700000090000000,
    x'01930000000080008000000400000001', 'queue is long', NULL, NULL, NULL, '{"follow_up":20000}');
INSERT INTO activity VALUES (7, 1, 'open', 1, '1001', NULL, NULL, NULL, 'La señal', NULL, NULL, NULL,
    '[{"person":"01930000-0000-8000-8000-000300000001","tier":"E","field":"phone","stored_as":"600 00 00 01"}]',
    '{"from":"case","case":"01930000-0000-8000-8000-000700000001","contact":null}',
    '{"decision":"related","case":"01930000-0000-8000-8000-000700000001","rule":"picked"}', 1,
    '{"id":"006000000000001AAA","rule":"in_view"}', 1700000000000000, NULL, 0);
INSERT INTO correction VALUES (6, 1, x'01930000000080008000000800000002', 7, NULL, 1700000070000000,
    x'01930000000080008000000400000001', 'wrong one', '{"party":null,"related":null,"code":null,"notes":null}',
    '{"party":{"person":null,"by":"corrected"},"related":null,"code":null,"notes":null}',
    '[{"field":"party","before":"Ana","after":null}]', NULL);
INSERT INTO activity_case VALUES (1, x'01930000000080008000000700000001', 7);
INSERT INTO activity_word VALUES (1, 'otra', 7);
INSERT INTO note_pending VALUES (1, 7, 'otra');
INSERT INTO activity_person VALUES (1, x'01930000000080008000000300000001', 7);
INSERT INTO person VALUES (3, 1, x'01930000000080008000000300000001', 'contact', 'Ana', 'Acme', 'ana@example.org',
    '[{"field":"phone","raw":"600 00 00 01"}]', 1, NULL, '[[34600000001,0]]', 1, '#34600000001 #600000001 acme ana',
    x'01930000000080008000000300000009', 'ES', x'01930000000080008000000400000001');
INSERT INTO phone_key VALUES (1, 34600000001, 3, 0);
INSERT INTO late_owner VALUES (1, x'01930000000080008000000300000001', 1);
INSERT INTO person_word VALUES (1, '#34600000001', 3), (1, '#600000001', 3), (1, 'acme', 3), (1, 'ana', 3);
INSERT INTO disposition_set VALUES (1, 1, x'01930000000080008000000600000001', 'Inbound', 'inbound', 1,
    '["sales"]', 0);
INSERT INTO disposition_code VALUES (1, 1, x'01930000000080008000000500000001', 1, 'vendido', 'sold', 0, 1, 0, 0, 1,
    '{"follow_up_days":3,"do_not_call":true}');
INSERT INTO app_user VALUES (1, 1, x'01930000000080008000000400000001', 'Ana', 'ana', 'Ana', 'agent', '1001', 1, NULL, 1,
    'ana@example.org');
INSERT INTO session VALUES (1, zeroblob(32), zeroblob(32), NULL, 1700000000000000, 1, 1800000000000000);
INSERT INTO one_time_link VALUES (1, zeroblob(32), 'password', 1, 1800000000000000, 0);
INSERT INTO source VALUES (1, 1, 'pbx', 1, 1, 2, 1700000000000000);
INSERT INTO deaf VALUES (1, 1699999000000000, 1700000000000000, 'pbx');
INSERT INTO frame_chunk VALUES (1, 1, 1, 1, 0, 1700000000000000, x'0d0a');
INSERT INTO case_record VALUES (4, 1, x'01930000000080008000000700000001', 12, 'Pedido', 'roto', 'working', 'high', NULL,
    x'01930000000080008000000300000009', x'01930000000080008000000400000001', x'01930000000080008000000100000001',
    1700000000000000, NULL, 3, 'pedido');
INSERT INTO case_person VALUES (1, x'01930000000080008000000300000009', 1, 4);
INSERT INTO case_word VALUES (1, 'pedido', 4);
INSERT INTO dial VALUES (1, 1, x'01930000000080008000000200000001', x'01930000000080008000000900000001', '1001', 'pbx',
    '+34600000001', '{"from":"typed"}', x'01930000000080008000000400000001', 1700000000000000);
INSERT INTO agent_mode VALUES (1, '1001', 'away', 'Comida', 1700000000000000, 2);
INSERT INTO agent_state VALUES (1, 1, '1001', 'on_call', NULL, 1700000001000000);
INSERT INTO centre VALUES (1, 5, '{"version":5,"codes_enabled":false}');
INSERT INTO audit VALUES (1, 1, x'01930000000080008000000800000001', 1700000000000000, NULL, 'centre', x'', 'changed',
    '[{"field":"codes_enabled","before":"true","after":"false"}]');
INSERT INTO ring_group VALUES (1, 'sales');
INSERT INTO caller_wanted VALUES (1, x'01930000000080008000000100000001');
INSERT INTO queue_member VALUES (1, 'sales', 'PJSIP/1001', '1001');
INSERT INTO message VALUES (7, 1, 'sales', NULL, 1700000060000000, 'done', x'01930000000080008000000400000001',
    1700000070000000, '{"how":"no_need","reason":"spam"}',
    '{"engagement":"01930000-0000-8000-8000-000200000001","by":"01930000-0000-8000-8000-000400000001","at":1700000065000000}',
    3, 0);
INSERT INTO crm VALUES (1, '00D000000000001EAA');
INSERT INTO crm_link VALUES (1, '003000000000001AAA', 'person', x'01930000000080008000000300000001', 'main');
INSERT INTO crm_user VALUES (1, '005000000000001AAA',
    '{"id":"005000000000001AAA","username":"ana@example.org","name":"Ana","email":null,"active":true,"modified":0}',
    x'01930000000080008000000400000001', 1);
INSERT INTO crm_place VALUES (1, 'contacts', '{"since":1}', 3, 9, 1700000000000000);
INSERT INTO outbox VALUES (1, 1, 'activity', x'01930000000080008000000100000001', 2, 1, 1700000080000000, 1, 0, NULL, '1001');
INSERT INTO crm_filed VALUES (7, 1,
    '{"state":"there","record":"a00000000000001AAA","task":null,"linked":true,"wrote":"{}"}');
INSERT INTO crm_vanished VALUES (1, x'01930000000080008000000100000002', x'01930000000080008000000100000001',
    '{"record":"a00000000000002AAA","task":null,"linked":true,"wrote":"{}"}');
INSERT INTO report_word VALUES (1, 1, 0, '1001');
INSERT INTO report_fact VALUES (1, 1700000000000000, 7, 0, 4, 1, 0, 5000, 60000, 0, NULL, 77, 3);
INSERT INTO report_basis VALUES (1, 1, '{"zone":"UTC","shifts":[]}', 9223372036854775807, 9223372036854775807);
INSERT INTO report_rollup VALUES (1, 1, 0, 0, 19675, -1, -1, x'0100000000');
INSERT INTO report_fill VALUES (1, 7);
INSERT INTO import VALUES (1, x'01930000000080008000000900000001', 3,
    '{"id":"01930000-0000-8000-8000-000900000001","version":3,"state":"running","failure":null,"file":"calls.csv","source":"talkdesk","bytes":900,"created_at":1700000000000000,"created_by":"01930000-0000-8000-8000-000400000001","mapping":{"columns":{"id":"call_id"},"zone":"UTC","times":"day_first","durations":"seconds","types":{},"agents":{"Ana":"1001"},"unknown_agents":"refuse","codes":{},"unknown_codes":"refuse","ring_groups":{}},"book":{"agents":{"ana":"1001"},"inbound":{},"outbound":{},"types":{},"ring_groups":{}},"findings":null,"started_at":1700000000000000,"ended_at":null}',
    '{"byte":300,"line":4,"tally":{"rows":3,"new":2,"there":0,"refused":1,"refused_by":{"not_a_time":1}},"run":{"since":1700000000000000,"byte":0,"rows":0},"at":1700000001000000}');
INSERT INTO imported VALUES (7, 1, x'01930000000080008000000900000001', 2);
INSERT INTO webhook_endpoint VALUES (1, 1, x'01930000000080008000000a00000001', 0, 2,
    '{"id":"01930000-0000-8000-8000-000a00000001","name":"ERP","url":"https://erp.example/hook","kinds":["call.missed"],"with_notes":false,"secret":"a","former":null,"off":null,"failing_since":null,"made_at":1700000000000000,"version":2}');
INSERT INTO webhook_count VALUES (1, 1, 1700000000000000);
INSERT INTO webhook_notice VALUES (1, 1, x'01930000000080008000000b00000001', 'call.merged', 1700000060000000,
    '{"of":"merged","from":"01930000-0000-8000-8000-000100000002","into":"01930000-0000-8000-8000-000100000001"}');
INSERT INTO webhook_delivery VALUES (1, 1, 1, 1, 'dead', 10, 1700000060000000,
    '{"at":1700000060000000,"status":500,"no_answer":null,"took_ms":12}');
INSERT INTO list_view VALUES (1, x'01930000000080008000000b00000001', x'01930000000080008000000400000001', 1, 1,
    '{"id":"01930000-0000-8000-8000-000b00000001","owner":"01930000-0000-8000-8000-000400000001","name":"Mine","shared":true,"filters":[["when","7d"]],"columns":["when","who"],"version":1}');
INSERT INTO first_view VALUES (1, x'01930000000080008000000400000001', x'01930000000080008000000b00000001');
INSERT INTO bulk VALUES (1, x'01930000000080008000000c00000001',
    '{"id":"01930000-0000-8000-8000-000c00000001","by":"01930000-0000-8000-8000-000400000001","at":1700000070000000,"change":{"code":null,"party":null,"case":null,"note":"seen","reason":null},"calls":["01930000-0000-8000-8000-000100000001"]}');
INSERT INTO bulk_item VALUES (1, x'01930000000080008000000c00000001', x'01930000000080008000000100000001',
    '{"bulk":"01930000-0000-8000-8000-000c00000001","call":"01930000-0000-8000-8000-000100000001","became":{"became":"unchanged"}}');
INSERT INTO report_day_facts VALUES (1, 1, 19675, NULL);
INSERT INTO follow_up VALUES (7, 1, '1001', 20000, 'Volver a llamar', 'Call back', 'open', NULL, NULL, 1, '1002');
INSERT INTO saved_report VALUES (1, x'01930000000080008000000d00000001', x'01930000000080008000000400000001', 1, 1, 1,
    '{"id":"01930000-0000-8000-8000-000d00000001","owner":"01930000-0000-8000-8000-000400000001","name":"Mondays","shared":true,"report":"codes","query":[["when","7d"]],"schedule":{"every":{"every":"week","weekday":0},"hour":8,"recipients":["01930000-0000-8000-8000-000400000001"],"language":"es","form":"csv","since":1700000000000000},"version":1}');
INSERT INTO report_mail VALUES (1, x'01930000000080008000000d00000001', 1700000400000000, 1, 1700000460000000, 2,
    '{"report":"01930000-0000-8000-8000-000d00000001","due":1700000400000000,"to":["01930000-0000-8000-8000-000400000001"],"language":"es","form":"csv","state":"waiting","tries":1,"next_at":1700000460000000,"begun_at":1700000400000000,"doubtful":false,"fault":null,"code":null,"ended_at":null,"sent_to":0,"version":2}');
INSERT INTO ledger VALUES (1, 1888888, 'pbx', 'open', 0, 0, 1);
INSERT INTO reconciliation VALUES (1, x'01930000000080008000000d00000001',
    '{"id":"01930000-0000-8000-8000-000d00000001","kind":"cdr","source":"pbx","file":"Master.csv","bytes":9,"hash":"00","zone":"UTC","at":1700000070000000,"by":"01930000-0000-8000-8000-000400000001","uploads":1,"state":"done","byte":9,"found":{"from":null,"until":null,"records":1,"calls":1,"known":{"id":1},"missing":0,"explained":{"internal_call":1},"beside":{"stray":1},"unlisted":[],"only_ours":0,"only_ours_named":[]},"ended_at":1700000071000000}');
INSERT INTO missing_call VALUES (1, x'01930000000080008000000100000002', 'pbx', 1700000000000000, 1, 0, 1,
    '{"key":"01930000-0000-8000-8000-000100000002","version":1,"named":true,"run":"01930000-0000-8000-8000-000d00000001","file":"Master.csv","told":{"records":[],"queue":[]},"call":{"key":"01930000-0000-8000-8000-000100000002","source":"pbx","state":"ended","kind":"missed","direction":"inbound","from":"5550100","to":null,"did":null,"ring_group":null,"started_at":1700000000000000,"answered_at":null,"ended_at":1700000005000000,"waiting_since":null,"wait_ms":5000,"talk_ms":0,"hold_ms":0,"recording":null,"voicemail":null,"hung_up_by":null,"no_activity":null,"inferred":false,"explanation":[],"engagements":[]},"made":null}');
INSERT INTO crm_ledger VALUES (1, 1888888, 'waiting', 1);
INSERT INTO crm_check VALUES (1, 1699999200000000, 1700000080000000,
    '{"begin":1699999200000000,"end":1700085600000000,"zone":"UTC","at":1700000080000000,"by":"01930000-0000-8000-8000-000400000001","found":{"there":2,"agree":0,"waiting":1,"beside":0,"gone":{"count":0,"first":[]},"unlinked":{"count":0,"first":[]},"strangers":{"count":1,"first":[{"record":"a00000000000009AAA","call":null}]}}}');
INSERT INTO crm_follow_up VALUES (1, x'01930000000080008000000100000001',
    '{"round":0,"state":"there","task":"00T000000000001AAA","wrote":"{}"}');
INSERT INTO crm_check_failure VALUES (1, 1699912800000000, 1699999200000000,
    '{"begin":1699912800000000,"end":1699999200000000,"zone":"UTC","since":1699999900000000,"at":1700000080000000,"tries":2,"fault":"unreachable","code":null}');
