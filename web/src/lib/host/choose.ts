/** Which surroundings the panel is in. What is asked for by the address counts only as far as the server knows of it. */
import type { ApiClient } from '../api/client';
import type { Embedding, Instance } from '../api/contract';
import { language } from '../i18n/language.svelte';
import { framed } from './framing';
import type { Host } from './host';
import { tabHost } from './standalone';

/** The host that the panel's address asks for; a tab's where there is none, or what it needs does not come. */
export async function chooseHost(api: ApiClient, address = new URL(location.href)): Promise<Host> {
  const asked = address.searchParams.get('host');
  if (!framed || asked !== 'opencti') return tabHost();
  const embedding = await embeddingOf(api);
  const origin = scriptOrigin(embedding.lightning, address);
  if (origin === null) return tabHost();
  const { loadOpenCti } = await import('./opencti-calls');
  const cti = await loadOpenCti(origin);
  if (cti === null) return tabHost();
  const { openCtiHost } = await import('./opencti');
  return openCtiHost(cti, () => language.t.host.newCase);
}

/** The server's own list decides where the script may come from; what the address and the frame say only picks from it. */
export function scriptOrigin(listed: string[], address: URL): string | null {
  const hints = [address.searchParams.get('sfdcIFrameOrigin'), ...(location.ancestorOrigins ?? [])];
  return hints.find((hint) => hint !== null && listed.includes(hint)) ?? listed[0] ?? null;
}

async function embeddingOf(api: ApiClient): Promise<Embedding> {
  const nobody = { ancestors: [], lightning: [] };
  return api.get<Instance>('/instance', { anonymous: true }).then(
    ({ embedding }) => embedding ?? nobody,
    () => nobody,
  );
}
