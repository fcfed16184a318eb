import type { AfterSubmit, AutoCreateRule, Centre, CreatingType, Label, Matching, OnExpiry, PersonKind, PhoneField, ReasonSetting } from '../../lib/api/contract';
import type { WhoListens } from '../../lib/api/floor';
import { freshId } from './reason-ids';

/** The types of calls that can make a record, in the order of the page. */
export const CREATING: readonly CreatingType[] = ['inbound', 'outbound', 'outbound_missed', 'voicemail', 'short_abandoned', 'abandoned', 'missed'];
export const KINDS: readonly PersonKind[] = ['contact', 'lead', 'account', 'person_account'];
export const PHONE_FIELDS: readonly PhoneField[] = ['phone', 'mobile', 'home', 'other'];

/** What a call type makes, as it is typed: an empty text is none. */
export type CreateValues = Omit<AutoCreateRule, 'name' | 'company' | 'email'> & { name: string; company: string; email: string };
/** `id` is empty until it is saved. */
export type ReasonValues = ReasonSetting;
/** `numbers`: one a line; `saved`: calls and sets may name it, so that its key stays. */
export type GroupValues = { key: string; name: string; numbers: string; agents: string[]; /** empty: as the centre's */ answer_within_s?: string; saved: boolean };

/** The settings as they are typed, under the names that the server gives a field it refuses. */
export type CentreValues = {
  /** One a line. */
  own_numbers: string;
  'matching.kinds': PersonKind[];
  'matching.fields': PhoneField[];
  'auto_create.inbound': CreateValues;
  'auto_create.outbound': CreateValues;
  'auto_create.outbound_missed': CreateValues;
  'auto_create.voicemail': CreateValues;
  'auto_create.short_abandoned': CreateValues;
  'auto_create.abandoned': CreateValues;
  'auto_create.missed': CreateValues;
  /** null: off */
  short_abandon_s: string | null;
  wrapup_unreached: boolean;
  ring_groups: GroupValues[];
  'acw.seconds': string | null;
  'acw.extension_s': string;
  'acw.max_extensions': string;
  'acw.on_expiry': OnExpiry;
  /** null: no limit */
  'acw.longest_s': string | null;
  'acw.after_submit': AfterSubmit;
  'acw.dial_during': boolean;
  'inbox.put_aside': boolean;
  /** null: any number, any age, never */
  'inbox.most': string | null;
  'inbox.oldest_s': string | null;
  'inbox.remind_s': string | null;
  away_reasons: Label[];
  do_not_log_reasons: ReasonValues[];
  pop_single_match: boolean;
  codes_enabled: boolean;
  suggest_codes: boolean;
  /** null: they may not */
  'corrections.agent_hours': string | null;
  /** null: never */
  'alerts.acw_s': string | null;
  'alerts.wait_s': string | null;
  /** null: none */
  'targets.undispositioned_percent': string | null;
  'targets.lost_percent': string | null;
  'targets.acw_p90_s': string | null;
  'service.answer_within_s': string;
  'service.repeat_days': string;
  'listening.who': WhoListens;
  'listening.tell_agent': boolean;
};
export type CentreField = keyof CentreValues;
export type CreateField = `auto_create.${CreatingType}`;

export const createField = (type: CreatingType): CreateField => `auto_create.${type}`;

const text = (value: number | null): string | null => (value === null ? null : String(value));
const number = (value: string | null): number | null => (value === null ? null : Number(value.trim()));

function createValues({ make, name, company, email, owner }: AutoCreateRule): CreateValues {
  return { make, name: name ?? '', company: company ?? '', email: email ?? '', owner: owner.is === 'user' ? { is: 'user', user: owner.user } : { is: owner.is } };
}

function createRule({ make, name, company, email, owner }: CreateValues): AutoCreateRule {
  return { make, name: name.trim() || null, company: company.trim() || null, email: email.trim() || null, owner };
}

/** Those that agents can give come first, in their order. */
export function usedFirst(reasons: readonly ReasonValues[]): ReasonValues[] {
  return reasons.toSorted((a, b) => Number(a.retired) - Number(b.retired));
}

export function valuesOf(centre: Centre): CentreValues {
  const { acw, inbox, matching } = centre;
  const creating = Object.fromEntries(CREATING.map((type) => [createField(type), createValues(centre.auto_create[type])])) as Pick<CentreValues, CreateField>;
  return {
    own_numbers: centre.own_numbers.join('\n'),
    'matching.kinds': [...matching.kinds],
    'matching.fields': PHONE_FIELDS.filter((field) => matching.fields.includes(field)),
    ...creating,
    short_abandon_s: text(centre.short_abandon_s),
    wrapup_unreached: centre.wrapup_unreached,
    ring_groups: centre.ring_groups.map(({ key, name, numbers, agents, answer_within_s }) => ({ key, name, numbers: numbers.join('\n'), agents: [...agents], answer_within_s: text(answer_within_s ?? null) ?? '', saved: true })),
    'acw.seconds': text(acw.seconds),
    'acw.extension_s': String(acw.extension_s),
    'acw.max_extensions': String(acw.max_extensions),
    'acw.on_expiry': acw.on_expiry,
    'acw.longest_s': text(acw.longest_s),
    'acw.after_submit': acw.after_submit,
    'acw.dial_during': acw.dial_during,
    'inbox.put_aside': inbox.put_aside,
    'inbox.most': text(inbox.most),
    'inbox.oldest_s': text(inbox.oldest_s),
    'inbox.remind_s': text(inbox.remind_s),
    away_reasons: centre.away_reasons.map(({ es, en }) => ({ es, en })),
    do_not_log_reasons: usedFirst(centre.do_not_log_reasons.map(({ id, es, en, retired }) => ({ id, es, en, retired }))),
    pop_single_match: centre.pop_single_match,
    codes_enabled: centre.codes_enabled,
    suggest_codes: centre.suggest_codes,
    'corrections.agent_hours': text(centre.corrections.agent_hours),
    'alerts.acw_s': text(centre.alerts.acw_s),
    'alerts.wait_s': text(centre.alerts.wait_s),
    'targets.undispositioned_percent': text(centre.targets.undispositioned_percent),
    'targets.lost_percent': text(centre.targets.lost_percent),
    'targets.acw_p90_s': text(centre.targets.acw_p90_s),
    'service.answer_within_s': String(centre.service.answer_within_s),
    'service.repeat_days': String(centre.service.repeat_days),
    'listening.who': centre.listening.who,
    'listening.tell_agent': centre.listening.tell_agent,
  };
}

/** The whole of it, as the API wants it; `read` holds whatever a newer server has that this page does not know. */
export function asSent(values: CentreValues, version: number, read: Centre): Centre {
  const matching: Matching = { kinds: values['matching.kinds'], fields: values['matching.fields'] };
  return {
    ...read,
    version,
    own_numbers: lines(values.own_numbers),
    matching,
    auto_create: Object.fromEntries(CREATING.map((type) => [type, createRule(values[createField(type)])])) as Centre['auto_create'],
    short_abandon_s: number(values.short_abandon_s),
    wrapup_unreached: values.wrapup_unreached,
    ring_groups: values.ring_groups.map(({ key, name, numbers, agents, answer_within_s }) => ({ key: key.trim(), name: name.trim(), numbers: lines(numbers), agents, answer_within_s: number(answer_within_s?.trim() || null) })),
    acw: {
      ...read.acw,
      seconds: number(values['acw.seconds']),
      extension_s: Number(values['acw.extension_s']),
      max_extensions: Number(values['acw.max_extensions']),
      on_expiry: values['acw.on_expiry'],
      longest_s: number(values['acw.longest_s']),
      after_submit: values['acw.after_submit'],
      dial_during: values['acw.dial_during'],
    },
    inbox: { ...read.inbox, put_aside: values['inbox.put_aside'], most: number(values['inbox.most']), oldest_s: number(values['inbox.oldest_s']), remind_s: number(values['inbox.remind_s']) },
    away_reasons: values.away_reasons.map(({ es, en }) => ({ es: es.trim(), en: en.trim() })),
    do_not_log_reasons: identified(values.do_not_log_reasons, read.do_not_log_reasons),
    pop_single_match: values.pop_single_match,
    codes_enabled: values.codes_enabled,
    suggest_codes: values.suggest_codes,
    corrections: { ...read.corrections, agent_hours: number(values['corrections.agent_hours']) },
    alerts: { ...read.alerts, acw_s: number(values['alerts.acw_s']), wait_s: number(values['alerts.wait_s']) },
    targets: { ...read.targets, undispositioned_percent: number(values['targets.undispositioned_percent']), lost_percent: number(values['targets.lost_percent']), acw_p90_s: number(values['targets.acw_p90_s']) },
    service: { ...read.service, answer_within_s: Number(values['service.answer_within_s']), repeat_days: Number(values['service.repeat_days']) },
    listening: { ...read.listening, who: values['listening.who'], tell_agent: values['listening.tell_agent'] },
  };
}

/**
 * A reason that is new gets its id from its words. One that somebody else saved meanwhile stays: what was saved cannot
 * be left out.
 */
function identified(reasons: readonly ReasonValues[], saved: readonly ReasonSetting[]): ReasonSetting[] {
  const taken = new Set([...reasons, ...saved].map(({ id }) => id).filter(Boolean));
  const missing = saved.filter((one) => !reasons.some(({ id }) => id === one.id));
  const mine = reasons.map(({ id, es, en, retired }) => {
    const known = id || freshId(en.trim() || es.trim(), taken);
    taken.add(known);
    return { id: known, es: es.trim(), en: en.trim(), retired };
  });
  return [...mine, ...missing];
}

/** The lines that say something, each once. */
export function lines(typed: string): string[] {
  return [...new Set(typed.split('\n').map((line) => line.trim()).filter(Boolean))];
}
