import { type Guard, guardsOf } from './guard.ts';

const tokens = [
  'test/unit/access-tokens/verifier',
  'test/unit/access-tokens/es256',
  'test/unit/verify/keys',
  'test/unit/verify/given-keys',
  'test/unit/verify/unusable-keys',
];

/** The verifier, the issuer's public keys and signatures. */
export const accessTokenGuards: readonly Guard[] = [
  ...guardsOf(
    'verify/create-verifier.ts',
    ['test/unit/verify/options'],
    [['a clock tolerance is a number', "typeof clockToleranceSeconds === 'number'", 'true']],
  ),
  ...guardsOf('lambda/access-tokens/issuer-keys.ts', tokens, [
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
      'an issuer without keys is not an empty set',
      "if (set.size === 0) throw new Error('no keys for ES256 signatures');",
      '',
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
  ...guardsOf('lambda/contract/jwk.ts', tokens, [
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
  ...guardsOf('lambda/access-tokens/verifier.ts', tokens, [
    ['typ', "if (typ !== 'at+jwt') throw refused('token_type');", ''],
    ['exp and the other claims are required', '!claimsAreComplete(payload) || ', ''],
    ['a bound token is not a bearer token', " || 'cnf' in payload", ''],
    [
      'exp to the millisecond',
      "<= Date.now()) throw refused('token_expired');",
      "< Date.now()) throw refused('token_expired');",
    ],
    ['the form', "if (!looksLikeAccessToken(token)) throw refused('token_malformed');", ''],
    ['one algorithm', "alg !== 'ES256' || ", ''],
    ['no critical extension', " || 'crit' in header", ''],
    [
      'the issuer is checked before a key is looked up',
      "if (payload.iss !== issuer) throw refused('issuer_mismatch');",
      '',
    ],
    ['a known header is the whole header', 'text === lastHeader.text', 'text !== ""'],
    ['the signature', ' || !(await isSigned(token.slice(0, end), token.slice(end + 1)))', ''],
    ['the library checks issuer, audience and time', 'validateJwtFields(payload, {', 'void ({'],
  ]),
  ...guardsOf(
    'lambda/access-tokens/plain-payload.ts',
    ['test/unit/access-tokens/plain-payload'],
    [
      ['no member for a prototype', '__proto__|constructor|', ''],
      ['no escape hides a name', '|\\\\/', '/'],
      ['registered claims of the right type', 'claimsAreComplete(payload) && (', '('],
      ['nbf is a number', ' && (nbf === undefined || Number.isFinite(nbf))', ''],
    ],
  ),
  ...guardsOf(
    'lambda/access-tokens/web-platform.ts',
    ['test/unit/access-tokens/web-platform'],
    [
      ['r and s, and nothing after them', "if (bytes.length !== 64) throw new Error('not an ES256 signature');", ''],
      ['a key for these signatures', "if (!isEs256PublicJwk(jwk)) throw new Error('not an ES256 key');", ''],
    ],
  ),
  ...guardsOf('lambda/access-tokens/es256.ts', tokens, [
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
    'lambda/access-tokens/signer.ts',
    ['test/unit/crypto/node-crypto'],
    [['an error does not quote the key', '{ cause: nameOnly(error) }', '{ cause: error }']],
  ),
];
