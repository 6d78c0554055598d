import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createVerifier } from '../../../verify/index.ts';
import { audience, TestIssuer, testKey, unreachable } from '../../examples/support/issuer.ts';

/** Keys that a deployment or a team gives: `iat` says as of when, `exp` of a key until when it is trusted. */

let issuer: TestIssuer;
const start = 1_800_000_000;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: start * 1000 });
  issuer = await TestIssuer.start();
});
afterEach(async () => {
  vi.useRealTimers();
  await issuer.stop();
});

const seconds = (count: number) => vi.setSystemTime(Date.now() + count * 1000);
const forged = { name: 'VerifyError', status: 401, reason: 'token_forged' };
const unavailable = { name: 'KeysUnavailableError', status: 503 };
const day = 86_400;

function given(times: { readonly iat?: number; readonly exp?: number } = {}) {
  const { exp, ...iat } = times;
  const keys = issuer.jwks.keys.map((jwk) => ({ ...jwk, ...(exp !== undefined && { exp }) }));
  return createVerifier({ issuer: issuer.url, audience, jwks: { keys, ...iat } });
}

describe('keys that are given', () => {
  test('make no request for a day', async () => {
    const verifier = given();
    await verifier.verifyToken(issuer.token());
    seconds(day - 1);
    await verifier.verifyToken(issuer.token());
    expect(issuer.requests).toEqual([]);
    seconds(1);
    await verifier.verifyToken(issuer.token());
    expect(issuer.requests).toHaveLength(1);
  });

  test('age from `iat`, also in a process that has just started', async () => {
    const verifier = given({ iat: start - day });
    issuer.keys = [testKey('k2')];
    await expect(verifier.verifyToken(issuer.token())).rejects.toMatchObject(forged);
    expect(issuer.requests).toHaveLength(1);
  });

  test('of the future are as old as can be', async () => {
    const verifier = given({ iat: start + 1000 });
    issuer.keys = [testKey('k2')];
    await expect(verifier.verifyToken(issuer.token())).rejects.toMatchObject(forged);
  });

  test('that the issuer has withdrawn die within 10 minutes of the first look', async () => {
    const verifier = given();
    seconds(day);
    await verifier.verifyToken(issuer.token());
    issuer.keys = [testKey('k2')];
    seconds(600);
    await expect(verifier.verifyToken(issuer.token())).rejects.toMatchObject(forged);
  });

  test('go on while the issuer does not answer, to the end that they have', async () => {
    const verifier = given({ exp: start + 30 * day });
    issuer.answer = unreachable;
    seconds(30 * day - 1);
    expect((await verifier.verifyToken(issuer.token())).sub).toBe('u1');
    seconds(1);
    await expect(verifier.verifyToken(issuer.token())).rejects.toMatchObject(unavailable);
  });

  test('expired keys are trusted again if the issuer serves them', async () => {
    const verifier = given({ exp: start + 60 });
    seconds(60);
    expect((await verifier.verifyToken(issuer.token())).sub).toBe('u1');
    expect(issuer.requests).toHaveLength(1);
  });

  test('without an end go on for as long as the issuer never answers', async () => {
    const verifier = given();
    issuer.answer = unreachable;
    seconds(400 * day);
    expect((await verifier.verifyToken(issuer.token())).sub).toBe('u1');
  });

  test('and confirmed keep their own end through an outage', async () => {
    const verifier = given({ iat: start - day, exp: start + 30 * day });
    await verifier.verifyToken(issuer.token());
    issuer.answer = unreachable;
    seconds(29 * day);
    expect((await verifier.verifyToken(issuer.token())).sub).toBe('u1');
    expect((await verifier.verifyToken(issuer.token())).sub).toBe('u1');
  });

  test('and confirmed without an end are fetched keys from then on', async () => {
    const verifier = given({ iat: start - day });
    await verifier.verifyToken(issuer.token());
    issuer.answer = unreachable;
    seconds(3600);
    await expect(verifier.verifyToken(issuer.token())).rejects.toMatchObject(unavailable);
  });

  test('but withdrawn do not come back when the issuer falls silent', async () => {
    const verifier = given({ iat: start - day, exp: start + 30 * day });
    issuer.keys = [testKey('k2')];
    await expect(verifier.verifyToken(issuer.token())).rejects.toMatchObject(forged);
    issuer.answer = unreachable;
    seconds(day);
    await expect(verifier.verifyToken(issuer.token())).rejects.toMatchObject(unavailable);
  });
});
