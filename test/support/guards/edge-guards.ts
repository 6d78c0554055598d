import { type Guard, guardsOf } from './guard.ts';

const http = [
  'test/unit/http/typed-text',
  'test/unit/http/body-variants',
  'test/unit/http/params',
  'test/unit/http/presented-token',
  'test/unit/http/client-authentication',
  'test/unit/http/cookies',
  'test/unit/http/label',
  'test/unit/http/oauth-params',
  'test/unit/http/endpoint',
  'test/unit/lambda/env-and-log',
];

/** Requests and responses. */
export const edgeGuards: readonly Guard[] = [
  ...guardsOf('lambda/http/params.ts', http, [
    [
      'no name twice in JSON',
      "if (countTopLevelNames(body) !== Object.keys(document).length) throw malformed('A parameter is repeated.');",
      '',
    ],
    ['no name twice in forms', 'new Set(pairs.map(([name]) => name)).size !== pairs.length', 'false'],
    ['an object', '|| document === null || Array.isArray(document)', ''],
    ['no text that a decoder could not read', "typed.includes('\\ufffd')", 'false'],
    ['null with white space is an empty body', '/^[ \\t\\r\\n]*(null[ \\t\\r\\n]*)?$/', '/^(null)?$/'],
    ['null is absent', " || value === null || value === ''", " || value === ''"],
    ['empty is absent', " || value === null || value === ''", ' || value === null'],
  ]),
  ...guardsOf('lambda/http/content-type.ts', http, [
    ['the content type', 'type?.essence === essences[name]', 'type?.essence !== undefined'],
    ['the charset', "!utf8Names.has(type.params.get('charset')?.toLowerCase() ?? 'utf-8')", 'false'],
  ]),
  ...guardsOf('lambda/http/oauth-params.ts', http, [
    [
      'a malformed scope is invalid_scope',
      "'invalid_scope', 'request_malformed'",
      "'invalid_request', 'request_malformed'",
    ],
  ]),
  ...guardsOf('lambda/http/credential-params.ts', http, [
    [
      'a new password in UTF-8',
      "requireIntact('new_password', params.text('new_password', maxPassword))",
      "params.text('new_password', maxPassword)",
    ],
    [
      'the current password in UTF-8',
      "requireIntact('current_password', params.text('current_password', maxPassword))",
      "params.text('current_password', maxPassword)",
    ],
  ]),
  ...guardsOf(
    'cli/frame/ask.ts',
    ['test/unit/cli/ask'],
    [
      ['standard input in UTF-8', 'fatal: true', 'fatal: false'],
      ['no UTF-16', "text.includes('\\0')", 'false'],
      ['no byte order mark in a password', "text.startsWith('\\ufeff')", 'false'],
      ['no text that a terminal could not read', "typed.includes('\\ufffd')", 'false'],
      ['a refused password is asked for again', 'validate, clearOnError', 'clearOnError'],
      ['one line of a password', '/[\\r\\n]/.test(typed)', 'false'],
      ['Ctrl-D ends a prompt', "key.name === 'd'", 'false'],
      ['the end of the input ends a prompt', "stdin.on('end', end).on(", 'stdin.on('],
      ['no prompt after the end of the input', 'if (stdin.readableEnded)', 'if (false)'],
    ],
  ),
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
      'a password in UTF-8',
      "requireIntact('password', params.text('password', 1024))",
      "params.text('password', 1024)",
    ],
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
  ...guardsOf(
    'lambda/connections.ts',
    ['test/unit/lambda/connections'],
    [
      ['a body that stops is a timeout', 'socketTimeout: limits.requestTimeout,', ''],
      [
        'a timeout is not a closed connection',
        "if (error.code === 'ECONNRESET' || error.code === 'EPIPE') onReusedSocket",
        'onReusedSocket',
      ],
    ],
  ),
  ...guardsOf(
    'lambda/events/event-bridge.ts',
    ['test/unit/events/put-events'],
    [['an event that is not taken fails no request', 'logUnpublished(error);', 'throw error;']],
  ),
  ...guardsOf(
    'lambda/events/events-on-demand.ts',
    ['test/unit/events/put-events'],
    [
      ['a client that cannot be loaded fails no request', 'logUnpublished(error);', 'throw error;'],
      ['one client for all events', 'bus ??= ', 'bus = '],
    ],
  ),
];
