import { type Guard, guardsOf } from './guard.ts';

const tests = ['test/unit/client'];

/** What keeps the client library from signing honest users out. */
export const clientGuards: readonly Guard[] = [
  ...guardsOf('client/src/refresh.ts', tests, [
    ['only invalid_grant signs out', "if (answer?.body.error === 'invalid_grant') {", 'if (answer && !answer.ok) {'],
    ['commit guard: what arrives after a login is dropped', 'if (signal.aborted) return undefined;\n        if', 'if'],
    [
      'stored before use',
      'await carrier.keep(answer.body, held);',
      'void timer(10, () => void carrier.keep(answer.body, held));',
    ],
    [
      'a newer token of another process is not forgotten',
      'if (await carrier.forget(held)) continue;',
      'await carrier.forget();',
    ],
    ['the same token is sent again', 'if (isRefused || now() + waitMs > deadline) {', 'if (true) {'],
    ['no try begins after 20 s', ' || now() + waitMs > deadline', ''],
    ['Retry-After', '(answer?.wait ?? 0) * 1_000', '0'],
    ['cool-down', 'if (known && sentAt < known.until) throw known.error;', ''],
    ['the cool-down is of one token', 'cooling?.token === held.refresh_token ? cooling : undefined', 'cooling'],
    ['a refused cookie may have been replaced', 'if (isRefused && unsure) {', 'if (false) {'],
  ]),
  ...guardsOf('client/src/body-carrier.ts', tests, [
    ['never stores the token that was sent', 'if (token && token !== sent?.refresh_token)', 'if (token)'],
    ['one write after another', 'const done = last.then(work);', 'const done = work();'],
    ['forgets that one only', 'if (!other) await storage.remove();', 'await storage.remove();'],
  ]),
  ...guardsOf('client/src/core.ts', tests, [
    ['single flight', 'if (!flight) {', 'if (true) {'],
    ['a login cuts the refresh off', 'flight?.stop.abort();', ''],
    ['a refresh waits for the login', 'if (busy) return', 'if (false) return'],
    ['other tabs are told of a login', "tell({ type: 'pause' });\n        cutOff();", 'cutOff();'],
    ['other tabs hold their refreshes', 'hold(told);', ''],
    [
      'a tab that has just opened logs the others out',
      '!theirs || access?.sessionId === theirs.sessionId',
      'access?.sessionId === theirs?.sessionId',
    ],
    ['a tab that opens meanwhile is told', "tell({ type: 'hello' });", ''],
    ['not indefinitely', 'timer(repeatMs, resolve, true);', ''],
    ['a cut-off refresh is repeated', 'await busy;\n        return valid();', 'return undefined;'],
    ['no late message brings a session back', 'theirs.sessionId !== ended && same', 'same'],
    ['an older access token replaces no newer one', 'access.expiresAt < theirs.expiresAt', 'true'],
    ['unreachable is not signed out', "if (!access || now() >= access.expiresAt) become('unreachable');", 'end();'],
    ['by wall clock', 'access && now() < access.expiresAt', 'access'],
  ]),
  ...guardsOf('client/src/fetch.ts', tests, [
    ['the token goes to no foreign origin', '!origins.includes(origin)', '!origins.includes(originOf(baseUrl))'],
    ['a stream is sent once', '|| body?.getReader ', ''],
    ['an async iterable is sent once', '|| body?.[Symbol.asyncIterator]', ''],
    ['once on 401 and 403', 'used !== hopeless && ', ''],
    ['another refusal is handed on', 'if (denied(second)) hopeless = fresh.token;', ''],
  ]),
  ...guardsOf('client/src/wire.ts', tests, [
    ['no password or token follows a redirect', "        redirect: 'error',\n", ''],
  ]),
  ...guardsOf('client/src/account.ts', tests, [
    ['an id is one segment of the path', 'encodeURIComponent(sessionId)', 'sessionId'],
  ]),
  ...guardsOf('client/src/session.ts', tests, [
    [
      'logout is confirmed',
      "if (held) accepted(await core.send('/auth/revoke',",
      "if (held) void (await core.send('/auth/revoke',",
    ],
    [
      'a confirmed logout ends the session, even if the storage fails',
      'core.end();\n        await carrier.forget();',
      'await carrier.forget();\n        core.end();',
    ],
  ]),
];
