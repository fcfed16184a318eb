/** Scripts of Salesforce's that a host needs: loaded whole and unchanged, as classic scripts, for that host alone. */

/** Named in the content security policy of the panel. */
const POLICY = 'bitacora-host-script';

type ScriptPolicy = { createScriptURL(url: string): unknown };
type PolicyFactory = { createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): ScriptPolicy };

/** Answers whether it has come. A page loads one such script, so the policy is made once. */
export function loadScript(url: string): Promise<boolean> {
  const element = document.createElement('script');
  const { trustedTypes } = window as unknown as { trustedTypes?: PolicyFactory };
  // Pages of ours take no script's address from a plain text: a policy has to vouch for it.
  const vouched = trustedTypes?.createPolicy(POLICY, { createScriptURL: (asked) => asked }).createScriptURL(url);
  element.src = (vouched ?? url) as string;
  return new Promise((done) => {
    element.onload = () => done(true);
    element.onerror = () => done(false);
    document.head.append(element);
  });
}
