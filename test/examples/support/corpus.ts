import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { es256, jws, type TestIssuer, testKey } from './issuer.ts';

/** A token's name, the token, and what must be made of it. */
export type Sample = readonly [name: string, token: string, verdict: string];

const thief = testKey('k1');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });

/** Good and bad access tokens of an issuer, made at the clock's time. */
export function corpus(issuer: TestIssuer): readonly Sample[] {
  const { key } = issuer;
  const now = Math.floor(Date.now() / 1000);
  const header = { alg: 'ES256', typ: 'at+jwt', kid: key.kid };
  const good = issuer.token();
  const [head = '', body = '', signature = ''] = good.split('.');
  const mismatches: Readonly<Record<string, string>> = { iss: 'issuer_mismatch', aud: 'audience_mismatch' };
  const claim = (name: string, value: unknown, verdict = mismatches[name] ?? 'token_malformed'): Sample => [
    `${name} ${value === undefined ? 'is missing' : JSON.stringify(value)}`,
    issuer.token({ [name]: value }),
    verdict,
  ];
  const stolen = (name: string, extra: Readonly<Record<string, unknown>>, verdict = 'token_forged'): Sample => [
    name,
    issuer.token({}, extra, thief),
    verdict,
  ];
  const hmac =
    (secret: string | Buffer, hash = 'sha256') =>
    (input: string) =>
      createHmac(hash, secret).update(input).digest();
  const publicPem = key.publicKey.export({ format: 'pem', type: 'spki' });
  const publicDer = key.publicKey.export({ format: 'der', type: 'spki' });
  const evil = `${issuer.url}/evil.json`;

  return [
    ['good', good, 'allowed'],
    ['good, with a claim of the team', issuer.token({ tenant: 't1' }), 'allowed'],
    ['good, its jku not looked at', issuer.token({}, { jku: evil, x5u: evil, jwk: thief.jwk }), 'allowed'],
    claim('scope', '', 'allowed'),
    claim('nbf', now, 'allowed'),
    claim('exp', now + 1, 'allowed'),
    claim('exp', now, 'token_expired'),
    claim('exp', now - 1, 'token_expired'),
    claim('exp', undefined),
    claim('exp', `${now + 600}`),
    claim('exp', null),
    claim('exp', now + 600.5),
    claim('nbf', now + 1),
    ...['sub', 'sid', 'client_id', 'jti', 'iat', 'auth_time', 'scope', 'iss', 'aud'].map((name) =>
      claim(name, undefined),
    ),
    claim('sub', ''),
    claim('scope', ['orders:read']),
    claim('iss', 'https://evil.example.com'),
    claim('iss', `${issuer.url}/`),
    claim('aud', 'https://other.example.com'),
    claim('aud', [issuer.claims().aud]),
    claim('aud', [issuer.claims().aud, 'https://other.example.com']),
    claim('cnf', { jkt: 'thumbprint' }),
    ['typ JWT', issuer.token({}, { typ: 'JWT' }), 'token_type'],
    ['typ missing', issuer.token({}, { typ: undefined }), 'token_type'],
    ['typ of a client assertion', issuer.token({}, { typ: 'client-authentication+jwt' }), 'token_type'],
    ['crit', issuer.token({}, { crit: ['b64'], b64: true }), 'token_malformed'],
    ['crit, empty', issuer.token({}, { crit: [] }), 'token_malformed'],

    [
      'alg none, no signature',
      jws({ ...header, alg: 'none' }, issuer.claims(), () => Buffer.alloc(0)),
      'token_malformed',
    ],
    ['alg none, some signature', jws({ ...header, alg: 'none' }, issuer.claims(), es256(key)), 'token_malformed'],
    ['alg missing', issuer.token({}, { alg: undefined }), 'token_malformed'],
    ['alg in lower case', issuer.token({}, { alg: 'es256' }), 'token_malformed'],
    [
      'HS256, keyed with the PEM',
      jws({ ...header, alg: 'HS256' }, issuer.claims(), hmac(publicPem)),
      'token_malformed',
    ],
    [
      'HS256, keyed with the DER',
      jws({ ...header, alg: 'HS256' }, issuer.claims(), hmac(publicDer)),
      'token_malformed',
    ],
    ['HMAC of 64 bytes that claims ES256', jws(header, issuer.claims(), hmac(publicPem, 'sha512')), 'token_forged'],
    [
      'RS256 by a thief',
      jws({ ...header, alg: 'RS256' }, issuer.claims(), (input) => sign('sha256', Buffer.from(input), rsa.privateKey)),
      'token_malformed',
    ],
    [
      'ES384 by a thief',
      jws({ ...header, alg: 'ES384' }, issuer.claims(), (input) => sign('sha384', Buffer.from(input), p384.privateKey)),
      'token_malformed',
    ],
    stolen('another key, our kid', {}),
    stolen('another key, its own kid', { kid: 'evil' }),
    stolen('another key, in the header', { jwk: { ...thief.jwk, kid: 'evil' }, kid: 'evil' }),
    stolen('another key, by jku', { jku: evil, kid: 'evil' }),
    stolen('another key, by x5u', { x5u: evil, kid: 'evil' }),
    stolen('another key, by x5c', { x5c: ['MIIB'], kid: 'evil' }),
    stolen('kid is a path', { kid: '../../evil.json' }),
    stolen('kid is an address', { kid: evil }),
    stolen('kid is __proto__', { kid: '__proto__' }),
    stolen('kid is constructor', { kid: 'constructor' }),
    stolen('kid is long', { kid: 'k'.repeat(4000) }),
    stolen('kid is empty', { kid: '' }),
    ...[undefined, 1, null, ['k1'], { k: 1 }].map((kid) =>
      stolen(`kid is ${JSON.stringify(kid) ?? 'missing'}`, { kid }, 'token_malformed'),
    ),
    ['our key under another kid', issuer.token({}, { kid: 'k2' }), 'token_forged'],
    [
      'signature as DER',
      jws(header, issuer.claims(), (i) => sign('sha256', Buffer.from(i), key.privateKey)),
      'token_malformed',
    ],
    ['signature of zeros', jws(header, issuer.claims(), () => Buffer.alloc(64)), 'token_forged'],
    ['signature cut short', good.slice(0, -4), 'token_malformed'],
    [
      'signature of another payload',
      `${head}.${issuer.token({ sub: 'u2' }).split('.')[1]}.${signature}`,
      'token_forged',
    ],

    ['four segments', `${good}.${signature}`, 'token_malformed'],
    ['five segments', `${good}.${signature}.${signature}`, 'token_malformed'],
    ['two segments', `${head}.${body}`, 'token_malformed'],
    ['an empty segment', `${head}..${signature}`, 'token_malformed'],
    ['padding', `${good}==`, 'token_malformed'],
    ['spare bits', `${good.slice(0, -1)}${spare(good.slice(-1))}`, 'token_malformed'],
    [
      'standard base64',
      `${head}.${body}.${Buffer.alloc(64, 255).toString('base64').replace(/=+$/, '')}`,
      'token_malformed',
    ],
    ['header is not JSON', `bm9uc2Vuc2U.${body}.${signature}`, 'token_malformed'],
    ['header is an array', jws(['ES256'], issuer.claims(), es256(key)), 'token_malformed'],
    ['payload is a text', jws(header, 'u1', es256(key)), 'token_malformed'],
    ['payload is null', jws(header, null, es256(key)), 'token_malformed'],
    ['payload is an array', jws(header, [issuer.claims()], es256(key)), 'token_malformed'],
    ['huge', issuer.token({ blob: 'x'.repeat(8192) }), 'token_malformed'],
    ['nonsense', 'nonsense', 'token_malformed'],
  ];
}

/** The last character of 64 bytes carries four bits: the same bytes, another text. */
function spare(last: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet[alphabet.indexOf(last) + 1] ?? '';
}
