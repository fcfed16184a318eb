/** A secret that stays in this page, and what of it may be told: a code that was made for the one is only good with the other (RFC 7636). */
export type Proof = { verifier: string; challenge: string };

const VERIFIER_BYTES = 32;

export async function newProof(): Promise<Proof> {
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(VERIFIER_BYTES)));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  return { verifier, challenge: base64url(new Uint8Array(digest)) };
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
