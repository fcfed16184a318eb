import type { Activity, AuditPage, CaseChoice, Centre, Colleague, Draft, Party, PersonLine, Relate, Session, User, WebPhoneAccount } from '../../src/lib/api/contract.ts';
import { checkVersion, find, Refusal, type Answer, type Ask } from './ask.ts';
import * as activities from './activities.ts';
import * as bulk from './bulk.ts';
import * as corrections from './corrections.ts';
import * as crm from './crm.ts';
import * as picklists from './picklists.ts';
import { attention } from './attention.ts';
import { dryRun } from './dry-run.ts';
import * as completeness from './completeness.ts';
import * as completenessCrm from './completeness-crm.ts';
import * as imports from './imports.ts';
import * as webhooks from './webhooks.ts';
import * as frames from './frame-session.ts';
import * as floor from './floor.ts';
import * as inbox from './inbox.ts';
import * as followUps from './follow-ups.ts';
import * as messages from './messages.ts';
import * as records from './records.ts';
import * as reports from './reports.ts';
import { review } from './review.ts';
import * as times from './agent-times.ts';
import { callCounts } from './call-counts.ts';
import type { Mock } from './server.ts';
import * as saved from './saved-reports.ts';
import { service } from './service.ts';
import * as sets from './sets.ts';
import * as listViews from './views.ts';
import { activity, line, targets } from './world.ts';

export { Refusal };

const ROUTES: [method: string, pattern: RegExp, answer: Answer][] = [
  ['GET', /^\/instance$/, ({ mock }) => mock.instance],
  ['POST', /^\/session$/, signIn],
  ['POST', /^\/session\/refresh$/, ({ mock }) => session(mock)],
  ['POST', /^\/session\/host$/, frames.byHost],
  ['POST', /^\/session\/grant$/, frames.grant],
  ['POST', /^\/session\/pairing$/, frames.pair],
  ['POST', /^\/session\/pairing\/confirm$/, frames.confirm],
  ['POST', /^\/session\/code$/, frames.redeem],
  ['DELETE', /^\/session$/, ({ mock }) => void (mock.signedIn = null)],
  ['POST', /^\/first-admin$/, firstAdmin],
  ['POST', /^\/password$/, ({ body }) => spend(body)],
  ['GET', /^\/me\/panel$/, ({ mock }) => mock.panel],
  ['GET', /^\/me\/recent$/, ({ mock }) => ({ activities: mock.recent })],
  ['PUT', /^\/wrapups\/([^/]+)\/draft$/, saveDraft],
  ['POST', /^\/wrapups\/([^/]+)\/suggestions$/, ({ mock, body }) => ({ suggestions: mock.suggest(String(body['notes'])) })],
  ['GET', /^\/reports\/suggestions$/, ({ mock }) => mock.accuracy],
  ['POST', /^\/wrapups\/([^/]+)\/log$/, log],
  ['POST', /^\/wrapups\/([^/]+)\/do-not-log$/, doNotLog],
  ['POST', /^\/wrapups\/([^/]+)\/extend$/, extend],
  ['PUT', /^\/me\/mode$/, setMode],
  ['POST', /^\/me\/dial$/, messages.dial],
  ['POST', /^\/me\/hang-up$/, floor.hangUp],
  ['POST', /^\/me\/control$/, () => undefined],
  ['GET', /^\/me\/transfer-targets$/, () => targets],
  ['GET', /^\/me\/phone$/, webPhone],
  ['GET', /^\/people$/, ({ mock, query }) => ({ people: records.search(mock, query.get('q') ?? '') })],
  ['POST', /^\/people$/, records.createPerson],
  ['GET', /^\/people\/([^/]+)$/, ({ mock, params }) => ({ person: find(mock.people, params[0]) })],
  ['PATCH', /^\/people\/([^/]+)$/, records.changePerson],
  ['GET', /^\/people\/([^/]+)\/activities$/, records.callsOf],
  ['GET', /^\/people\/([^/]+)\/cases$/, records.casesOf],
  ['GET', /^\/people\/([^/]+)\/contacts$/, records.contactsOf],
  ['GET', /^\/cases$/, records.searchCases],
  ['POST', /^\/cases$/, records.createCase],
  ['GET', /^\/cases\/([^/]+)$/, ({ mock, params }) => ({ case: find(mock.cases, params[0]) })],
  ['PATCH', /^\/cases\/([^/]+)$/, records.changeCase],
  ['GET', /^\/cases\/([^/]+)\/activities$/, records.callsOfCase],
  ['GET', /^\/activities$/, activities.list],
  ['GET', /^\/bulk-corrections\/matching$/, bulk.matching],
  ['POST', /^\/bulk-corrections\/preview$/, bulk.preview],
  ['GET', /^\/bulk-corrections$/, ({ mock }) => ({ bulks: mock.bulks })],
  ['POST', /^\/bulk-corrections$/, bulk.begin],
  ['POST', /^\/bulk-corrections\/([^/]+)\/(apply|undo)$/, bulk.step],
  ['GET', /^\/views$/, listViews.list],
  ['POST', /^\/views$/, listViews.create],
  ['PUT', /^\/views\/([^/]+)$/, listViews.change],
  ['DELETE', /^\/views\/([^/]+)$/, listViews.remove],
  ['PUT', /^\/me\/first-view$/, listViews.beginWith],
  ['GET', /^\/activities\/([^/]+)$/, ({ mock, params }) => ({ activity: activities.one(mock, params[0]) })],
  ['POST', /^\/floor\/listen$/, floor.listen],
  ['GET', /^\/reports\/review$/, review],
  ['GET', /^\/reports\/agents$/, times.agentTimes],
  ['GET', /^\/reports\/agents\.csv$/, times.agentTimesCsv],
  ['GET', /^\/reports\/calls$/, callCounts],
  ['GET', /^\/reports\/service$/, service],
  ['GET', /^\/reports\/saved$/, saved.list],
  ['POST', /^\/reports\/saved$/, saved.create],
  ['PUT', /^\/reports\/saved\/([^/]+)$/, saved.change],
  ['DELETE', /^\/reports\/saved\/([^/]+)$/, saved.remove],
  ['GET', /^\/reports\/saved\/([^/]+)\/mails$/, () => ({ mails: saved.mails })],
  ['POST', /^\/reports\/saved\/([^/]+)\/mails$/, () => ({ mail: saved.mails[0] })],
  ['POST', /^\/mail\/test$/, () => ({ sent: false, fault: 'unreachable', code: null })],
  ['POST', /^\/reports\/table\.parquet$/, () => 'PAR1PAR1'],
  ['GET', /^\/activities\.(csv|parquet)$/, () => '\ufeffid\r\n'],
  ['GET', /^\/export\/(\w+)\.(csv|parquet)$/, ({ params }) => `\ufeff${params[0]}\r\n`],
  ['GET', /^\/reports\/dispositions$/, reports.dispositions],
  ['GET', /^\/reports\/dispositions\.csv$/, reports.dispositionsCsv],
  ['POST', /^\/activities\/([^/]+)\/corrections$/, corrections.correct],
  ['POST', /^\/activities\/([^/]+)\/corrections\/([^/]+)\/undo$/, corrections.undo],
  ['GET', /^\/dispositions$/, ({ mock }) => ({ enabled: mock.panel.codes_enabled, sets: mock.sets, reasons: mock.panel.do_not_log_reasons, with_crm: mock.withCrm })],
  ['GET', /^\/ring-groups$/, ({ mock }) => ({ ring_groups: sets.ringGroups(mock) })],
  ['POST', /^\/dispositions$/, sets.create],
  ['POST', /^\/dispositions\/picklist$/, picklists.look],
  ['POST', /^\/dispositions\/file$/, ({ mock }) => ({ file: mock.codeFile })],
  ['PATCH', /^\/dispositions\/([^/]+)$/, sets.change],
  ['POST', /^\/dispositions\/([^/]+)\/codes$/, sets.addCode],
  ['PATCH', /^\/codes\/([^/]+)$/, sets.changeCode],
  ['POST', /^\/codes\/([^/]+)\/merge$/, sets.merge],
  ['POST', /^\/codes\/([^/]+)\/split$/, sets.split],
  ['PUT', /^\/dispositions\/([^/]+)\/order$/, sets.order],
  ['GET', /^\/wrapups$/, inbox.list],
  ['GET', /^\/wrapups\/([^/]+)$/, inbox.one],
  ['POST', /^\/wrapups\/([^/]+)\/release$/, inbox.release],
  ['POST', /^\/wrapups\/([^/]+)\/put-aside$/, inbox.putAside],
  ['POST', /^\/wrapups\/finish$/, inbox.finish],
  ['GET', /^\/follow-ups$/, followUps.list],
  ['PUT', /^\/follow-ups\/([^/]+)\/done$/, followUps.setDone],
  ['PUT', /^\/follow-ups\/([^/]+)\/agent$/, followUps.give],
  ['GET', /^\/messages$/, messages.list],
  ['GET', /^\/messages\/counts$/, ({ mock }) => ({ counts: messages.counts(mock) })],
  ['POST', /^\/messages\/([^/]+)\/(take|give-back|done|reopen)$/, messages.step],
  ['GET', /^\/crm$/, crm.read],
  ['GET', /^\/crm\/stuck$/, crm.listStuck],
  ['POST', /^\/crm\/stuck\/([^/]+)\/([^/]+)\/(?:again|leave|take)$/, crm.settle],
  ['PATCH', /^\/crm\/stuck\/(person|case)\/([^/]+)$/, crm.mend],
  ['POST', /^\/crm\/connect$/, crm.connect],
  ['POST', /^\/crm\/disconnect$/, crm.disconnect],
  ['GET', /^\/crm\/picklists$/, picklists.objects],
  ['GET', /^\/crm\/picklists\/([^/]+)$/, picklists.fields],
  ['GET', /^\/crm\/phones$/, crm.readPhones],
  ['PUT', /^\/crm\/phones$/, crm.choosePhones],
  ['GET', /^\/crm\/users$/, crm.listUsers],
  ['PUT', /^\/crm\/users\/([^/]+)$/, crm.choose],
  ['POST', /^\/crm\/examine$/, crm.examine],
  ['GET', /^\/completeness$/, completeness.read],
  ['GET', /^\/completeness\/missing$/, completeness.missing],
  ['POST', /^\/completeness\/missing\/make$/, completeness.make],
  ['POST', /^\/completeness\/gaps\/mend$/, completeness.mend],
  ['POST', /^\/completeness\/crm\/check$/, completenessCrm.check],
  ['POST', /^\/completeness\/crm\/send$/, completenessCrm.send],
  ['GET', /^\/completeness\/files$/, completeness.files],
  ['POST', /^\/completeness\/files$/, completeness.upload],
  ['GET', /^\/imports$/, imports.list],
  ['POST', /^\/imports$/, imports.upload],
  ['GET', /^\/imports\/([^/]+)$/, imports.read],
  ['GET', /^\/imports\/([^/]+)\/preview$/, imports.preview],
  ['PUT', /^\/imports\/([^/]+)\/mapping$/, imports.map],
  ['POST', /^\/imports\/([^/]+)\/step$/, imports.step],
  ['DELETE', /^\/imports\/([^/]+)$/, imports.remove],
  ['GET', /^\/webhooks$/, webhooks.list],
  ['POST', /^\/webhooks$/, webhooks.create],
  ['PATCH', /^\/webhooks\/([^/]+)$/, webhooks.change],
  ['DELETE', /^\/webhooks\/([^/]+)$/, webhooks.remove],
  ['POST', /^\/webhooks\/([^/]+)\/rotate$/, webhooks.rotate],
  ['POST', /^\/webhooks\/([^/]+)\/test$/, webhooks.tryOut],
  ['GET', /^\/webhooks\/([^/]+)\/deliveries$/, webhooks.told],
  ['POST', /^\/webhooks\/([^/]+)\/deliveries\/([^/]+)\/replay$/, webhooks.again],
  ['POST', /^\/webhooks\/([^/]+)\/replay$/, webhooks.replay],
  ['GET', /^\/centre$/, ({ mock }) => ({ centre: mock.centre })],
  ['PUT', /^\/centre$/, changeCentre],
  ['POST', /^\/centre\/dry-run$/, dryRun],
  ['GET', /^\/attention$/, attention],
  ['GET', /^\/audit$/, changes],
  ['GET', /^\/users$/, ({ mock }) => ({ users: mock.users })],
  ['GET', /^\/users\/names$/, ({ mock }) => ({ users: colleagues(mock) })],
  ['POST', /^\/users$/, createUser],
  ['PATCH', /^\/users\/([^/]+)$/, changeUser],
  ['POST', /^\/users\/([^/]+)\/password-reset$/, () => ({ link: 'https://bitacora.example/#/password?token=K7dQ-Wm3' })],
];

export function answer(mock: Mock, method: string, path: string, query: URLSearchParams, body: unknown): unknown {
  for (const [verb, pattern, handle] of ROUTES) {
    const found = verb === method ? pattern.exec(path) : null;
    if (found) return handle({ mock, params: found.slice(1).map(decodeURIComponent), query, body: (body ?? {}) as Record<string, unknown> });
  }
  throw new Refusal(404, 'not_found');
}

function session(mock: Mock): Session {
  if (!mock.signedIn) throw new Refusal(401, 'session_expired');
  return { access_token: `token-${mock.seen.length}`, expires_in_s: 900, user: mock.signedIn, zone: mock.zone };
}

function signIn({ mock, body }: Ask): Session {
  const user = mock.users.find((one) => one.login === body['login']);
  if (!user || body['password'] !== `demo-${user.login}`) throw new Refusal(401, 'invalid_credentials');
  mock.signedIn = user;
  return session(mock);
}

function spend(body: Record<string, unknown>): void {
  if (body['token'] === 'spent') throw new Refusal(410, 'token_used');
}

function firstAdmin({ mock, body }: Ask): Session {
  spend(body);
  mock.signedIn = { id: 'u-first', login: String(body['login']), name: String(body['name']), role: 'admin', agent: null, active: true, version: 1 };
  return session(mock);
}

function checkRevision(mock: Mock, id: string, body: Record<string, unknown>): void {
  const { draft } = mock.owner(id);
  if (draft.revision !== body['revision']) throw new Refusal(409, 'stale_revision', { current: draft });
}

function saveDraft({ mock, params, body }: Ask): { revision: number } {
  const id = params[0] ?? '';
  checkRevision(mock, id, body);
  const { draft } = mock.owner(id);
  const saved = { ...(body as unknown as Draft), revision: draft.revision + 1 };
  mock.push(() => {
    const owner = mock.owner(id);
    owner.draft = saved;
    owner.relate = whatWasSaid(mock, saved.case) ?? owner.relate;
  });
  return { revision: saved.revision };
}

/** What the agent says about the Case holds; for all else a test says what the server would make of it. */
function whatWasSaid(mock: Mock, said: CaseChoice): Relate | null {
  if (said.choice === 'none') return { decision: 'not_related', why: 'said_none', offer: null };
  const picked = said.choice === 'picked' ? mock.cases.find((one) => one.id === said.case) : undefined;
  return picked ? { decision: 'related', case: picked, rule: 'picked' } : null;
}

function webPhone({ mock }: Ask): WebPhoneAccount {
  if (!mock.panel.web_phone) throw new Refusal(404, 'not_found');
  return { url: 'wss://pbx.example:8089/ws', domain: 'pbx.example', username: '1001', password: 'secret', ice_servers: [] };
}

const MORE_TIME_S = 60;

function extend({ mock, params }: Ask): { deadline: string | null } {
  const wrapup = mock.panel.wrapups.find((one) => one.id === params[0]);
  if (!wrapup?.deadline || !wrapup.can_extend) throw new Refusal(409, 'no_more_time');
  const deadline = new Date(Date.parse(wrapup.deadline) + MORE_TIME_S * 1000).toISOString();
  mock.push(() => Object.assign(wrapup, { deadline, late: false, can_extend: false }));
  return { deadline };
}

function setMode({ mock, body }: Ask): void {
  const mode = body['mode'] as 'available' | 'away';
  mock.push(({ agent, now }) => Object.assign(agent, { mode, state: mode, away_reason: body['reason'], since: now }));
}

function log({ mock, params, body }: Ask): { activity: Activity } {
  const id = params[0] ?? '';
  checkRevision(mock, id, body);
  const wrapup = mock.panel.wrapups.find((one) => one.id === id);
  if (!wrapup) throw new Refusal(404, 'not_found');
  if (mock.panel.codes_enabled && !body['code']) throw new Refusal(422, 'code_required');
  const party = body['party'] as Party | null;
  const settled = wrapup.match.clicked ?? wrapup.match.candidates[0]?.person ?? null;
  if (!party && wrapup.match.kind === 'many' && !wrapup.match.clicked) throw new Refusal(422, 'party_required');
  const code = wrapup.codes.find((one) => one.id === body['code']) ?? null;
  const person = partyOf(mock, party ?? (settled && { choice: 'existing', person: settled.id }), wrapup.match.will_create, wrapup.call.number_display);
  const done = line(`a-${id}`, { party: person, case: mock.cases.find((one) => (body['case'] as CaseChoice).choice === 'picked' && one.id === (body['case'] as { case: string }).case) ?? null, code: code && { id: code.id, label: code.label }, notes: String(body['notes']) });
  return { activity: closed(mock, id, done) };
}

function partyOf(mock: Mock, party: Party | null, willCreate: 'contact' | 'lead' | null, number: string | null): PersonLine | null {
  if (party?.choice === 'existing') return find(mock.people, party.person);
  const kind = party?.choice === 'create' ? party.kind : party ? null : willCreate;
  if (!kind) return null;
  const name = (party?.choice === 'create' && party.name) || number || '';
  return { id: 'p-new', kind, name, company: null, phone: number };
}

function doNotLog({ mock, params, body }: Ask): { activity: Activity } {
  const id = params[0] ?? '';
  checkRevision(mock, id, body);
  return { activity: closed(mock, id, line(`a-${id}`, { code: null, notes: null, party: null, outcome: 'not_logged' })) };
}

function closed(mock: Mock, id: string, done: ReturnType<typeof line>): Activity {
  mock.history = [done, ...mock.history];
  mock.recent = [done, ...mock.recent];
  mock.push((panel) => {
    panel.wrapups = panel.wrapups.filter((one) => one.id !== id);
    if (panel.wrapups.length === 0) panel.agent = { ...panel.agent, state: 'available', since: panel.now };
  });
  return activity(done);
}

function changeCentre({ mock, body }: Ask): { centre: Centre } {
  checkVersion(mock.centre, body);
  mock.centre = { ...(body as unknown as Centre), version: mock.centre.version + 1 };
  return { centre: mock.centre };
}

const CHANGES_PAGE = 6;

function changes({ mock, query }: Ask): AuditPage {
  const from = Number(query.get('after') ?? 0);
  const next = from + CHANGES_PAGE;
  return { entries: mock.changes.slice(from, next), next: next < mock.changes.length ? String(next) : null };
}

function colleagues(mock: Mock): Colleague[] {
  const active = mock.users.filter((user) => user.active).map(({ id, name, agent }) => ({ id, name, agent }));
  return active.sort((a, b) => a.name.localeCompare(b.name));
}

function createUser({ mock, body }: Ask): { user: User; link: string } {
  if (mock.users.some((one) => one.login === body['login'])) throw new Refusal(422, 'invalid', { reason: 'taken' }, 'login');
  const user = { id: `u-${mock.users.length}`, active: true, version: 1, ...body } as unknown as User;
  mock.users.push(user);
  return { user, link: 'https://bitacora.example/#/password?token=K7dQ-Wm3' };
}

function changeUser({ mock, params, body }: Ask): { user: User } {
  const user = find(mock.users, params[0]);
  checkVersion(user, body);
  Object.assign(user, body, { version: user.version + 1 });
  return { user };
}
