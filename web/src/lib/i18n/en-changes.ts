import { counter } from './plural';

const count = counter('en');

/** English: the change log. */
export const changes = {
  changes: {
    title: 'Change log',
    intro: 'Who changed what, and when, newest first. What agents log is on the calls themselves.',
    ofCentre: 'Who changed what',
    columns: { when: 'When', who: 'Who', what: 'What', fields: 'From what to what' },
    /** What was changed; the name of it follows. */
    kinds: {
      activity: 'Call',
      person: 'Record',
      case: 'Case',
      code: 'Code',
      set: 'Set of codes',
      user: 'User',
      centre: 'Settings',
      wrapup: 'Wrap-up',
    } as Record<string, string>,
    actions: {
      created: 'created',
      changed: 'changed',
      corrected: 'corrected',
      undone: 'undone',
      released: 'released',
      listened: 'listened in',
      retired: 'retired',
      ordered: 'put in order',
    } as Record<string, string>,
    rule: 'By itself',
    ruleHint: 'A rule did this, such as a timer.',
    nameless: 'Somebody who is no user any more',
    fields: {
      label: 'Label',
      role: 'Role',
      active: 'Active',
      reason: 'Reason',
      code: 'Code',
      notes: 'Notes',
      party: 'Person',
      case: 'Case',
      position: 'Place',
      agent: 'Agent',
      how: 'How',
    } as Record<string, string>,
    from: 'from',
    to: 'to',
    added: 'added',
    removed: 'removed',
    nothing: 'empty',
    someRecord: 'a record',
    showAll: 'Show all of it',
    showLess: 'Show less',
    filter: 'Show',
    all: 'All',
    loaded: (n: number) => `The ${count(n, 'newest change', 'newest changes')}`,
    whole: (n: number) => `All ${count(n, 'change', 'changes')}`,
    empty: 'Nothing has been changed yet. Changes to settings and records appear here.',
    emptyKind: 'None of this kind among the changes shown so far.',
  },
};
