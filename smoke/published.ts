import { createHash } from 'node:crypto';
import { type Check, must, mustBe, type Subject, Violation } from './check.ts';
import { expectGateway, expectOk, expectOwnHeaders } from './expect.ts';
import { send } from './http.ts';

/** The `Cache-Control` of the metadata and the keys. */
const cacheable = 'public, max-age=300';
const paths = { metadata: '/.well-known/oauth-authorization-server', jwks: '/.well-known/jwks.json' } as const;

/** A public key as the service publishes it. */
export type PublishedKey = Readonly<Record<'kty' | 'crv' | 'x' | 'y' | 'kid' | 'alg' | 'use', string>>;

/** Advice for missing or malformed keys. */
const repair = 'npm run -s pawl -- keys check --stack <name> says why, and publishes them again';

/** The published keys. @throws Violation when a key has missing or extra members */
export async function publishedKeys(subject: Subject): Promise<readonly PublishedKey[]> {
  const answer = await subject.send({ path: paths.jwks });
  must(answer.status === 200, `answered ${answer.status}; ${repair}`);
  expectOwnHeaders(answer, cacheable);
  mustBe('the members of the JWKS', Object.keys(answer.json).join(), 'keys');
  const keys = answer.json.keys as readonly PublishedKey[];
  must(Array.isArray(keys) && keys.length >= 2, `there are not two keys, the current and the next; ${repair}`);
  for (const key of keys) {
    mustBe('the members of a key', Object.keys(key).sort().join(), 'alg,crv,kid,kty,use,x,y');
    mustBe('the kind of a key', [key.kty, key.crv, key.alg, key.use].join(), 'EC,P-256,ES256,sig');
    mustBe('a kid', key.kid, thumbprint(key));
  }
  mustBe('the number of different keys', new Set(keys.map(({ kid }) => kid)).size, keys.length);
  return keys;
}

/** Checks of the public documents and of protected routes. They write nothing. */
export const publishedChecks: readonly Check[] = [
  {
    name: 'the metadata is complete and names the issuer',
    run: async (subject) => {
      const answer = await subject.send({ path: paths.metadata });
      expectOk(answer);
      expectOwnHeaders(answer, cacheable);
      const { issuer } = subject;
      mustBe('issuer', answer.json.issuer, issuer);
      mustBe('token_endpoint', answer.json.token_endpoint, `${issuer}/auth/refresh`);
      mustBe('revocation_endpoint', answer.json.revocation_endpoint, `${issuer}/auth/revoke`);
      mustBe('jwks_uri', answer.json.jwks_uri, issuer + paths.jwks);
      mustBe('the grant types', String(answer.json.grant_types_supported), 'refresh_token');
      const secure = issuer.startsWith('https://') || subject.differs('plain-http');
      must(secure, 'the issuer is not an https address');
    },
  },
  {
    name: 'the JWKS contains only public keys, each with its thumbprint as kid',
    run: async (subject) => {
      await publishedKeys(subject);
    },
  },
  {
    name: 'the issuer serves these keys where verifiers fetch them',
    run: async (subject) => {
      const uri = subject.issuer + paths.jwks;
      const own = await publishedKeys(subject);
      const answer = await send(subject.issuer, { path: paths.jwks }).catch((error: Error) => {
        throw new Violation(`${uri} cannot be reached (${error.message}); verifiers look there for keys`);
      });
      must(answer.status === 200, `${uri} returns ${answer.status}; verifiers look there, so the host must forward it`);
      const shown = (answer.json.keys ?? []) as readonly PublishedKey[];
      const missing = own.find(({ kid }) => !shown.some((key) => key.kid === kid));
      must(
        missing === undefined,
        `${uri} does not serve the key ${missing?.kid}. Check that the issuer belongs to this deployment`,
      );
    },
  },
  {
    name: 'routes that do not exist return 404',
    run: async (subject) => {
      const missing = [
        { path: '/' },
        { path: '/auth' },
        { path: '/auth/login' },
        { path: '/auth/no-such-route', body: '{}' },
        { path: '/.well-known/jwks.json', method: 'DELETE' },
        { path: '/me', body: '{}' },
      ];
      for (const call of missing) {
        const answer = await subject.send(call);
        must(
          answer.status === 404,
          `${call.method ?? (call.body ? 'POST' : 'GET')} ${call.path} returns ${answer.status}`,
        );
        mustBe('its message', answer.json.message, 'Not Found');
      }
    },
  },
  {
    name: 'a guarded route without an access token returns 401',
    run: async (subject) => expectGateway(await subject.send({ path: '/me' }), 401, 'Unauthorized'),
  },
  {
    name: 'an unknown origin gets no CORS header',
    run: async (subject) => {
      const headers = { origin: 'https://stranger.invalid', 'access-control-request-method': 'POST' };
      for (const method of ['OPTIONS', 'POST']) {
        const answer = await subject.send({ method, path: '/auth/refresh', headers });
        mustBe('access-control-allow-origin', answer.headers['access-control-allow-origin'], undefined);
      }
    },
  },
];

/** RFC 7638 §3. */
function thumbprint({ crv, kty, x, y }: PublishedKey): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}
