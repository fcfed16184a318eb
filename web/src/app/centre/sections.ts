import { language } from '../../lib/i18n/language.svelte';
import { CREATING, createField, type CentreField } from './values';

/** The parts of the page, in its order, and what is set in each. */
export const SECTIONS = {
  numbers: ['own_numbers'],
  matching: ['matching.kinds', 'matching.fields'],
  create: CREATING.map(createField),
  calls: ['short_abandon_s', 'wrapup_unreached'],
  groups: ['ring_groups'],
  acw: ['acw.seconds', 'acw.extension_s', 'acw.max_extensions', 'acw.on_expiry', 'acw.longest_s', 'acw.after_submit', 'acw.dial_during', 'inbox.put_aside', 'inbox.most', 'inbox.oldest_s', 'inbox.remind_s'],
  away: ['away_reasons'],
  reasons: ['do_not_log_reasons'],
  corrections: ['corrections.agent_hours'],
  alerts: ['alerts.acw_s', 'alerts.wait_s'],
  listening: ['listening.who', 'listening.tell_agent'],
  targets: ['targets.undispositioned_percent', 'targets.lost_percent', 'targets.acw_p90_s'],
  service: ['service.answer_within_s', 'service.repeat_days'],
  console: ['pop_single_match'],
  codes: ['codes_enabled', 'suggest_codes'],
} satisfies Record<string, CentreField[]>;
export type SectionId = keyof typeof SECTIONS;
export const SECTION_IDS = Object.keys(SECTIONS) as SectionId[];

export function sectionTitle(id: SectionId): string {
  const { centre, settings, floor, targets, service } = language.t;
  return { ...centre.sections, ...settings.sections, ...floor.settings.sections, ...targets.sections, ...service.sections }[id];
}

/** How many of the complaints are about one part. */
export function faultsIn(id: SectionId, errors: Record<string, string>): number {
  const fields: readonly string[] = SECTIONS[id];
  return Object.keys(errors).filter((place) => fields.some((field) => place === field || place.startsWith(`${field}.`))).length;
}
