import { describe, expect, test } from 'vitest';
import { Refusal } from '../../../lambda/core/errors.ts';
import { formatToken } from '../../../lambda/core/refresh-token.ts';
import { nodeCodec, nodeCrypto } from '../../../lambda/crypto/node-crypto.ts';
import { refreshCookieName } from '../../../lambda/http/cookies.ts';
import { readParams } from '../../../lambda/http/params.ts';
import { presentedToken, tokensToRevoke } from '../../../lambda/http/presented-token.ts';
import { toRequest } from '../../../lambda/http/request.ts';
import { systemClock } from '../../../lambda/system-clock.ts';
import { type EventOptions, httpEvent } from '../../support/http-event.ts';
import { ratchetKey, ratchetRing, refreshTokensOf, ringRatchetKeys } from '../../support/keys.ts';

const origin = 'https://app.example.com';
const refreshTokens = refreshTokensOf(ringRatchetKeys(ratchetRing(), systemClock));
const tools = { refreshTokens, allowedOrigins: [origin] };

/** A token whose tag is ours; the same arguments give the same token. */
function tokenOf(session: number, generation = 0): string {
  const sessionId = nodeCodec.toBase64url(Buffer.alloc(16, session));
  const token = {
    keyId: 'k1',
    subject: `user-${session}`,
    sessionId,
    generation,
    secret: Buffer.alloc(32, generation),
  };
  return formatToken(token, ratchetKey('k1'), { crypto: nodeCrypto, codec: nodeCodec });
}

const own = tokenOf(1, 3);
const older = tokenOf(1, 2);
const planted = tokenOf(2, 9);
const forged = `${own.slice(0, -4)}AAAA`;
const cookiesOf = (...values: readonly string[]) => values.map((value) => `${refreshCookieName}=${value}`);

function present({ body = '{}', ...rest }: EventOptions) {
  const request = toRequest(httpEvent({ ...rest, body }));
  return presentedToken(request, readParams(request, ['json', 'form']), 'refresh_token', tools);
}

function toRevoke({ body = '{}', ...rest }: EventOptions) {
  const request = toRequest(httpEvent({ ...rest, body }));
  return tokensToRevoke(request, readParams(request, ['json', 'form']), tools);
}

/** What a call was refused with. */
async function refusalOf(run: () => Promise<unknown>): Promise<Refusal> {
  try {
    await run();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('it was expected to be refused');
}

describe('a refresh token', () => {
  test('in the body', async () => {
    expect(await present({ body: '{"refresh_token":"t"}' })).toEqual({ text: 't', channel: 'body' });
  });

  test('in the cookie, with an allowed Origin', async () => {
    const cookies = cookiesOf('from-cookie');
    expect(await present({ cookies, headers: { origin } })).toEqual({ text: 'from-cookie', channel: 'cookie' });
  });

  test('a token in the body counts, whatever cookie was planted', async () => {
    const found = await present({ cookies: cookiesOf('x', '', forged), body: '{"refresh_token":"t"}' });
    expect(found).toEqual({ text: 't', channel: 'body' });
  });

  test.each<[string, EventOptions, string]>([
    ['nowhere', {}, 'request_malformed'],
    ['in an empty cookie', { cookies: cookiesOf('') }, 'request_malformed'],
    ['in two empty cookies', { cookies: cookiesOf('', '') }, 'request_malformed'],
    ['in another cookie', { cookies: ['pawl_rt=x', `x${refreshCookieName}=x`] }, 'request_malformed'],
    [
      'in both places',
      { cookies: cookiesOf('x', own), headers: { origin }, body: '{"refresh_token":"t"}' },
      'request_malformed',
    ],
    ['too long', { body: JSON.stringify({ refresh_token: 'x'.repeat(2049) }) }, 'request_malformed'],
    ['in the cookie, without Origin', { cookies: cookiesOf(own) }, 'origin_refused'],
    [
      'in the cookie, another Origin',
      { cookies: cookiesOf(own), headers: { origin: `${origin}.evil.example` } },
      'origin_refused',
    ],
    ['in the cookie, Origin null', { cookies: cookiesOf(own), headers: { origin: 'null' } }, 'origin_refused'],
    [
      'in the cookie of a form',
      {
        cookies: cookiesOf(own),
        headers: { origin, 'content-type': 'application/x-www-form-urlencoded' },
        body: 'a=b',
      },
      'origin_refused',
    ],
  ])('%s is refused', async (_, options, reason) => {
    expect(await refusalOf(() => present(options))).toMatchObject({ code: 'invalid_request', reason });
  });
});

describe('several refresh cookies', () => {
  test.each<[string, readonly string[], string]>([
    ['equal ones', [own, own], own],
    ['empty ones before and after', ['', own, ''], own],
    ['junk first', ['x', own], own],
    ['junk last', [own, 'x'], own],
    ['a forged tag', [forged, own], own],
    ['the same session, an older generation first', [older, own], own],
    ['the same session, an older generation last', [own, older], own],
    ['equal junk', ['x', 'x'], 'x'],
    ['different junk', ['x', 'y'], 'x'],
  ])('%s: one is taken', async (_, values, expected) => {
    const found = await present({ cookies: cookiesOf(...values), headers: { origin } });
    expect(found).toEqual({ text: expected, channel: 'cookie' });
  });

  test.each([[[own, planted]], [[planted, own]], [['x', planted, older, own]]])(
    'of two sessions: refused, for either may be planted (%#)',
    async (values) => {
      const refused = await refusalOf(() => present({ cookies: cookiesOf(...values), headers: { origin } }));
      expect(refused).toMatchObject({ code: 'invalid_request', reason: 'cookies_ambiguous' });
    },
  );
});

describe('a logout', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['no cookie', [], []],
    ['an empty one', [''], []],
    ['several, each once', [own, 'x', planted, own, ''], [own, 'x', planted]],
  ])('%s', async (_, values, texts) => {
    expect(await toRevoke({ cookies: cookiesOf(...values), headers: { origin } })).toEqual({
      channel: 'cookie',
      texts,
    });
  });

  test.each<[string, EventOptions, string]>([
    ['without token and Origin', {}, 'request_malformed'],
    ['of another site, without a cookie', { headers: { origin: 'https://evil.example' } }, 'origin_refused'],
    [
      'of another site, with one',
      { cookies: cookiesOf(own), headers: { origin: 'https://evil.example' } },
      'origin_refused',
    ],
    [
      'as a form',
      { headers: { origin, 'content-type': 'application/x-www-form-urlencoded' }, body: 'a=b' },
      'origin_refused',
    ],
  ])('%s is refused', async (_, options, reason) => {
    expect(await refusalOf(() => toRevoke(options))).toMatchObject({ code: 'invalid_request', reason });
  });
});
