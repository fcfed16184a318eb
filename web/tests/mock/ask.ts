import type { Mock } from './server.ts';

/** An error answer of the API. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: Record<string, unknown> = {},
    readonly field: string | null = null,
  ) {
    super(code);
  }
}

export type Ask = { mock: Mock; params: string[]; query: URLSearchParams; body: Record<string, unknown> };
export type Answer = (ask: Ask) => unknown;

export function find<T extends { id: string }>(all: T[], id: string | undefined): T {
  const found = all.find((one) => one.id === id);
  if (!found) throw new Refusal(404, 'not_found');
  return found;
}

export function checkVersion(now: { version: number }, body: Record<string, unknown>): void {
  if (now.version !== body['version']) throw new Refusal(409, 'stale_revision', { current: now });
}
