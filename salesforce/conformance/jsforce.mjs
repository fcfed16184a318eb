// Talks to the Salesforce emulator with jsforce, a client that knows nothing of it; a line for each call.
//
//     node jsforce.mjs http://ADDRESS
//
// jsforce is looked for from the folder in which this runs. Ends with 1 where anything differs.

import { createRequire } from 'node:module';
import { join } from 'node:path';

const jsforce = createRequire(join(process.cwd(), 'here.js'))('jsforce');
const loginUrl = process.argv[2];
const stamp = String(process.hrtime.bigint());
let differing = 0;

async function call(name, does, holds) {
  let good = false;
  let said = '';
  let result;
  try {
    result = await does();
    good = holds(result);
    if (!good) said = `: ${JSON.stringify(result)}`.slice(0, 300);
  } catch (error) {
    said = `: ${error.name} ${error.errorCode ?? ''} ${error.message}`.slice(0, 300);
  }
  differing += good ? 0 : 1;
  console.log(`${good ? 'ok     ' : 'DIFFERS'} ${name}${said}`);
  return result;
}

/** What is refused, as its error. */
const refused = (does) => async () => {
  try {
    await does();
  } catch (error) {
    return error;
  }
  return undefined;
};

const conn = new jsforce.Connection({ loginUrl, version: '66.0' });
await call(
  'SOAP login',
  () => conn.login('admin@emulator.example', 'emulator'),
  (user) => user.id.startsWith('005') && user.organizationId.startsWith('00D'),
);
await call(
  'SOAP login with a wrong password is refused',
  refused(() => new jsforce.Connection({ loginUrl }).login('admin@emulator.example', 'wrong')),
  (error) => /INVALID_LOGIN/.test(error.message),
);
await call('versions', () => conn.request('/services/data'), (all) => all.at(-1).version >= '66.0');
await call('describeGlobal', () => conn.describeGlobal(), (all) => all.sobjects.some((o) => o.name === 'Contact'));
await call('describe', () => conn.sobject('Contact').describe(), (contact) => contact.fields.length > 30);
await call('limits', () => conn.limits(), (limits) => limits.DailyApiRequests.Max > 0);
await call('identity', () => conn.identity(), (me) => me.username === 'admin@emulator.example');
const account = await call(
  'create',
  () => conn.sobject('Account').create({ Name: `Acme ${stamp}`, Phone: '(415) 555-1212' }),
  (made) => made.success,
);
const contacts = await call(
  'create several',
  () =>
    conn.sobject('Contact').create([
      { LastName: `Ruiz${stamp}`, AccountId: account.id, Email: `${stamp}@example.com` },
      { LastName: `Paz${stamp}`, AccountId: account.id, Email: `${stamp}@example.com` },
    ]),
  (made) => made.length === 2 && made.every((one) => one.success),
);
const [first, second] = contacts.map((one) => one.id);
await call(
  'create without what is required is refused',
  refused(() => conn.sobject('Contact').create({})),
  (error) => error.errorCode === 'REQUIRED_FIELD_MISSING',
);
await call('retrieve', () => conn.sobject('Contact').retrieve(first), (row) => row.LastName === `Ruiz${stamp}`);
await call(
  'retrieve several',
  () => conn.sobject('Contact').retrieve([first, second]),
  (rows) => rows.length === 2 && rows[1].Id === second,
);
await call('update', () => conn.sobject('Contact').update({ Id: first, Title: 'Head' }), (done) => done.success);
await call(
  'update several',
  () => conn.sobject('Contact').update([{ Id: first, Title: 'A' }, { Id: second, Title: 'B' }]),
  (done) => done.every((one) => one.success),
);
await call(
  'query with a relation',
  () => conn.query(`SELECT Id, Title, Account.Name FROM Contact WHERE AccountId = '${account.id}' ORDER BY LastName`),
  (found) => found.totalSize === 2 && found.records[1].Account.Name === `Acme ${stamp}`,
);
await call(
  'query by conditions',
  () => conn.sobject('Contact').find({ AccountId: account.id, Title: { $like: 'A%' } }, 'Id, Title').limit(5),
  (found) => found.length === 1,
);
await call(
  'count',
  () => conn.sobject('Contact').count({ AccountId: account.id }),
  (count) => count === 2,
);
await call(
  'query and all its pages',
  async () => {
    const connection = new jsforce.Connection({
      instanceUrl: conn.instanceUrl, accessToken: conn.accessToken, version: '66.0',
      callOptions: {},
    });
    return connection.query('SELECT Id FROM Contact', {
      autoFetch: true, maxFetch: 5000, headers: { 'Sforce-Query-Options': 'batchSize=200' },
    });
  },
  (found) => found.records.length === found.totalSize && found.totalSize > 200,
);
await call(
  'search',
  () => conn.search('FIND {4155551212} IN PHONE FIELDS RETURNING Account(Id, Name)'),
  (found) => found.searchRecords.some((row) => row.Id === account.id),
);
const activity = (notes) => ({ Interaction_Id__c: `j-${stamp}`, Notes__c: notes });
await call(
  'upsert that creates',
  () => conn.sobject('Call_Activity__c').upsert(activity('one'), 'Interaction_Id__c'),
  (done) => done.success && done.created === true,
);
await call(
  'upsert that updates',
  () => conn.sobject('Call_Activity__c').upsert(activity('two'), 'Interaction_Id__c'),
  (done) => done.success && done.created === false,
);
await call(
  'upsert that finds several is refused',
  refused(() => conn.sobject('Contact').upsert({ Email: `${stamp}@example.com`, LastName: 'x' }, 'Email')),
  (error) => error.name === 'MULTIPLE_CHOICES' || error.errorCode === 'MULTIPLE_CHOICES',
);
await call(
  'all or none',
  () =>
    conn
      .sobject('Contact')
      .create([{ LastName: `Gone${stamp}` }, { FirstName: 'no last name' }], { allOrNone: true }),
  (done) => done.length === 2 && done.every((one) => !one.success),
);
await call(
  'and none is left',
  () => conn.query(`SELECT COUNT() FROM Contact WHERE LastName = 'Gone${stamp}'`),
  (found) => found.totalSize === 0,
);
const root = '/services/data/v66.0';
await call(
  'composite',
  () =>
    conn.requestPost(`${root}/composite`, {
      allOrNone: true,
      compositeRequest: [
        { method: 'PATCH', url: `${root}/sobjects/Call_Activity__c/Interaction_Id__c/k-${stamp}`, referenceId: 'call',
          body: { Contact__c: first } },
        { method: 'POST', url: `${root}/sobjects/Task`, referenceId: 'task',
          body: { Subject: 'Call', Status: 'Completed', TaskSubtype: 'Call', WhoId: first, WhatId: '@{call.id}' } },
        { method: 'PATCH', url: `${root}/sobjects/Call_Activity__c/Interaction_Id__c/k-${stamp}`, referenceId: 'link',
          body: { Task_Id__c: '@{task.id}' } },
      ],
    }),
  (done) => JSON.stringify(done.compositeResponse.map((part) => part.httpStatusCode)) === '[201,201,200]',
);
await call(
  'updated',
  () => conn.sobject('Contact').updated(new Date(Date.now() - 600_000), new Date(Date.now() + 120_000)),
  (found) => found.ids.includes(first),
);
await call('delete', () => conn.sobject('Contact').destroy(first), (done) => done.success);
await call(
  'delete several',
  () => conn.sobject('Contact').destroy([second]),
  (done) => done.every((one) => one.success),
);
await call(
  'deleted',
  () => conn.sobject('Contact').deleted(new Date(Date.now() - 600_000), new Date(Date.now() + 120_000)),
  (found) => found.deletedRecords.some((row) => row.id === first),
);
await call(
  'bulk ingest',
  () =>
    conn.bulk2.loadAndWaitForResults({
      object: 'Lead', operation: 'insert', pollInterval: 100, pollTimeout: 10_000,
      input: [{ LastName: `Bulk${stamp}`, Company: 'One' }, { LastName: `Bulk${stamp}` }],
    }),
  (done) => done.successfulResults.length === 1 && done.failedResults.length === 1,
);
await call(
  'bulk query',
  async () => {
    const rows = await conn.bulk2.query(`SELECT Id, LastName FROM Lead WHERE LastName = 'Bulk${stamp}'`);
    return rows.toArray();
  },
  (rows) => rows.length === 1,
);
await call(
  'OAuth code with PKCE, and its refresh',
  async () => {
    const { createHash } = await import('node:crypto');
    const verifier = 'a'.repeat(64);
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const query = new URLSearchParams({
      response_type: 'code', client_id: 'bitacora', redirect_uri: 'http://localhost/back',
      code_challenge: challenge, code_challenge_method: 'S256',
    });
    const sent = await fetch(`${loginUrl}/services/oauth2/authorize?${query}`, { redirect: 'manual' });
    const code = new URL(sent.headers.get('location')).searchParams.get('code');
    const oauth2 = new jsforce.OAuth2({
      loginUrl, clientId: 'bitacora', clientSecret: 'bitacora-secret', redirectUri: 'http://localhost/back',
    });
    const granted = await oauth2.requestToken(code, { code_verifier: verifier });
    return oauth2.refreshToken(granted.refresh_token);
  },
  (granted) => granted.access_token.startsWith('00D'),
);
await call(
  'a session that ended is refused',
  refused(() => new jsforce.Connection({ instanceUrl: conn.instanceUrl, accessToken: 'no' }).limits()),
  (error) => error.errorCode === 'INVALID_SESSION_ID',
);
process.exit(differing ? 1 : 0);
