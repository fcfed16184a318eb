import type { Answer } from './ask.ts';

/** What waits for an admin, by what the rest of the mock says. */
export const attention: Answer = ({ mock }) => ({
  webhooks: mock.webhooks.filter(({ state, dead }) => state === 'gone' || state === 'failing' || (state === 'on' && dead > 0)).length,
  imports: mock.imports.filter(({ state }) => state === 'failed').length,
  refused: mock.crm ? mock.stuck.length : 0,
  not_compared: mock.crmCheckFailures.length,
});
