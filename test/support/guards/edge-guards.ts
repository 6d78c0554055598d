import { type Guard, guardsOf } from './guard.ts';

const http = [
  'test/unit/http/params',
  'test/unit/http/presented-token',
  'test/unit/http/client-authentication',
  'test/unit/http/cookies',
  'test/unit/http/label',
  'test/unit/http/oauth-params',
  'test/unit/http/endpoint',
  'test/unit/lambda/env-and-log',
];
const keys = [
  'test/unit/access-tokens/verifier',
  'test/unit/access-tokens/es256',
  'test/unit/lambda/cached',
  'test/unit/verify/keys',
  'test/unit/verify/given-keys',
  'test/unit/crypto/node-crypto',
  'test/unit/core/refresh-token',
];

export const edgeGuards: readonly Guard[] = [
  ...guardsOf('lambda/cached.ts', keys, [
    ['made-up ids cost one look in so long', 'if (this.#asked(pauseMs)) {', 'if (false) {'],
    ['a failed look stays unavailable', 'if (this.#failure !== undefined) throw this.#failure.error;', ''],
    ['an old value serves', 'this.#ask(0).catch(() => held.value)', 'this.#ask(0)'],
    ['not indefinitely', '!within(held.since, held.usableUntil, now)', 'false'],
    ['one load at a time', 'if (this.#loading !== undefined) return this.#loading;', ''],
    ['the others go on', ' || this.#loading !== undefined || ', ' || '],
    ['a clock that was set back', 'return now >= from && now < until;', 'return now < until;'],
    [
      'age counts from the question',
      'this.#held = { value, since, freshUntil: since + freshMs',
      'this.#held = { value, since, freshUntil: this.#clock.nowMs() + freshMs',
    ],
  ]),
  ...guardsOf('lambda/access-tokens/issuer-keys.ts', keys, [
    ['a fetched key has an end', 'clock.nowMs() + fetchedBelievedMs', 'clock.nowMs() + Infinity'],
    ['given keys age', 'freshUntil: since + givenFreshMs', 'freshUntil: Infinity'],
    ['given keys age from iat', 'given?.iat === undefined ? clock.nowMs() : given.iat * 1000', 'clock.nowMs()'],
    [
      'a given key has an end',
      "typeof exp === 'number' ? exp * 1000 : Infinity",
      'exp === undefined ? Infinity : Infinity',
    ],
    ['the issuer takes the place of a team', 'Number.isFinite(given.believedUntil)', 'true'],
    ['nothing decided', "throw new Unavailable('keys_unavailable', { cause: error });", 'return new Map();'],
  ]),
  ...guardsOf(
    'lambda/keys/published-jwks.ts',
    ['test/unit/keys/published-jwks'],
    [
      ['stale keys serve', 'usableMs: publishedUsableMs', 'usableMs: publishedFreshMs'],
      ['an empty set is no set', "if (jwks.keys.length === 0) throw new Error('no keys are published yet');", ''],
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
        'the issuer shows what comes into use',
        'if (done.promotes) await deps.insistShown([publicJwk(ring.next)]);',
        '',
      ],
      [
        'what is withdrawn is published',
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
    ['the curve', " &&\n    crv === 'P-256'", ''],
    ['the use', "use === undefined || use === 'sig'", 'true'],
    ['the algorithm of the key', "alg === undefined || alg === 'ES256'", 'true'],
    ['key_ops with verify', "operations.includes('verify')", 'true'],
    ['key_ops without duplicates', 'new Set(operations).size === operations.length', 'true'],
  ]),
  ...guardsOf(
    'lambda/core/authorize.ts',
    ['test/unit/core/access-token', 'test/unit/handlers/rest-authorizer', 'test/unit/handlers/websocket-authorizer'],
    [['a failure to decide is no refusal', 'throw error;', "return refused('unexpected');"]],
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
    ['exp and the others are required', '!claimsAreComplete(payload) || ', ''],
    ['a bound token is no bearer token', " || 'cnf' in payload", ''],
    [
      'exp to the millisecond',
      "<= Date.now()) throw refused('token_expired');",
      "< Date.now()) throw refused('token_expired');",
    ],
    ['the form', "if (!looksLikeAccessToken(token, platform.codec)) throw refused('token_malformed');", ''],
    ['one algorithm', "alg !== 'ES256' || ", ''],
    ['no extension that has to be understood', " || 'crit' in header", ''],
    ['the issuer before a key is looked for', ' || iss !== issuer', ''],
    ['the signature', ' || !(await isSigned(signed, signatureB64))', ''],
    ['the library checks issuer, audience and time', 'validateJwtFields(payload, {', 'void ({'],
  ]),
  ...guardsOf(
    'lambda/access-tokens/web-platform.ts',
    ['test/unit/access-tokens/web-platform'],
    [
      [
        'r and s, nothing behind',
        "if (bytes?.length !== 64) throw new Error('not an ES256 signature');",
        'if (!bytes) return false;',
      ],
      ['a key for these signatures', "if (!isEs256PublicJwk(jwk)) throw new Error('not an ES256 key');", ''],
      ['one encoding of the bytes', 'canonical === text ?', 'canonical ?'],
    ],
  ),
  ...guardsOf('lambda/access-tokens/es256.ts', keys, [
    ['r and s, nothing behind', "if (signature.length !== 2 * half) throw new Error('not an ES256 signature');", ''],
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
      ['what would not fit is not written', 'rules.fits(rotated) ? {', 'true ? {'],
    ],
  ),
  ...guardsOf('lambda/crypto/node-crypto.ts', keys, [
    ['one text for the same bytes', "bytes.toString('base64url') === text ? bytes : undefined", 'bytes'],
    ['UTF-8 only', 'fatal: true', 'fatal: false'],
  ]),
  ...guardsOf('lambda/access-tokens/signer.ts', keys, [
    ['an error does not quote the key', '{ cause: new Error((error as Error).name) }', '{ cause: error }'],
  ]),
  ...guardsOf('lambda/http/params.ts', http, [
    [
      'no name twice in JSON',
      "if (countTopLevelNames(body) !== Object.keys(document).length) throw malformed('A parameter is repeated.');",
      '',
    ],
    ['no name twice in forms', 'new Set(pairs.map(([name]) => name)).size !== pairs.length', 'false'],
    ['an object', '|| document === null || Array.isArray(document)', ''],
    ['null is absent', " || value === null || value === ''", " || value === ''"],
    ['empty is absent', " || value === null || value === ''", ' || value === null'],
  ]),
  ...guardsOf('lambda/http/content-type.ts', http, [
    ['the content type', 'type?.essence === essences[name]', 'type?.essence !== undefined'],
    ['the charset', "!utf8Names.has(type.params.get('charset')?.toLowerCase() ?? 'utf-8')", 'false'],
  ]),
  ...guardsOf('lambda/http/label.ts', http, [
    ['whole graphemes', "granularity: 'grapheme'", "granularity: 'word'"],
    ['within its bytes', 'Buffer.byteLength(text) <= maxBytes', 'text.length <= maxBytes'],
    ['well-formed', 'text?.toWellFormed()', 'text'],
  ]),
  ...guardsOf('lambda/http/client-authentication.ts', http, [
    ['a secret is refused', "params.has('client_secret') || ", ''],
    ['Basic of a client is refused', 'names.some((name) => name === id || known.includes(name))', 'false'],
    ['Basic of a proxy is ignored', 'name === id || known.includes(name)', "name !== ''"],
    ['unknown clients are refused', 'known.length > 0 && !known.includes(id)', 'false'],
    ['a mismatch may be an authentication', 'mismatch && client.namedElsewhere', 'false'],
  ]),
  ...guardsOf('lambda/http/cookies.ts', http, [
    ['our own cookie stays', ".filter((place) => ours === 'follows' || place !== twin)", ''],
    ['our own path stays', 'paths.filter((path) => path !== scope.path)', 'paths'],
    ['one cookie is left alone', " || (carried === 1 && ours === 'stays')", ''],
    ['no line is made of a header', '!/^[a-z0-9-]+(\\.[a-z0-9-]+)+$/.test(host) || ', ''],
    ['few enough lines', '.slice(0, maxClearings)', ''],
  ]),
  ...guardsOf('lambda/http/request.ts', http, [
    ['no secrets in the URL', 'refuseSecretsInUrl(event.rawQueryString);', ''],
    ['the size cap', 'if (bytes.length > maxBodyBytes)', 'if (bytes.length > 10 * maxBodyBytes)'],
    ['UTF-8 only', 'fatal: true', 'fatal: false'],
  ]),
  ...guardsOf('lambda/http/presented-token.ts', http, [
    [
      'one place',
      'if (inBody !== undefined && (await genuineTokens(refreshCookies(request), tools.refreshTokens)).length > 0) {',
      'if (false) {',
    ],
    [
      'a planted cookie does not keep a body token away',
      '(await genuineTokens(refreshCookies(request), tools.refreshTokens)).length > 0',
      'refreshCookies(request).length > 0',
    ],
    ['two sessions are not guessed between', 'if (more.length > 0) {', 'if (false) {'],
    ['junk is dropped', 'return genuine?.text ?? first;', 'return first;'],
    [
      'a logout proves its origin',
      "requireTrustedOrigin(request, params, tools.allowedOrigins);\n  return { channel: 'cookie', texts",
      "return { channel: 'cookie', texts",
    ],
    [
      'the cookie proves its origin',
      'requireTrustedOrigin(request, params, tools.allowedOrigins);\n  return { text',
      'return { text',
    ],
    ['JSON only', "params.format !== 'json' || ", ''],
    ['an allowed origin', ' || !allowedOrigins.includes(origin)', ''],
  ]),
  ...guardsOf('lambda/http/login-params.ts', http, [
    [
      'a login by cookie proves its origin',
      "if (channel === 'cookie') requireTrustedOrigin(request, params, allowedOrigins);",
      '',
    ],
  ]),
  ...guardsOf('lambda/http/response.ts', http, [
    ['no store', "'cache-control': 'no-store',", ''],
    ['no challenge that a browser answers', 'None realm="pawl"', 'Basic realm="pawl"'],
    ['in cookie mode no token in the body', "const inBody = session.channel === 'body';", 'const inBody = true;'],
  ]),
  ...guardsOf('lambda/log.ts', http, [
    ['an error without its words', 'stack.slice(start < 0 ? 0 : start + message.length)', 'stack'],
    ['frames only', '.filter((line) => /^\\s+at .*:\\d+:\\d+\\)?$/.test(line))', ''],
  ]),
  ...guardsOf(
    'lambda/access-tokens/es256.ts',
    ['test/unit/access-tokens/es256'],
    [
      [
        'a key of another curve does not sign',
        "if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')",
        'if (key.type === undefined as never)',
      ],
    ],
  ),
  ...guardsOf(
    'lambda/verdict-log.ts',
    ['test/unit/lambda/verdict-log'],
    [
      ['a refusal is never only counted', "line.outcome === 'allowed' && this.#countsAllowed", 'this.#countsAllowed'],
      ['calls before a refusal are not lost', 'this.#flush();\n      log(line);', 'log(line);'],
      ['a clock set back', 'ageMs < 0 || ageMs', 'ageMs'],
      [
        'no call is lost with a full count',
        'this.#counted.calls += 1;',
        'if (this.#counted.calls < 999) this.#counted.calls += 1;',
      ],
    ],
  ),
];
