import { type Schema, Validator } from '@cfworker/json-schema';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AccessTokenClaims } from '../../../lambda/core/access-token.ts';
import { Refusal } from '../../../lambda/core/errors.ts';
import { findPasswordFault } from '../../../lambda/core/password-policy.ts';
import { readEmail, readEndRequest, readNewPassword, readPassword } from '../../../lambda/http/credential-params.ts';
import { readLogin } from '../../../lambda/http/login-params.ts';
import { clientIdOf, requireRefreshGrant, scopesOf } from '../../../lambda/http/oauth-params.ts';
import { optionalParams, readParams } from '../../../lambda/http/params.ts';
import { presentedToken, tokensToRevoke } from '../../../lambda/http/presented-token.ts';
import { type HttpRequest, maxBodyBytes, toRequest } from '../../../lambda/http/request.ts';
import { systemClock } from '../../../lambda/system-clock.ts';
import { deref, document, type Json, part } from '../../openapi/document.ts';
import { httpEvent } from '../../support/http-event.ts';
import { ratchetRing, refreshTokensOf, ringRatchetKeys } from '../../support/keys.ts';

const origin = 'https://app.example.com';
const tools = {
  refreshTokens: refreshTokensOf(ringRatchetKeys(ratchetRing(), systemClock)),
  allowedOrigins: [origin],
};
const formType = 'application/x-www-form-urlencoded';

/** How the service reads a body, and one that it takes. */
interface Body {
  readonly valid: Readonly<Record<string, unknown>>;
  readonly form?: true;
  /** The token comes in the cookie where the body has none. */
  readonly tokenParameter?: string;
  read(request: HttpRequest): unknown;
}

const refresh = {
  valid: { grant_type: 'refresh_token', refresh_token: 'pwl1.a.b' },
  tokenParameter: 'refresh_token',
  read: async (request: HttpRequest) => {
    const params = readParams(request, ['json', 'form']);
    requireRefreshGrant(params);
    return [await presentedToken(request, params, 'refresh_token', tools), clientIdOf(params), scopesOf(params)];
  },
};
const revoke = {
  valid: { token: 'pwl1.a.b' },
  tokenParameter: 'token',
  read: async (request: HttpRequest) => {
    const params = readParams(request, ['json', 'form']);
    return [await tokensToRevoke(request, params, tools), clientIdOf(params)];
  },
};

/** By the name of its schema. */
const bodies: Readonly<Record<string, Body>> = {
  LoginRequest: {
    valid: { username: 'alice', password: 'pass word' },
    read: (request) => readLogin(request, { allowedOrigins: [origin], clients: [] }),
  },
  RefreshRequest: refresh,
  RefreshForm: { ...refresh, form: true },
  RevokeRequest: revoke,
  RevokeForm: { ...revoke, form: true },
  RevokeAllRequest: {
    valid: { keep_current: true },
    read: (request) => {
      const params = optionalParams(request);
      return [params.flag('keep_current'), readEndRequest({} as AccessTokenClaims, params, request)];
    },
  },
  EndSessionRequest: {
    valid: {},
    read: (request) => readEndRequest({} as AccessTokenClaims, optionalParams(request), request),
  },
  PasswordRequest: {
    valid: { current_password: 'pass word', new_password: 'word pass' },
    read: (request) => {
      const params = readParams(request, ['json']);
      const fault = findPasswordFault(readNewPassword(params), 'alice', () => false);
      if (fault !== undefined) throw new Refusal('invalid_request', 'password_refused', fault);
      return readPassword(params);
    },
  },
  EmailRequest: {
    valid: { current_password: 'pass word', email: 'alice@example.net' },
    read: (request) => {
      const params = readParams(request, ['json']);
      return [readPassword(params), readEmail(params)];
    },
  },
};

async function serviceTakes(
  { read, form, tokenParameter }: Body,
  body: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const inCookie = tokenParameter !== undefined && form === undefined && !body[tokenParameter];
  const event = httpEvent({
    body: form ? new URLSearchParams(body as Record<string, string>).toString() : JSON.stringify(body),
    headers: { origin, ...(form && { 'content-type': formType }) },
    ...(inCookie && { cookies: ['__Secure-pawl_rt=pwl1.a.b'] }),
  });
  try {
    await read(toRequest(event));
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return false;
  }
}

const texts = (max: number, form: boolean) => [
  ...(form ? [] : [null, true, 7, [], {}, ['x'], false]),
  '',
  'x',
  'x'.repeat(max),
  'x'.repeat(max + 1),
  // Of two UTF-16 code units each, and four bytes: as many as a body holds.
  ...(max <= 1024 && !form ? ['😀'.repeat(max), '😀'.repeat(max + 1)] : []),
];

describe.each(Object.entries(bodies))('%s: the service takes what the schema takes', (name, body) => {
  const { properties = {}, required } = part('components', 'schemas', name) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  const validator = new Validator(deref(part('components', 'schemas', name)) as Schema, '2020-12');
  const agree = async (candidate: Readonly<Record<string, unknown>>) =>
    expect([await serviceTakes(body, candidate), candidate]).toEqual([validator.validate(candidate).valid, candidate]);
  const names = Object.keys(properties);

  test('the body that is made of its required parameters', async () => {
    expect(validator.validate(body.valid).valid).toBe(true);
    expect(await serviceTakes(body, body.valid)).toBe(true);
    for (const missing of required ?? []) {
      await agree(Object.fromEntries(Object.entries(body.valid).filter(([key]) => key !== missing)));
    }
  });

  test.each(names)('%s: types and lengths', async (property) => {
    const { maxLength = 128 } = deref(properties[property]) as { maxLength?: number };
    for (const value of texts(maxLength, body.form === true)) {
      const candidate = { ...body.valid, [property]: value };
      // A label is never refused, whatever the document recommends.
      if (property === 'device_name') expect(await serviceTakes(body, candidate)).toBe(true);
      else await agree(candidate);
    }
  });

  test.each(names.filter((property) => 'pattern' in (deref(properties[property]) as Json)))(
    '%s: characters',
    async (property) => {
      const unit = fc.constantFrom(
        ...'aZ09 !"#$\'\\]^~@.-\u0000\t\n\u007f\u00a0\u00ad\u200b\u202eé名😀',
        '@b.c',
        '\ud800',
        '\ufffd',
      );
      await fc.assert(
        fc.asyncProperty(fc.string({ unit, maxLength: 12 }), fc.boolean(), async (text, around) => {
          // A form is written by URLSearchParams, which knows no lone surrogate.
          const value = body.form ? text.toWellFormed() : text;
          const candidate = { ...body.valid, [property]: around ? `a${value}@b.c` : value };
          // A pattern cannot name the characters of RFC 8265: of an address it asks for less than the service.
          const taken = property !== 'email' || (await serviceTakes(body, candidate));
          if (taken) await agree(candidate);
        }),
        { numRuns: 500, seed: 3 },
      );
    },
  );

  test('half of a surrogate pair is not text', async () => {
    for (const property of names.filter((key) => 'maxLength' in (deref(properties[key]) as Json))) {
      if (body.form === undefined)
        expect(await serviceTakes(body, { ...body.valid, [property]: 'half \ud800 pair' })).toBe(false);
    }
  });

  test('parameters that a mode does not use are validated anyway', async () => {
    if (names.includes('channel')) await agree({ ...body.valid, channel: 'cookie', refresh_token: 7 });
  });

  test('unknown parameters are ignored', async () => {
    await agree({ ...body.valid, unknown: 'x' });
    if (body.form === undefined) await agree({ ...body.valid, unknown: { nested: [null] } });
  });
});

test('every body of the document is among them', () => {
  const schemas = JSON.stringify(part('paths')).matchAll(/"\$ref":"#\/components\/schemas\/(\w+(?:Request|Form))"/g);
  expect([...new Set([...schemas].map(([, name]) => name))].sort()).toEqual(Object.keys(bodies).sort());
});

test('the size of a body', () => {
  expect((document.info as Json).description).toContain(`at most ${maxBodyBytes.toLocaleString('en-US')} bytes`);
});
