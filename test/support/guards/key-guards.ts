import { type Guard, guardsOf } from './guard.ts';

const keys = [
  'test/unit/access-tokens/verifier',
  'test/unit/lambda/cached',
  'test/unit/verify/keys',
  'test/unit/crypto/node-crypto',
  'test/unit/core/refresh-token',
];

/** Key rings, their rotation and the cache of keys. */
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
      ['an empty set is refused', '!keys.some(isEs256PublicJwk)', '!keys'],
      ['a private key is not published', "keys.some((key) => 'd' in key)", 'keys.length < 0'],
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
  ...guardsOf(
    'lambda/keys/ratchet-keys.ts',
    ['test/unit/keys/cached-ring', 'test/unit/keys/rotation'],
    [
      ['next counts', '[ring.current, ring.next, ...ring.previous]', '[ring.current, ...ring.previous]'],
      ['previous counts', '[ring.current, ring.next, ...ring.previous]', '[ring.current, ring.next]'],
    ],
  ),
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
];
