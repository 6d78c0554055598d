import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Unavailable } from '../../../lambda/core/errors.ts';
import { isRatchetKey, isSigningKey } from '../../../lambda/keys/new-keys.ts';
import { secretLoader } from '../../../lambda/keys/ring-source.ts';
import { describeError } from '../../../lambda/log.ts';
import { ratchetRing, signingKey } from '../../support/keys.ts';

/** Rings are parsed when they are read: a key that is not complete must not sign, and must not authenticate anything. */

let secret: string | undefined;
beforeEach(() => {
  vi.spyOn(SecretsManagerClient.prototype, 'send').mockImplementation((async () => ({
    SecretString: secret,
  })) as never);
});
afterEach(() => void vi.restoreAllMocks());

const ratchet = secretLoader('ratchet', isRatchetKey);
const signing = secretLoader('signing', isSigningKey);
const signingRing = { version: 1, next: signingKey('s2'), current: signingKey('s1'), previous: [] };

test('a complete ring is returned as it is stored', async () => {
  secret = JSON.stringify(ratchetRing('k1', 'k2', ['k0']));
  expect(await ratchet()).toEqual(JSON.parse(secret));
  secret = JSON.stringify(signingRing);
  expect(await signing()).toEqual(signingRing);
});

describe('a ring that is not complete is unavailable, and the error does not quote it', () => {
  const { current } = ratchetRing();
  const fails = async (load: () => Promise<unknown>, name = 'RingError') => {
    const error = await load().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(Unavailable);
    const { cause, stack } = error as Error & { cause: Error };
    for (const text of [stack, cause.message, cause.stack]) expect(text).not.toContain(current.tagKey);
    expect(describeError(error).name).toBe(`Unavailable < ${name}`);
  };

  test.each<[string, unknown]>([
    ['an empty tag key', { ...ratchetRing(), current: { ...current, tagKey: '' } }],
    ['no tag key in next', { ...ratchetRing(), next: { ...current, tagKey: undefined } }],
    ['a key that is a text', { ...ratchetRing(), current: current.tagKey }],
    ['a current key without its chain key', { ...ratchetRing(), current: { ...current, chainKey: '' } }],
    ['a key without its time', { ...ratchetRing(), current: { ...current, createdAt: 'today' } }],
    ['no list of previous keys', { ...ratchetRing(), previous: current }],
    ['a broken previous key', { ...ratchetRing(), previous: [{ ...current, keyId: 7 }] }],
    ['another version', { ...ratchetRing(), version: 2 }],
    ['nothing', null],
  ])('%s', async (_name, ring) => {
    secret = JSON.stringify(ring);
    await fails(ratchet);
  });

  test('a signing key without its private part', async () => {
    const { d: _, ...publicPart } = signingRing.current.privateJwk;
    secret = JSON.stringify({ ...signingRing, current: { ...signingRing.current, privateJwk: publicPart } });
    await fails(signing);
  });

  test.each([
    ['no JSON', `{"tagKey":"${current.tagKey}`],
    ['empty', ''],
    ['absent', undefined],
  ])('%s', async (_, text) => {
    secret = text;
    await fails(ratchet);
  });

  test('an answer that the SDK cannot read', async () => {
    const error = new SyntaxError(`Unexpected token in "${current.tagKey}"`);
    vi.spyOn(SecretsManagerClient.prototype, 'send').mockRejectedValue(error as never);
    await fails(ratchet, 'SyntaxError');
  });

  test.each(['AccessDeniedException', 'ResourceNotFoundException', 'ThrottlingException', 'TimeoutError'])(
    'an answer that is %s, which the log names',
    async (name) => {
      const error = Object.assign(new Error(`no access to ${current.tagKey}`), { name });
      vi.spyOn(SecretsManagerClient.prototype, 'send').mockRejectedValue(error as never);
      await fails(ratchet, name);
    },
  );

  test("the template's marker", async () => {
    secret = JSON.stringify({ version: 0, filler: current.tagKey });
    await fails(ratchet);
  });
});
