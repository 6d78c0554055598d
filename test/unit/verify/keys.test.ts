import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createVerifier, type Verifier } from '../../../verify/index.ts';
import { audience, TestIssuer, testKey, unreachable } from '../../examples/support/issuer.ts';

let issuer: TestIssuer;
let verifier: Verifier;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 });
  issuer = await TestIssuer.start();
  verifier = createVerifier({ issuer: issuer.url, audience });
});
afterEach(async () => {
  vi.useRealTimers();
  await issuer.stop();
});

const seconds = (count: number) => vi.setSystemTime(Date.now() + count * 1000);
const unavailable = { code: 'unavailable', status: 503, reason: 'keys_unavailable', name: 'KeysUnavailableError' };
const forged = { code: 'invalid_token', status: 401, reason: 'token_forged' };

describe('keys are fetched', () => {
  test('at the first token and not before, then kept', async () => {
    expect(issuer.requests).toEqual([]);
    for (let count = 0; count < 3; count += 1) await verifier.verifyToken(issuer.token());
    expect(issuer.requests).toEqual(['/.well-known/jwks.json']);
  });

  test('once for many tokens at the same time', async () => {
    const all = await Promise.all(Array.from({ length: 50 }, () => verifier.verifyToken(issuer.token())));
    expect(all.map(({ sub }) => sub)).toEqual(all.map(() => 'u1'));
    expect(issuer.requests).toHaveLength(1);
  });

  test('again for an unknown kid, at most once in 10 s', async () => {
    await verifier.verifyToken(issuer.token());
    const stranger = testKey('k9');
    for (let count = 0; count < 5; count += 1) {
      await expect(verifier.verifyToken(issuer.token({}, {}, stranger))).rejects.toMatchObject(forged);
    }
    expect(issuer.requests).toHaveLength(1);
    seconds(10);
    await expect(verifier.verifyToken(issuer.token({}, {}, stranger))).rejects.toMatchObject(forged);
    await expect(verifier.verifyToken(issuer.token({}, {}, stranger))).rejects.toMatchObject(forged);
    expect(issuer.requests).toHaveLength(2);
    expect((await verifier.verifyToken(issuer.token())).sub).toBe('u1');
  });

  test('so that a rotation needs no restart', async () => {
    await verifier.verifyToken(issuer.token());
    const next = testKey('k2');
    issuer.keys = [issuer.key, next];
    seconds(10);
    expect((await verifier.verifyToken(issuer.token({}, {}, next))).sub).toBe('u1');
  });

  test('never for a token of another issuer, type or algorithm', async () => {
    for (const token of [
      issuer.token({ iss: 'https://other.example.com' }),
      issuer.token({}, { typ: 'JWT' }),
      issuer.token({}, { alg: 'RS256' }),
      issuer.token({}, { crit: ['exp'] }),
      'nonsense',
    ]) {
      await expect(verifier.verifyToken(token)).rejects.toMatchObject({ status: 401 });
    }
    expect(issuer.requests).toEqual([]);
  });
});

test('each fetch has a connection of its own: a kept one is closed while a function is frozen', async () => {
  const sockets = new Set<unknown>();
  issuer.answer = (request, response) => {
    sockets.add(request.socket);
    response.end(JSON.stringify(issuer.jwks));
  };
  for (let count = 0; count < 3; count += 1) {
    await verifier.verifyToken(issuer.token());
    seconds(600);
  }
  expect(sockets.size).toBe(3);
});

describe('keys that are 10 minutes old', () => {
  beforeEach(async () => {
    await verifier.verifyToken(issuer.token());
    seconds(599);
    await verifier.verifyToken(issuer.token());
    expect(issuer.requests).toHaveLength(1);
    seconds(1);
  });

  test('are fetched again, and a withdrawn one is removed', async () => {
    issuer.keys = [testKey('k2')];
    await expect(verifier.verifyToken(issuer.token())).rejects.toMatchObject(forged);
    expect(issuer.requests).toHaveLength(2);
  });

  test('go on being used while the issuer does not answer, and it is asked once in 10 s', async () => {
    issuer.answer = unreachable;
    for (let count = 0; count < 5; count += 1) expect((await verifier.verifyToken(issuer.token())).sub).toBe('u1');
    expect(issuer.requests).toHaveLength(2);
    seconds(10);
    issuer.answer = undefined;
    await verifier.verifyToken(issuer.token());
    await verifier.verifyToken(issuer.token());
    expect(issuer.requests).toHaveLength(3);
  });

  test.each(['{"keys":[]}', '{"keys":[{}]}', '{"keys":[{"kid":"k1","kty":"RSA"}]}'])(
    'go on being used while the issuer has none: %s',
    async (text) => {
      issuer.answer = (_request, response) => response.end(text);
      expect((await verifier.verifyToken(issuer.token())).sub).toBe('u1');
      await expect(verifier.verifyToken(issuer.token({}, {}, testKey('k9')))).rejects.toMatchObject(unavailable);
    },
  );

  test('do not make others wait for the one who asks', async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    issuer.answer = (_request, response) => {
      void held.then(() => response.end(JSON.stringify(issuer.jwks)));
    };
    let answered = false;
    const first = verifier.verifyToken(issuer.token()).finally(() => {
      answered = true;
    });
    expect((await verifier.verifyToken(issuer.token())).sub).toBe('u1');
    expect(answered).toBe(false);
    release();
    expect((await first).sub).toBe('u1');
    expect(issuer.requests).toHaveLength(2);
  });

  test('are old too when the clock was set back', async () => {
    seconds(-86_400);
    await verifier.verifyToken(issuer.token());
    expect(issuer.requests).toHaveLength(2);
  });
});

describe('fetched keys that the issuer does not confirm', () => {
  test('are trusted for an hour, then nothing is decided', async () => {
    await verifier.verifyToken(issuer.token());
    issuer.answer = unreachable;
    seconds(3599);
    expect((await verifier.verifyToken(issuer.token())).sub).toBe('u1');
    seconds(1);
    await expect(verifier.verifyToken(issuer.token())).rejects.toMatchObject(unavailable);
    seconds(10);
    issuer.answer = undefined;
    expect((await verifier.verifyToken(issuer.token())).sub).toBe('u1');
  });
});

describe('nothing is decided', () => {
  const answers: readonly [string, typeof unreachable, RegExp][] = [
    ['the issuer is down', unreachable, /fetch failed: ./],
    ['it answers 500', (_request, response) => response.writeHead(500).end('{"keys":[]}'), /status 500/],
    ['it redirects', (_request, response) => response.writeHead(302, { location: '/other' }).end(), /redirect/],
    ['it answers no JSON', (_request, response) => response.end('<html>'), /not valid JSON/],
    ['it answers another JSON', (_request, response) => response.end('{"keys":{}}'), /not a JWKS/],
    ['it has no keys', (_request, response) => response.end('{"keys":[]}'), /no keys/],
    ['its keys are null', (_request, response) => response.end('{"keys":null}'), /not a JWKS/],
    ['its keys have no kid', (_request, response) => response.end('{"keys":[null,{},{"kty":"EC"}]}'), /no keys/],
    [
      'its keys are of another kind',
      (_request, response) => response.end('{"keys":[{"kid":"k1","kty":"RSA"}]}'),
      /no keys/,
    ],
    ['it answers 204', (_request, response) => response.writeHead(204).end(), /JSON/],
    ['it answers 304', (_request, response) => response.writeHead(304).end(), /status 304/],
    [
      'it breaks off',
      (_request, response) => response.write('{"keys":', () => response.destroy()),
      /terminated|closed|other side/,
    ],
    ['it never ends', (_request, response) => void response.write('{"keys":'), /timeout/],
    ['it answers too much', (_request, response) => response.end(' '.repeat(65_537)), /too large/],
    ['it never answers', () => undefined, /timeout/],
  ];

  test.each(answers)('when %s: 503, its cause saying why, and one request in 10 s', async (_name, answer, why) => {
    issuer.answer = answer;
    const failed = await verifier.verifyToken(issuer.token()).catch((error: unknown) => error);
    expect(failed).toMatchObject({ ...unavailable, headers: { 'retry-after': '10', 'cache-control': 'no-store' } });
    expect(String((failed as Error).cause)).toMatch(why);
    issuer.answer = undefined;
    await expect(verifier.verifyToken(issuer.token())).rejects.toMatchObject(unavailable);
    expect(issuer.requests).toHaveLength(1);
    seconds(10);
    expect((await verifier.verifyToken(issuer.token())).sub).toBe('u1');
    // From now on the issuer has answered, and an unknown kid is the caller's fault again.
    await expect(verifier.verifyToken(issuer.token({}, {}, testKey('k9')))).rejects.toMatchObject(forged);
  });
});
