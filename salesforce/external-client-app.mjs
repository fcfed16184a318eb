#!/usr/bin/env node
// Writes the External Client App by which the server comes into an org (OAuth 2.0 JWT bearer flow), as source that
// the Salesforce CLI deploys. It holds ids of one org and the certificate of one server: it is made for each org and
// committed nowhere.
//
//   node external-client-app.mjs --org 00D… --contact admin@acme.example --certificate bitacora.crt --into bitacora-app
//
// --org           id of the organisation (Setup, Company Information), 15 or 18 characters
// --contact       whom Salesforce writes to about the app
// --certificate   PEM file of the certificate whose private key the server has
// --into          folder to make; it must not be there yet
// --permission-set  who is authorised beforehand; `Bitacora_Integration` unless said otherwise

import { X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const API_VERSION = '66.0';
const NAME = 'Bitacora';
const LABEL = 'Bitácora';
/** The JWT bearer flow calls nobody back; the form demands an address all the same. */
const CALLBACK = 'https://login.salesforce.com/services/oauth2/success';

/** The files of the app by path, each with its root element and its content in order. */
function app({ org, contact, certificate, permissionSet }) {
  return {
    [`externalClientApps/${NAME}.eca-meta.xml`]: [
      'ExternalClientApplication',
      {
        contactEmail: contact,
        description: 'By it the server of Bitácora reads people and Cases and writes calls.',
        distributionState: 'Local',
        isProtected: false,
        label: LABEL,
        orgScopedExternalApp: `${org}:${NAME}`,
      },
    ],
    [`extlClntAppOauthSettings/${NAME}_oauth.ecaOauth-meta.xml`]: [
      'ExtlClntAppOauthSettings',
      { commaSeparatedOauthScopes: 'Api, RefreshToken', externalClientApplication: NAME, label: `${LABEL} OAuth` },
    ],
    [`extlClntAppGlobalOauthSets/${NAME}_global.ecaGlblOauth-meta.xml`]: [
      'ExtlClntAppGlobalOauthSettings',
      {
        callbackUrl: CALLBACK,
        certificate,
        externalClientApplication: NAME,
        isConsumerSecretOptional: false,
        isIntrospectAllTokens: false,
        isPkceRequired: true,
        isSecretRequiredForRefreshToken: true,
        label: `${LABEL} OAuth, global`,
        shouldRotateConsumerKey: false,
        shouldRotateConsumerSecret: false,
      },
    ],
    [`extlClntAppOauthPolicies/${NAME}_policy.ecaOauthPlcy-meta.xml`]: [
      'ExtlClntAppOauthConfigurablePolicies',
      {
        commaSeparatedPermissionSet: permissionSet,
        externalClientApplication: NAME,
        ipRelaxationPolicyType: 'Enforce',
        label: `${LABEL} OAuth policy`,
        permittedUsersPolicyType: 'AdminApprovedPreAuthorized',
        refreshTokenPolicyType: 'Zero',
      },
    ],
  };
}

function xml(root, content) {
  const escaped = (value) => String(value).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  const lines = Object.entries(content).map(([name, value]) => `    <${name}>${escaped(value)}</${name}>\n`);
  const namespace = 'http://soap.sforce.com/2006/04/metadata';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${namespace}">\n${lines.join('')}</${root}>\n`;
}

/** What was asked for, or the sentence that says what is wrong with it. */
function asked() {
  const text = { type: 'string' };
  const { values } = parseArgs({
    options: {
      org: text,
      contact: text,
      certificate: text,
      into: text,
      'permission-set': { ...text, default: 'Bitacora_Integration' },
    },
  });
  if (!/^00D[a-zA-Z0-9]{12}(?:[a-zA-Z0-9]{3})?$/.test(values.org ?? ''))
    throw new Error('--org: an id that begins with 00D');
  if (!values.contact?.includes('@')) throw new Error('--contact: an e-mail address');
  if (!values.into) throw new Error('--into: a folder to make');
  if (!values.certificate) throw new Error('--certificate: a PEM file');
  const certificate = readFileSync(values.certificate, 'utf8');
  if (certificate.includes('PRIVATE KEY'))
    throw new Error('--certificate: the file holds a private key; that stays on the server');
  const ends = new Date(new X509Certificate(certificate).validTo);
  if (ends < new Date()) throw new Error(`--certificate: not valid any more since ${ends.toISOString()}`);
  return { ...values, certificate: certificate.trim(), permissionSet: values['permission-set'] };
}

try {
  const wanted = asked();
  const project = { packageDirectories: [{ path: 'app', default: true }], sourceApiVersion: API_VERSION };
  mkdirSync(wanted.into);
  writeFileSync(join(wanted.into, 'sfdx-project.json'), `${JSON.stringify(project, null, 2)}\n`);
  for (const [path, [root, content]] of Object.entries(app(wanted))) {
    const file = join(wanted.into, 'app/main/default', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, xml(root, content));
  }
  console.log(`${wanted.into}: deploy it from there with "sf project deploy start", then delete it`);
} catch (error) {
  console.error(`external-client-app: ${error.message}`);
  process.exitCode = 1;
}
