import type { Code, DispositionSet, NewSet, RingGroup } from '../../src/lib/api/contract.ts';
import { checkVersion, find, Refusal, type Ask } from './ask.ts';
import type { Mock } from './server.ts';

/** Disposition sets and their codes, and the ring groups that sets are for. */
const CALLED = ['Soporte', 'Ventas', 'cola-9'];
/** Who the phone system says is in a ring group. */
const MEMBERS: Record<string, string[]> = { Ventas: ['1001'], 'cola-9': ['1004'] };

export function ringGroups(mock: Mock): RingGroup[] {
  const { ring_groups } = mock.centre;
  const keys = [...new Set([...ring_groups.map(({ key }) => key), ...CALLED])];
  const nameOf = (agent: string): string | null => mock.users.find((user) => user.agent === agent)?.name ?? null;
  const groups = keys.map((key): RingGroup => {
    const known = ring_groups.find((one) => one.key === key);
    const told = (MEMBERS[key] ?? []).map((agent) => ({ key: agent, name: nameOf(agent), from: 'phone_system' as const }));
    const set = (known?.agents ?? []).map((agent) => ({ key: agent, name: nameOf(agent), from: 'settings' as const }));
    const sets = mock.sets.filter((one) => !one.retired && one.ring_groups.includes(key)).map(({ id, name, direction }) => ({ id, name, direction }));
    return { key, name: known?.name ?? key, set_up: known !== undefined, agents: [...told, ...set], sets };
  });
  return groups.sort((a, b) => a.name.localeCompare(b.name));
}

function checkName(mock: Mock, name: string, but: DispositionSet | null): void {
  if (mock.sets.some((one) => one !== but && !one.retired && one.name === name)) throw new Refusal(422, 'invalid', { reason: 'taken' }, 'name');
}

function checkGroups(mock: Mock, keys: string[]): void {
  const known = ringGroups(mock).map(({ key }) => key);
  const bad = keys.findIndex((key) => !known.includes(key));
  if (bad >= 0) throw new Refusal(422, 'invalid', { reason: 'unknown' }, `ring_groups.${bad}`);
}

/** Calls of no ring group must keep a set. */
function checkLast(mock: Mock, set: DispositionSet): void {
  const others = mock.sets.some((one) => one !== set && !one.retired && one.direction === set.direction && one.ring_groups.length === 0);
  if (!others && !set.retired && set.ring_groups.length === 0) throw new Refusal(409, 'last_set');
}

export function create({ mock, body }: Ask): { set: DispositionSet } {
  const { name, direction, ring_groups, copy_of } = body as unknown as NewSet;
  checkName(mock, name, null);
  checkGroups(mock, ring_groups);
  const id = `s-${mock.sets.length}`;
  const copied = copy_of ? find(mock.sets, copy_of).codes.filter((code) => !code.retired) : [];
  const codes = copied.map((code, position) => ({ ...code, id: `${id}-${code.id}`, set: id, position, used: 0, version: 1 }));
  const set: DispositionSet = { id, name, direction, ring_groups, retired: false, version: 1, runs_out: null, codes };
  mock.sets.push(set);
  return { set };
}

export function change({ mock, params, body }: Ask): { set: DispositionSet } {
  const set = find(mock.sets, params[0]);
  checkVersion(set, body);
  const { name, ring_groups, retired } = body as Partial<DispositionSet>;
  if (name !== undefined || retired === false) checkName(mock, name ?? set.name, set);
  if (ring_groups) checkGroups(mock, ring_groups);
  if (retired || (ring_groups && ring_groups.length > 0)) checkLast(mock, set);
  Object.assign(set, body, { version: set.version + 1 });
  return { set };
}

/** The code with its path, and the one it stands under as a heading. */
function placed(set: DispositionSet, code: Code): Code {
  const above = set.codes.find((one) => one.id === code.traits.parent);
  if (above) above.heading = true;
  code.path = above ? { es: `${above.path.es} › ${code.label.es}`, en: `${above.path.en} › ${code.label.en}` } : code.label;
  return code;
}

export function addCode({ mock, params, body }: Ask): { code: Code } {
  const set = find(mock.sets, params[0]);
  const label = body['label'] as Code['label'];
  const taken = set.codes.some((one) => one.label.es === label.es);
  if (taken) throw new Refusal(422, 'invalid', { reason: 'taken' }, 'label.es');
  const code = placed(set, { id: `c-${set.codes.length}`, set: set.id, position: set.codes.length, retired: false, used: 0, version: 1, heading: false, merged_into: null, ...body } as unknown as Code);
  set.codes = [...set.codes.filter((one) => !one.retired), code, ...set.codes.filter((one) => one.retired)];
  set.version += 1;
  return { code };
}

export function changeCode({ mock, params, body }: Ask): { code: Code } {
  const code = find(mock.sets.flatMap((set) => set.codes), params[0]);
  checkVersion(code, body);
  Object.assign(code, body, { version: code.version + 1 });
  const set = find(mock.sets, code.set);
  placed(set, code);
  set.codes = [...set.codes.filter((one) => !one.retired), ...set.codes.filter((one) => one.retired)];
  return { code };
}

export function merge({ mock, params, body }: Ask): { code: Code } {
  const code = find(mock.sets.flatMap((set) => set.codes), params[0]);
  checkVersion(code, body);
  const into = find(mock.sets.flatMap((set) => set.codes), String(body['into']));
  if (into.retired) throw new Refusal(422, 'invalid', { reason: 'unknown' }, 'into');
  Object.assign(code, { retired: true, merged_into: into.id, version: code.version + 1 });
  retiredLast(find(mock.sets, code.set));
  return { code };
}

export function split({ mock, params, body }: Ask): { codes: Code[] } {
  const code = find(mock.sets.flatMap((set) => set.codes), params[0]);
  checkVersion(code, body);
  const set = find(mock.sets, code.set);
  const labels = body['labels'] as Code['label'][];
  const taken = labels.findIndex((label) => set.codes.some((one) => !one.retired && one.label.es === label.es));
  if (taken >= 0) throw new Refusal(422, 'invalid', { reason: 'taken' }, `labels.${taken}.es`);
  const codes = labels.map((label, nth): Code => ({ ...code, id: `${code.id}-${nth}`, label, path: label, position: set.codes.length + nth, used: 0, version: 1 }));
  Object.assign(code, { retired: true, version: code.version + 1 });
  set.codes = [...set.codes, ...codes];
  retiredLast(set);
  return { codes };
}

function retiredLast(set: DispositionSet): void {
  set.codes = [...set.codes.filter((one) => !one.retired), ...set.codes.filter((one) => one.retired)];
  set.version += 1;
}

export function order({ mock, params, body }: Ask): unknown {
  const set = find(mock.sets, params[0]);
  checkVersion(set, body);
  const ids = body['codes'] as string[];
  set.codes = [...ids.map((id) => find(set.codes, id)), ...set.codes.filter((one) => !ids.includes(one.id))];
  set.version += 1;
  return { set };
}
