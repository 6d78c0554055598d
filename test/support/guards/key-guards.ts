import { type Guard, guardsOf } from './guard.ts';

const keys = [
  'test/unit/access-tokens/verifier',
  'test/unit/access-tokens/es256',
  'test/unit/lambda/cached',
  'test/unit/verify/keys',
  'test/unit/verify/given-keys',
  'test/unit/verify/unusable-keys',
  'test/unit/crypto/node-crypto',
  'test/unit/core/refresh-token',
];

/** Keys, signatures and the verifier. */
export const keyGuards: readonly Guard[] = [
  ...guardsOf('lambda/cached.ts', keys, [
    ['invented kids cause one request in each pause', 'if (this.#asked(pauseMs)) {', 'if (false) {'],
    ['a failed request stays unavailable', 'if (this.#failure !== undefined) throw this.#failure.error;', ''],
    ['an old value stays in use', 'this.#ask(0).catch(() => held.value)', 'this.#ask(0)'],
    ['not indefinitely', '!within(held.since, held.usableUntil, now)', 'false'],
    ['one load at a time', 'if (this.#loading !== undefined) return this.#loading;', ''],
    ['other callers use the old value', ' || this.#loading !== undefined || ', ' || '],
    ['a clock that was set back', 'return now >= from && now < until;', 'return now < until;'],
    [
      'age counts from the request',
      'this.#held = { value, since, freshUntil: since + freshMs',
      'this.#held = { value, since, freshUntil: this.#clock.nowMs() + freshMs',
    ],
  ]),
  ...guardsOf(
    'verify/create-verifier.ts',
    ['test/unit/verify/options'],
    [['a clock tolerance is a number', "typeof clockToleranceSeconds === 'number'", 'true']],
  ),
  ...guardsOf('lambda/access-tokens/issuer-keys.ts', keys, [
    ['a fetched key expires', 'clock.nowMs() + fetchedBelievedMs', 'clock.nowMs() + Infinity'],
    ['given keys age', 'freshUntil: since + givenFreshMs', 'freshUntil: Infinity'],
    ['given keys age from iat', 'given?.iat === undefined ? clock.nowMs() : given.iat * 1000', 'clock.nowMs()'],
    [
      'a given key expires',
      "typeof exp === 'number' ? exp * 1000 : Infinity",
      'exp === undefined ? Infinity : Infinity',
    ],
    ['the issuer takes precedence over keys without exp', 'Number.isFinite(given.believedUntil)', 'true'],
    [
      'an unavailable issuer is not an empty set',
      "throw new Unavailable('keys_unavailable', { cause: error });",
      'return new Map();',
    ],
    [
      'a broken key is not a refusal',
      'if (renewed instanceof Unavailable) throw renewed;',
      'if (renewed instanceof Unavailable) return undefined;',
    ],
    [
      'a broken key is fetched again',
      "if (typeof held === 'function') return held;",
      "if (typeof held === 'function') return held;\n    if (held !== undefined) throw held;",
    ],
    ['a key for another purpose is ignored', ' || isForOtherPurpose(each)) continue;', ') continue;'],
  ]),
  ...guardsOf(
    'lambda/keys/ring-source.ts',
    ['test/unit/keys/ring-source'],
    [
      ['a ring is parsed', "parseRing(SecretString ?? '', isKey)", "JSON.parse(SecretString ?? '')"],
      ['an error does not quote the ring', 'nameOnly(error)', 'error'],
    ],
  ),
  ...guardsOf(
    'lambda/keys/published-jwks.ts',
    ['test/unit/keys/published-jwks'],
    [
      ['stale keys serve', 'usableMs: publishedUsableMs', 'usableMs: publishedFreshMs'],
      ['an empty set is refused', "if (keysIn(jwks).length === 0) throw new Error('no keys are published yet');", ''],
    ],
  ),
  ...guardsOf(
    'lambda/keys/withdraw.ts',
    ['test/unit/keys/withdraw'],
    [
      ['no key signs before it can be fetched', ' && nextPublicMs >= fetchableMs', ''],
      ['a withdrawn next never comes into use', ' && !asked.has(ring.next.kid) && ', ' && '],
      ['previous keys go', 'ring.previous.filter(({ kid }) => !asked.has(kid))', 'ring.previous'],
    ],
  ),
  ...guardsOf(
    'lambda/keys/withdraw-signing.ts',
    ['test/unit/keys/withdraw'],
    [
      [
        'the issuer serves a key before it comes into use',
        'if (done.promotes) await deps.insistShown([publicJwk(ring.next)]);',
        '',
      ],
      [
        'a withdrawal is published',
        'changed ? await publishRing(deps) : { ring, since }',
        '{ ring: done.ring ?? ring, since }',
      ],
    ],
  ),
  ...guardsOf(
    'lambda/keys/rotate.ts',
    ['test/unit/keys/shown-keys'],
    [['the issuer shows the keys', 'await deps.insistShown([ring.current, ring.next].map(publicJwk));', '']],
  ),
  ...guardsOf('lambda/contract/jwk.ts', keys, [
    [
      'an entry of another kind does not affect the others',
      "return keys.filter((key: unknown) => typeof key === 'object' && key !== null);",
      'return keys;',
    ],
    ['the curve', " &&\n    crv === 'P-256'", ''],
    ['the coordinates', ' && coordinate.test(part)', ''],
    ['the use', "use === undefined || use === 'sig'", 'true'],
    ['the algorithm of the key', "alg === undefined || alg === 'ES256'", 'true'],
    ['key_ops with verify', "operations.includes('verify')", 'true'],
    ['key_ops without duplicates', 'new Set(operations).size === operations.length', 'true'],
  ]),
  ...guardsOf(
    'lambda/core/authorize.ts',
    ['test/unit/core/access-token', 'test/unit/handlers/rest-authorizer', 'test/unit/handlers/websocket-authorizer'],
    [['a failure to decide is not a refusal', 'throw error;', "return refused('unexpected');"]],
  ),
  ...guardsOf(
    'lambda/keys/ratchet-keys.ts',
    ['test/unit/keys/cached-ring', 'test/unit/keys/rotation'],
    [
      ['next counts', '[ring.current, ring.next, ...ring.previous]', '[ring.current, ...ring.previous]'],
      ['previous counts', '[ring.current, ring.next, ...ring.previous]', '[ring.current, ring.next]'],
    ],
  ),
  ...guardsOf('lambda/access-tokens/verifier.ts', keys, [
    ['typ', "if (typ !== 'at+jwt') throw refused('token_type');", ''],
    ['exp and the other claims are required', '!claimsAreComplete(payload) || ', ''],
    ['a bound token is not a bearer token', " || 'cnf' in payload", ''],
    [
      'exp to the millisecond',
      "<= Date.now()) throw refused('token_expired');",
      "< Date.now()) throw refused('token_expired');",
    ],
    ['the form', "if (!looksLikeAccessToken(text)) throw refused('token_malformed');", ''],
    ['one algorithm', "alg !== 'ES256' || ", ''],
    ['no critical extension', " || 'crit' in header", ''],
    [
      'the issuer is checked before a key is looked up',
      "if (payload.iss !== issuer) throw refused('issuer_mismatch');",
      '',
    ],
    ['the size limit holds for a known header', 'token.length <= maxAccessTokenLength && ', ''],
    ['the signature', ' || !(await isSigned(signed, signatureB64))', ''],
    ['the library checks issuer, audience and time', 'validateJwtFields(payload, {', 'void ({'],
  ]),
  ...guardsOf(
    'lambda/access-tokens/web-platform.ts',
    ['test/unit/access-tokens/web-platform'],
    [
      ['r and s, and nothing after them', "if (bytes.length !== 64) throw new Error('not an ES256 signature');", ''],
      ['a key for these signatures', "if (!isEs256PublicJwk(jwk)) throw new Error('not an ES256 key');", ''],
    ],
  ),
  ...guardsOf('lambda/access-tokens/es256.ts', keys, [
    [
      'r and s, and nothing after them',
      "if (signature.length !== 2 * half) throw new Error('not an ES256 signature');",
      '',
    ],
    ['a key for these signatures', "if (!isEs256PublicJwk(jwk)) throw new Error('not an ES256 key');", ''],
    ['positive integers', '> 0x7f ? 1 : 0', '> 0x7f ? 0 : 0'],
    ['shortest integers', 'signature[from] === 0) from += 1;', 'signature[from] === 0) break;'],
  ]),
  ...guardsOf(
    'lambda/keys/rotation.ts',
    ['test/unit/keys/rotat'],
    [
      ['a tag key outlives every session', 'tagKeptMs: absoluteMs + excuseMs', 'tagKeptMs: idleMs + excuseMs'],
      [
        'a chain key outlives the excuse',
        'chainKeptMs: Math.max(idleMs, graceMs) + lateMs',
        'chainKeptMs: graceMs + lateMs',
      ],
      [
        'next is known before it is used',
        "< knownEverywhereMs) return stay('too_early');",
        "< 0) return stay('too_early');",
      ],
      ['a ring that is too large is not written', 'rules.fits(rotated) ? {', 'true ? {'],
    ],
  ),
  ...guardsOf('lambda/crypto/node-crypto.ts', keys, [
    ['one text for the same bytes', "bytes.toString('base64url') === text ? bytes : undefined", 'bytes'],
    ['UTF-8 only', 'fatal: true', 'fatal: false'],
  ]),
  ...guardsOf('lambda/access-tokens/signer.ts', keys, [
    ['an error does not quote the key', '{ cause: nameOnly(error) }', '{ cause: error }'],
  ]),
];
