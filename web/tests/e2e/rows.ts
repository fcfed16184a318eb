import { execFileSync } from 'node:child_process';

export type WrapupRow = {
  id: string;
  agent: string;
  state: 'early' | 'open' | 'logged' | 'not_logged';
  draft_revision: number;
  draft_code: string | null;
  draft_notes: string;
  draft_party: string | null;
  code: string | null;
  code_es: string | null;
  code_en: string | null;
  notes: string | null;
  party_by: string | null;
  party: string | null;
  reason: string | null;
};
export type ActivityRow = {
  id: string;
  kind: string | null;
  call_state: string;
  outcome: string;
  archived: number;
  agent: string | null;
  code: string | null;
  code_es: string | null;
  code_en: string | null;
  notes: string | null;
  party_by: string | null;
  party: string | null;
  candidates: string;
};
export type PersonRow = { id: string; kind: string; name: string; phones: string; created_by_call: string | null };
export type CodeRow = {
  id: string;
  direction: string;
  label_es: string;
  label_en: string;
  position: number;
  favourite: number;
  requires_notes: number;
  retired: number;
  version: number;
};

/** An id as the API writes it, from the bytes that are stored. */
const uuid = (column: string): string => {
  const part = (from: number, length: number): string => `substr(lower(hex(${column})), ${from}, ${length})`;
  const written = [part(1, 8), part(9, 4), part(13, 4), part(17, 4), part(21, 12)].join(` || '-' || `);
  return `CASE WHEN ${column} IS NULL THEN NULL ELSE ${written} END`;
};
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const bytes = (id: string): string => `x'${id.replaceAll('-', '')}'`;

/** What is on disk, read past the server with SQLite's own shell. */
export class Rows {
  constructor(private readonly file: string) {}

  all<T>(sql: string): T[] {
    const out = execFileSync('sqlite3', ['-json', '-readonly', '-cmd', '.timeout 5000', this.file, sql], { encoding: 'utf8' });
    return out.trim() === '' ? [] : (JSON.parse(out) as T[]);
  }

  /** Wrap-ups of an agent, oldest first. */
  wrapups(agent: string): WrapupRow[] {
    return this.all(
      `SELECT ${uuid('key')} AS id, agent, state, draft_revision, ${uuid('draft_code')} AS draft_code, draft_notes, draft_party,
         ${uuid('code_id')} AS code, code_es, code_en, notes, party_by, ${uuid('party_person')} AS party, reason
       FROM wrapup WHERE agent = ${text(agent)} ORDER BY wrapup.id`,
    );
  }

  /** Activities of the calls with a number, oldest first. */
  activities(number: string): ActivityRow[] {
    return this.all(
      `SELECT ${uuid('call.key')} AS id, kind, state AS call_state, outcome, archived, agent, ${uuid('code_id')} AS code, code_es, code_en,
         notes, party_by, ${uuid('party_person')} AS party, candidates
       FROM activity JOIN call ON call.id = call_id
       WHERE ${text(number)} IN (from_number, to_number) ORDER BY call_id`,
    );
  }

  /** Records one of whose phone texts is this. */
  people(phone: string): PersonRow[] {
    return this.all(
      `SELECT ${uuid('key')} AS id, kind, name, phones, ${uuid('created_by_call')} AS created_by_call
       FROM person WHERE EXISTS (SELECT 1 FROM json_each(phones) WHERE json_each.value ->> 'raw' = ${text(phone)}) ORDER BY person.id`,
    );
  }

  countPeople(): number {
    return this.all<{ n: number }>('SELECT count(*) AS n FROM person')[0]?.n ?? 0;
  }

  /** Ids of the calls on a record's list. */
  listOf(person: string): string[] {
    const rows = this.all<{ id: string }>(
      `SELECT ${uuid('call.key')} AS id FROM activity_person JOIN call ON call.id = call_id
       WHERE person = ${bytes(person)} ORDER BY call_id`,
    );
    return rows.map(({ id }) => id);
  }

  /** Ids of the calls that are related to a Case. */
  relatedTo(id: string): string[] {
    const rows = this.all<{ id: string }>(
      `SELECT ${uuid('call.key')} AS id FROM activity_case JOIN call ON call.id = call_id WHERE case_key = ${bytes(id)} ORDER BY call_id`,
    );
    return rows.map((row) => row.id);
  }

  /** What records of a CRM are called here, by their ids there; those that are not here yet are left out. */
  idsHere(remote: string[]): Record<string, string> {
    const rows = this.all<{ remote: string; id: string }>(`SELECT remote, ${uuid('local')} AS id FROM crm_link WHERE remote IN (${remote.map(text).join(', ')})`);
    return Object.fromEntries(rows.map(({ remote, id }) => [remote, id]));
  }

  /** How the Cases of the calls with a number came to be related, or why none was; oldest first. */
  relatedBy(number: string): { decision: string; rule: string | null; why: string | null }[] {
    return this.all(
      `SELECT activity.related ->> 'decision' AS decision, activity.related ->> 'rule' AS rule, activity.related ->> 'why' AS why
       FROM activity JOIN call ON call.id = call_id WHERE ${text(number)} IN (from_number, to_number) ORDER BY call_id`,
    );
  }

  casesOf(person: string): { id: string; subject: string }[] {
    return this.all(`SELECT ${uuid('key')} AS id, subject FROM case_record WHERE contact = ${bytes(person)} ORDER BY case_record.id`);
  }

  codes(direction: 'inbound' | 'outbound'): CodeRow[] {
    return this.all(
      `SELECT ${uuid('disposition_code.key')} AS id, direction, label_es, label_en, position, favourite, requires_notes, disposition_code.retired AS retired,
         disposition_code.version AS version
       FROM disposition_code JOIN disposition_set ON disposition_set.id = set_id
       WHERE direction = ${text(direction)} ORDER BY position`,
    );
  }
}
