/** Which surroundings the panel is in. What is asked for by the address counts only as far as the server knows of it. */
import type { ApiClient } from '../api/client';
import type { Embedding, Instance } from '../api/contract';
import { language } from '../i18n/language.svelte';
import { sayAgain } from './early';
import { framed } from './framing';
import type { Host } from './host';
import { tabHost } from './standalone';

/** The host that the panel's address asks for; a tab's where there is none, or what it needs does not come. */
export async function chooseHost(api: ApiClient, address = new URL(location.href)): Promise<Host> {
  const asked = framed ? address.searchParams.get('host') : null;
  if (asked === 'opencti') return (await openCti(await embeddingOf(api), address)) ?? tabHost();
  if (asked === 'scv') return (await connector(await embeddingOf(api))) ?? tabHost();
  if (asked === 'lwc') return (await component(await embeddingOf(api), address)) ?? tabHost();
  return tabHost();
}

async function openCti({ lightning }: Embedding, address: URL): Promise<Host | null> {
  const origin = known(lightning, address.searchParams.get('sfdcIFrameOrigin')) ?? lightning[0];
  if (origin === undefined) return null;
  const { loadOpenCti } = await import('./opencti-calls');
  const cti = await loadOpenCti(origin);
  if (cti === null) return null;
  const { openCtiHost } = await import('./opencti');
  return openCtiHost(cti, () => language.t.host.newCase);
}

async function connector({ ancestors }: Embedding): Promise<Host | null> {
  if (known(ancestors, referrer()) === null) return null;
  const { loadScvSdk } = await import('./scv-sdk');
  const sdk = await loadScvSdk();
  if (sdk === null) return null;
  const { scvHost } = await import('./scv');
  const host = scvHost(sdk);
  sayAgain();
  return host;
}

async function component({ ancestors }: Embedding, address: URL): Promise<Host | null> {
  const origin = known(ancestors, referrer());
  if (origin === null) return null;
  const [{ lwcHost }, { keyIn }] = await Promise.all([import('./lwc'), import('./lwc-messages')]);
  const key = keyIn(address.hash);
  return key === null ? null : lwcHost(origin, key);
}

const referrer = (): string | null => (document.referrer ? new URL(document.referrer).origin : null);

/** The server's own list decides whom the panel speaks to; what the address and the browser say of the page around it only picks from it. */
function known(listed: string[], hint: string | null): string | null {
  const hints = [...(location.ancestorOrigins ?? []), hint];
  return hints.find((origin) => origin !== null && listed.includes(origin)) ?? null;
}

async function embeddingOf(api: ApiClient): Promise<Embedding> {
  const nobody = { ancestors: [], lightning: [] };
  return api.get<Instance>('/instance', { anonymous: true }).then(
    ({ embedding }) => embedding ?? nobody,
    () => nobody,
  );
}
