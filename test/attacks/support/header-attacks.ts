import { es256, jws, type TestIssuer } from '../../examples/support/issuer.ts';
import { type Attack, hmac, rawJws, segment, signerOf, textJws, thief, withRaw } from './forge.ts';

/** RFC 8725 §2.1, §3.1: the algorithm is the attacker's word. */
export function algorithms(issuer: TestIssuer): readonly Attack[] {
  const { key } = issuer;
  const header = (alg: unknown) => ({ alg, typ: 'at+jwt', kid: key.kid });
  const own = es256(key);
  const none: unknown[] = ['none', 'None', 'NONE', 'nOnE', 'none ', '', null, undefined, [], ['none'], {}, 0, true];
  const empty = none.flatMap((alg): Attack[] => [
    [`none as ${JSON.stringify(alg)}, no signature`, jws(header(alg), issuer.claims(), () => Buffer.alloc(0))],
    [`none as ${JSON.stringify(alg)}, a signature`, jws(header(alg), issuer.claims(), own)],
  ]);
  const publicPem = key.publicKey.export({ format: 'pem', type: 'spki' }).toString();
  const secrets: readonly [string, string | Buffer][] = [
    ['PEM', publicPem],
    ['PEM without its last newline', publicPem.trimEnd()],
    ['PEM with CRLF', publicPem.replaceAll('\n', '\r\n')],
    ['DER', key.publicKey.export({ format: 'der', type: 'spki' })],
    ['JWK', JSON.stringify(key.jwk)],
    ['x', Buffer.from(String(key.jwk.x), 'base64url')],
    ['kid', key.kid],
    ['nothing', ''],
  ];
  const macs = secrets.flatMap(([name, secret]) =>
    ['256', '384', '512'].flatMap((size): Attack[] => [
      [`HS${size} keyed with ${name}`, jws(header(`HS${size}`), issuer.claims(), hmac(secret, `sha${size}`))],
      [`HMAC-${size} keyed with ${name}, as ES256`, jws(header('ES256'), issuer.claims(), hmac(secret, `sha${size}`))],
    ]),
  );
  const names = 'es256 ES256K ES384 ES512 EdDSA Ed25519 RS256 PS256 HS256 ECDH-ES dir A128KW PBES2-HS256+A128KW'.split(
    ' ',
  );
  const renamed = names.map((alg): Attack => [`our signature as ${alg}`, jws(header(alg), issuer.claims(), own)]);
  return [...empty, ...macs, ...renamed];
}

/** RFC 8725 §3.2: a signature by the wrong kind of key, under its own name and under ours. */
export function wrongKeys(issuer: TestIssuer): readonly Attack[] {
  const kinds = [
    ['RS256', signerOf('rsa')],
    ['RS512', signerOf('rsa', 'sha512')],
    ['PS256', signerOf('rsa', 'sha256', true)],
    ['ES384', signerOf('P-384', 'sha384')],
    ['ES512', signerOf('P-521', 'sha512')],
    ['ES256K', signerOf('secp256k1')],
    ['EdDSA', signerOf('Ed25519', null)],
    ['P-384 with SHA-256', signerOf('P-384')],
    ['P-256 of a thief', es256(thief)],
  ] as const;
  return kinds.flatMap(([name, signer]): Attack[] =>
    [name, 'ES256'].flatMap((alg): Attack[] =>
      [issuer.key.kid, 'evil'].map((kid): Attack => {
        const header = { alg, typ: 'at+jwt', kid };
        return [`${name} as ${alg}, kid ${kid}`, jws(header, issuer.claims(), signer)];
      }),
    ),
  );
}

/** RFC 8725 §2.9, §3.10: `kid` ends up in a path, a query, a map. */
export function kids(issuer: TestIssuer): readonly Attack[] {
  const texts = [
    '../../../../dev/null',
    '/dev/null',
    'file:///dev/null',
    '..\\..\\nul',
    'http://127.0.0.1/evil',
    '//evil.example.com/jwks',
    "k1' OR '1'='1",
    "x' UNION SELECT 'a' -- ",
    'k1; ls',
    '$(id)',
    '`id`',
    '{{7*7}}',
    '#{7*7}',
    '%00',
    'k1\u0000',
    'k1\n',
    ' k1',
    'k1 ',
    'K1',
    'k\uff11',
    'k1\u200b',
    '\ufeffk1',
    '*',
    'k*',
    '.',
    '',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'k'.repeat(4000),
    '\ud800',
    '🔑'.repeat(500),
  ];
  const others: unknown[] = [undefined, null, 0, 1, true, [], ['k1'], [['k1']], {}, { k1: 'k1' }, { toString: 'k1' }];
  return [...texts, ...others].flatMap((kid): Attack[] => {
    const name = (JSON.stringify(kid) ?? 'missing').slice(0, 40);
    return [
      [`${name}, by a thief`, issuer.token({}, { kid }, thief)],
      [`${name}, our signature`, issuer.token({}, { kid })],
    ];
  });
}

/** RFC 8725 §3.10: a key, or where to fetch one, in the header itself. */
export function headerKeys(issuer: TestIssuer): readonly Attack[] {
  const evil = `${issuer.url}/evil.json`;
  const places: readonly Readonly<Record<string, unknown>>[] = [
    { jku: evil },
    { jku: `${issuer.url}/.well-known/jwks.json#${evil}` },
    { jku: `${issuer.url}@evil.example.com/` },
    { jku: [evil] },
    { x5u: evil },
    { x5c: ['MIIB'] },
    { x5c: [thief.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')] },
    { x5t: 'AAAA', 'x5t#S256': 'AAAA' },
    { jwk: thief.jwk },
    { jwk: { kty: 'oct', k: 'AAAA' } },
    { jwks: { keys: [thief.jwk] } },
    { jku: evil, x5u: evil, jwk: thief.jwk, x5c: ['MIIB'] },
  ];
  return places.flatMap((place): Attack[] =>
    ['k1', 'evil', thief.jwk].map((kid): Attack => {
      return [
        `${Object.keys(place)}, kid ${JSON.stringify(kid).slice(0, 12)}`,
        issuer.token({}, { ...place, kid }, thief),
      ];
    }),
  );
}

/** RFC 7515 §4.1.11, RFC 7797: an unsupported extension. */
export function extensions(issuer: TestIssuer): readonly Attack[] {
  const { key } = issuer;
  const header = { alg: 'ES256', typ: 'at+jwt', kid: key.kid };
  const lists = [['b64'], ['exp'], ['crit'], ['alg'], [], [''], [1], null, 'b64', {}, true, ['http://example.com/x']];
  const crit = lists.map(
    (list): Attack => [`crit ${JSON.stringify(list)}`, issuer.token({}, { crit: list, b64: true })],
  );
  const plain = JSON.stringify(issuer.claims());
  const open = segment(JSON.stringify({ ...header, b64: false, crit: ['b64'] }));
  return [
    ...crit,
    ['b64 false, the payload in clear', textJws(open, plain, es256(key))],
    ['b64 false, the payload in base64url', textJws(open, segment(plain), es256(key))],
    ['b64 false, detached', `${open}..${es256(key)(`${open}.${plain}`).toString('base64url')}`],
    ['zip', issuer.token({}, { zip: 'DEF' }, thief)],
    ['enc', issuer.token({}, { alg: 'dir', enc: 'A256GCM' })],
  ];
}

/** RFC 8725 §3.11: a JWT of another kind, signed by our own key. */
export function types(issuer: TestIssuer): readonly Attack[] {
  const words = [
    'JWT',
    'jwt',
    'at+JWT',
    'AT+JWT',
    'application/at+jwt',
    'id_token',
    'dpop+jwt',
    'logout+jwt',
    'secevent+jwt',
    'rt+jwt',
    'JOSE',
    'token-introspection+jwt',
    'client-authentication+jwt',
    ' at+jwt',
    'at+jwt ',
    'at+jwt\u0000',
    'at jwt',
    'a\u0074+jwt\u200b',
    '',
  ];
  const others: unknown[] = [undefined, null, 1, true, ['at+jwt'], { typ: 'at+jwt' }];
  const { key } = issuer;
  const header = { alg: 'ES256', kid: key.kid };
  return [
    ...[...words, ...others].map((typ): Attack => [JSON.stringify(typ) ?? 'missing', issuer.token({}, { typ })]),
    [
      'named twice, the last one wrong',
      rawJws(twice({ ...header, typ: 'at+jwt' }, 'typ', '"JWT"'), claimsText(issuer), es256(key)),
    ],
    ['as a bare word', rawJws(withRaw(header, 'typ', 'at+jwt'), claimsText(issuer), es256(key))],
  ];
}

/** JSON with a member named a second time at the end, which is the one that counts. */
export function twice(value: object, name: string, raw: string): string {
  return `${JSON.stringify(value).slice(0, -1)},${JSON.stringify(name)}:${raw}}`;
}

export const claimsText = (issuer: TestIssuer) => JSON.stringify(issuer.claims());
