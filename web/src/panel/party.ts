import type { Candidate, CreatableKind, Match, Party, PersonLine, ShownParty } from '../lib/api/contract';

/** On whom a call will be logged, as far as it is settled. */
export type Settled =
  | { kind: 'person'; id: string; person: PersonLine | null; candidate: Candidate | null; clicked: boolean }
  | { kind: 'create'; as: CreatableKind; name: string | null; despite: string[] }
  | { kind: 'nobody' }
  | { kind: 'unsettled' };

/**
 * Nothing is ever picked silently (P4): without a choice of the agent only the record that was dialled from
 * counts, or the one that the server marked as preselected.
 */
export function settle(match: Match, party: Party | null, known: (id: string) => PersonLine | undefined): Settled {
  if (party?.choice === 'existing') {
    const candidate = match.candidates.find((one) => one.person.id === party.person) ?? null;
    const clicked = match.clicked?.id === party.person;
    const person = candidate?.person ?? (clicked ? match.clicked : known(party.person)) ?? null;
    return { kind: 'person', id: party.person, person, candidate, clicked };
  }
  if (party?.choice === 'create') return { kind: 'create', as: party.kind, name: party.name, despite: party.despite };
  if (party?.choice === 'none') return { kind: 'nobody' };
  if (match.clicked) return { kind: 'person', id: match.clicked.id, person: match.clicked, candidate: null, clicked: true };
  const preselected = match.candidates.filter((one) => one.preselected);
  const [only] = preselected;
  if (only && preselected.length === 1) return { kind: 'person', id: only.person.id, person: only.person, candidate: only, clicked: false };
  if (match.candidates.length > 0) return { kind: 'unsettled' };
  if (match.will_create) return { kind: 'create', as: match.will_create, name: null, despite: [] };
  return { kind: 'nobody' };
}

/** What Log is told that the agent saw. */
export function shownParty(settled: Settled): ShownParty | null {
  switch (settled.kind) {
    case 'person':
      return { kind: 'person', person: settled.id };
    case 'create':
      return { kind: 'create', as: settled.as };
    case 'nobody':
      return { kind: 'nobody' };
    case 'unsettled':
      return null;
  }
}

/** Who the call is with, for a headline. */
export function onlyPerson(match: Match): PersonLine | null {
  const settled = settle(match, null, () => undefined);
  return settled.kind === 'person' ? settled.person : null;
}
