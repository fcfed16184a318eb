/** Other programs that are told of calls: docs/api-webhooks.md. */
export const WEBHOOK_TYPES = [
  'activity.logged',
  'activity.not_logged',
  'activity.undispositioned',
  'activity.corrected',
  'call.missed',
  'call.abandoned',
  'call.voicemail',
  'call.merged',
  'wrapup.late',
] as const;
export type WebhookType = (typeof WEBHOOK_TYPES)[number];
export type WebhookState = 'on' | 'off' | 'gone' | 'failing';
export type Webhook = {
  id: string;
  name: string;
  url: string;
  types: WebhookType[];
  with_notes: boolean;
  state: WebhookState;
  off_at: string | null;
  failing_since: string | null;
  former_secret_until: string | null;
  made_at: string;
  version: number;
  waiting: number;
  dead: number;
};
export type WebhookValues = Pick<Webhook, 'name' | 'url' | 'types' | 'with_notes'>;
export type DeliveryState = 'waiting' | 'delivered' | 'dead';
export type NoAnswer = 'bad_address' | 'unresolved' | 'forbidden_network' | 'unreachable' | 'not_trusted' | 'timed_out' | 'broken_off';
export type Delivery = {
  id: string;
  type: WebhookType | 'webhook.test';
  at: string;
  about: string;
  state: DeliveryState;
  tries: number;
  next_at: string | null;
  last: { at: string; status: number | null; no_answer: NoAnswer | null; took_ms: number } | null;
};
export type DeliveryPage = { deliveries: Delivery[]; next: string | null };
