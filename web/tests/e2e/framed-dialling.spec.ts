/** A number that is clicked on a record of the org: where the call is filed here, and what the org has of it. */
import type { OrgRecord } from '../lightning/server.ts';
import { bringUp, dial, log, test, type FramedDemo } from './framed-demo.ts';
import { caseLine, codeBox, expect, logButton, notice, options, partyBox } from './stage.ts';

type Number = ReturnType<FramedDemo['number']>;

async function contact(demo: FramedDemo, last: string, { written }: Number, account?: OrgRecord): Promise<OrgRecord> {
  const fields = { FirstName: 'Ana', LastName: last, MobilePhone: written, ...(account && { AccountId: account.id }) };
  return demo.record('Contact', fields, { name: `Ana ${last}`, phones: [written] });
}

/** A Case with its contact's number on it, as its page shows that. */
async function caseOf(demo: FramedDemo, subject: string, fields: Record<string, unknown>, { written }: Number): Promise<OrgRecord> {
  return demo.record('Case', { Subject: subject, ...fields }, { name: subject, phones: [written] });
}

test('p06_framed_dialled_from_a_case_is_related_to_it_whatever_is_in_front', async ({ page, demo, agentAt }) => {
  const number = demo.number();
  const ana = await contact(demo, 'Robles', number);
  const dialled = await caseOf(demo, 'Invoice', { ContactId: ana.id }, number);
  const viewed = await caseOf(demo, 'Delivery', { ContactId: ana.id }, number);
  const frame = await agentAt(dialled);
  await dial(page, frame, number.written);
  await bringUp(page, viewed);
  await expect(caseLine(frame)).toContainText('You dialled from its Contact Phone.');
  await log(frame, 'Ana Robles (Contact)');
  await expect.poll(() => demo.rows.activities(number.dialled)).toMatchObject([{ archived: 1, outcome: 'logged', party: demo.here(ana), party_by: 'clicked' }]);
  expect(demo.rows.relatedBy(number.dialled)).toMatchObject([{ decision: 'related', rule: 'dialled_from_case' }]);
  expect([demo.rows.relatedTo(demo.here(dialled)).length, demo.rows.relatedTo(demo.here(viewed)).length]).toEqual([1, 0]);
  await expect.poll(() => demo.callsThere(number.dialled)).toMatchObject([
    { Contact__c: ana.id, Lead__c: null, Account__c: null, Case__c: dialled.id, Direction__c: 'outbound', Outcome__c: 'logged' },
  ]);
  expect(await demo.tasksThere(ana.id, dialled.id)).toMatchObject([{ Status: 'Completed', CallType: 'Outbound' }]);
  expect(await demo.tasksThere(ana.id, viewed.id)).toEqual([]);
});

test('p06_framed_dialled_from_a_case_of_a_person_account_is_filed_on_both_halves', async ({ page, demo, agentAt }) => {
  const number = demo.number();
  const { record, contactId } = await personAccount(demo, 'Salas', number);
  const dialled = await caseOf(demo, 'Refund', { ContactId: contactId }, number);
  const frame = await agentAt(dialled);
  await dial(page, frame, number.written);
  await bringUp(page, record);
  await log(frame, 'Bruno Salas (Person Account)');
  await expect.poll(() => demo.callsThere(number.dialled)).toMatchObject([{ Contact__c: contactId, Account__c: record.id, Case__c: dialled.id }]);
  expect(demo.rows.activities(number.dialled)).toMatchObject([{ party: demo.here(record), party_by: 'clicked' }]);
  expect(demo.rows.relatedTo(demo.here(dialled))).toHaveLength(1);
  expect(await demo.tasksThere(contactId, dialled.id)).toHaveLength(1);
});

test('p06_framed_an_agent_who_says_no_case_relates_none_there', async ({ page, demo, agentAt }) => {
  const number = demo.number();
  const ana = await contact(demo, 'Prado', number);
  const dialled = await caseOf(demo, 'Invoice', { ContactId: ana.id }, number);
  const frame = await agentAt(dialled);
  await dial(page, frame, number.written);
  await caseLine(frame).getByRole('button', { name: 'No Case' }).click();
  await log(frame, 'Ana Prado (Contact)');
  await expect.poll(() => demo.callsThere(number.dialled)).toMatchObject([{ Contact__c: ana.id, Case__c: null }]);
  expect(demo.rows.relatedBy(number.dialled)).toMatchObject([{ decision: 'not_related', why: 'said_none' }]);
  expect(demo.rows.relatedTo(demo.here(dialled))).toEqual([]);
  expect(await demo.tasksThere(ana.id, null)).toHaveLength(1);
});

test('p06_framed_somebody_else_than_the_contact_of_the_case_is_not_related_by_itself', async ({ page, demo, agentAt }) => {
  const number = demo.number();
  const ana = await contact(demo, 'Vega', number);
  const other = await contact(demo, 'Vidal', number);
  const dialled = await caseOf(demo, 'Invoice', { ContactId: ana.id }, number);
  const frame = await agentAt(dialled);
  await dial(page, frame, number.written);
  await frame.getByRole('button', { name: 'Someone else' }).click();
  await partyBox(frame).press('ArrowDown');
  await options(frame, { name: /Ana Vidal/ }).click();
  await bringUp(page, dialled);
  await log(frame, 'Ana Vidal (Contact)');
  await expect.poll(() => demo.callsThere(number.dialled)).toMatchObject([{ Contact__c: other.id, Case__c: null }]);
  expect(demo.rows.relatedBy(number.dialled)).toMatchObject([{ decision: 'not_related', why: 'somebody_elses' }]);
});

test('p07_framed_dialled_from_a_contact_is_related_to_the_case_in_front_at_submit', async ({ page, demo, agentAt }) => {
  const number = demo.number();
  const ana = await contact(demo, 'Luna', number);
  const before = await caseOf(demo, 'Before', { ContactId: ana.id }, number);
  const viewed = await caseOf(demo, 'Now', { ContactId: ana.id }, number);
  // Who else has the number is not who was clicked.
  const lead = await demo.record('Lead', { LastName: 'Luna', Company: 'Luna SL', MobilePhone: number.written }, { name: 'Luna', phones: [number.written] });
  const frame = await agentAt(ana);
  await dial(page, frame, number.written);
  await bringUp(page, before);
  await expect(caseLine(frame)).toContainText('It is the Case on your screen.');
  await bringUp(page, viewed);
  await log(frame, 'Ana Luna (Contact)');
  await expect.poll(() => demo.callsThere(number.dialled)).toMatchObject([{ Contact__c: ana.id, Lead__c: null, Case__c: viewed.id, Direction__c: 'outbound' }]);
  expect(demo.rows.activities(number.dialled)).toMatchObject([{ party: demo.here(ana), party_by: 'clicked' }]);
  expect(demo.rows.relatedBy(number.dialled)).toMatchObject([{ decision: 'related', rule: 'in_view_outbound' }]);
  expect(demo.rows.relatedTo(demo.here(before))).toEqual([]);
  expect(await demo.tasksThere(ana.id, viewed.id)).toHaveLength(1);
  expect(await demo.tasksThere(lead.id, null)).toEqual([]);
});

test('p07_framed_with_the_contact_in_front_at_submit_no_case_is_related', async ({ page, demo, agentAt }) => {
  const number = demo.number();
  const ana = await contact(demo, 'Mora', number);
  const seen = await caseOf(demo, 'Seen', { ContactId: ana.id }, number);
  const frame = await agentAt(ana);
  await dial(page, frame, number.written);
  await bringUp(page, seen);
  await expect(caseLine(frame)).toContainText('It is the Case on your screen.');
  await bringUp(page, ana);
  await log(frame, 'Ana Mora (Contact)');
  await expect.poll(() => demo.callsThere(number.dialled)).toMatchObject([{ Contact__c: ana.id, Case__c: null }]);
  expect(demo.rows.relatedBy(number.dialled)).toMatchObject([{ decision: 'not_related', why: 'none_in_view' }]);
  expect(demo.rows.relatedTo(demo.here(seen))).toEqual([]);
});

test('p07_framed_a_case_of_somebody_else_in_front_is_offered_and_not_related', async ({ page, demo, agentAt }) => {
  const number = demo.number();
  const ana = await contact(demo, 'Nieto', number);
  const other = await contact(demo, 'Ortiz', demo.number());
  const theirs = await caseOf(demo, 'Theirs', { ContactId: other.id }, number);
  const frame = await agentAt(ana);
  await dial(page, frame, number.written);
  await bringUp(page, theirs);
  await expect(caseLine(frame)).toContainText('Theirs');
  await log(frame, 'Ana Nieto (Contact)');
  await expect.poll(() => demo.callsThere(number.dialled)).toMatchObject([{ Contact__c: ana.id, Case__c: null }]);
  expect(demo.rows.relatedBy(number.dialled)).toMatchObject([{ decision: 'not_related', why: 'somebody_elses' }]);
});

test('p07_framed_dialled_from_an_account_is_related_to_its_case_in_front', async ({ page, demo, agentAt }) => {
  const number = demo.number();
  const workshop = await demo.record('Account', { Name: 'Talleres Prieto', Phone: number.written }, { name: 'Talleres Prieto', phones: [number.written] });
  const viewed = await caseOf(demo, 'Spare parts', { AccountId: workshop.id }, number);
  const frame = await agentAt(workshop);
  await dial(page, frame, number.written);
  await bringUp(page, viewed);
  await log(frame, 'Talleres Prieto (Account)');
  await expect.poll(() => demo.callsThere(number.dialled)).toMatchObject([{ Contact__c: null, Account__c: workshop.id, Case__c: viewed.id }]);
  expect(demo.rows.relatedBy(number.dialled)).toMatchObject([{ decision: 'related', rule: 'in_view_outbound' }]);
});

test('p07_framed_dialled_from_a_person_account_is_filed_on_both_halves_and_its_case_in_front', async ({ page, demo, agentAt }) => {
  const number = demo.number();
  const { record, contactId } = await personAccount(demo, 'Teruel', number);
  const viewed = await caseOf(demo, 'Refund', { ContactId: contactId }, number);
  const frame = await agentAt(record);
  await dial(page, frame, number.written);
  await bringUp(page, viewed);
  await log(frame, 'Bruno Teruel (Person Account)');
  await expect.poll(() => demo.callsThere(number.dialled)).toMatchObject([{ Contact__c: contactId, Account__c: record.id, Case__c: viewed.id }]);
  expect(demo.rows.activities(number.dialled)).toMatchObject([{ party: demo.here(record), party_by: 'clicked' }]);
  expect(await demo.tasksThere(contactId, viewed.id)).toHaveLength(1);
});

test('p07_framed_a_lead_has_no_case_until_the_agent_confirms_one', async ({ page, demo, agentAt }) => {
  const number = demo.number();
  const lead = await demo.record('Lead', { LastName: 'Rivas', Company: 'Rivas SL', Phone: number.written }, { name: 'Rivas', phones: [number.written] });
  const other = await contact(demo, 'Soler', demo.number());
  const viewed = await caseOf(demo, 'Offer', { ContactId: other.id }, number);
  const frame = await agentAt(lead);
  await dial(page, frame, number.written);
  await bringUp(page, viewed);
  await log(frame, 'Rivas (Lead)');
  await expect.poll(() => demo.callsThere(number.dialled)).toMatchObject([{ Lead__c: lead.id, Contact__c: null, Case__c: null }]);
  expect(await demo.tasksThere(lead.id, null)).toHaveLength(1);

  await bringUp(page, lead);
  await dial(page, frame, number.written);
  await bringUp(page, viewed);
  await caseLine(frame).getByRole('button', { name: /Offer/ }).click();
  await codeBox(frame).press('1');
  await logButton(frame).click();
  await expect(notice(frame, 'Logged on Rivas (Lead).')).toBeVisible();
  await expect.poll(async () => (await demo.callsThere(number.dialled)).map((call) => call['Case__c']).sort()).toEqual([null, viewed.id].sort());
});

async function personAccount(demo: FramedDemo, last: string, { written }: Number): Promise<{ record: OrgRecord; contactId: string }> {
  const fields = { FirstName: 'Bruno', LastName: last, PersonMobilePhone: written };
  const record = await demo.record('Account', fields, { name: `Bruno ${last}`, phones: [written] });
  const [found] = await demo.org.query(`SELECT PersonContactId FROM Account WHERE Id = '${record.id}'`);
  record.contactId = String(found?.['PersonContactId']);
  return { record, contactId: record.contactId };
}
