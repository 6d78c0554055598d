import { type GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { proxySecrets } from '../../../lambda/keys/proxy-secrets.ts';
import { describeError } from '../../../lambda/log.ts';
import { FakeClock } from '../../support/clock.ts';
import { expectUnavailable, rejectionOf } from '../../support/expect.ts';

/** The values that a trusted proxy may present, by the labels of its secret's versions. */

const value = (letter: string) => letter.repeat(64);
let versions: Readonly<Record<string, string | Error | undefined>>;
const failure = (name: string) => Object.assign(new Error(`about ${value('a')}`), { name });
const missing = failure('ResourceNotFoundException');

beforeEach(() => {
  vi.spyOn(SecretsManagerClient.prototype, 'send').mockImplementation((async ({ input }: GetSecretValueCommand) => {
    const found = versions[input.VersionStage ?? ''] ?? missing;
    if (found instanceof Error) throw found;
    return { SecretString: found };
  }) as never);
});
afterEach(() => void vi.restoreAllMocks());

test('before the first rotation there is one', async () => {
  versions = { AWSCURRENT: value('a') };
  expect(await proxySecrets('proxy', new FakeClock()).get()).toEqual([value('a')]);
});

test('during a rotation there are up to three; a label without a value is skipped', async () => {
  versions = { AWSCURRENT: value('b'), AWSPREVIOUS: value('a'), AWSPENDING: value('c') };
  expect(await proxySecrets('proxy', new FakeClock()).get()).toEqual([value('b'), value('a'), value('c')]);
  versions = { AWSCURRENT: value('b'), AWSPREVIOUS: value('a'), AWSPENDING: missing };
  expect(await proxySecrets('proxy', new FakeClock()).get()).toEqual([value('b'), value('a')]);
});

test.each(['', ' ', 'short', value('a').slice(0, 15)])('%j is never one of them: it can be guessed', async (weak) => {
  versions = { AWSCURRENT: value('b'), AWSPREVIOUS: weak, AWSPENDING: weak };
  expect(await proxySecrets('proxy', new FakeClock()).get()).toEqual([value('b')]);
  versions = { AWSCURRENT: weak };
  await expectUnavailable(proxySecrets('proxy', new FakeClock()).get(), 'keys_unavailable');
});

describe('a failure is named, and quotes nothing', () => {
  test.each(['AWSCURRENT', 'AWSPREVIOUS', 'AWSPENDING'])('of %s', async (stage) => {
    versions = { AWSCURRENT: value('a'), [stage]: failure('AccessDeniedException') };
    const error = await rejectionOf(proxySecrets('proxy', new FakeClock()).get());
    expect(describeError(error).name).toBe('Unavailable < AccessDeniedException');
    expect(String((error as Error).cause)).not.toContain(value('a'));
  });

  test('of a secret that was deleted', async () => {
    versions = {};
    const error = await rejectionOf(proxySecrets('proxy', new FakeClock()).get());
    expect(describeError(error).name).toBe('Unavailable < ResourceNotFoundException');
  });
});

test('while Secrets Manager fails, the last values serve for a day', async () => {
  const clock = new FakeClock();
  const secrets = proxySecrets('proxy', clock);
  versions = { AWSCURRENT: value('a') };
  await secrets.get();
  versions = { AWSCURRENT: failure('ThrottlingException') };
  clock.advance(86_400_000 - 1);
  expect(await secrets.get()).toEqual([value('a')]);
  clock.advance(1);
  await expectUnavailable(secrets.get(), 'keys_unavailable');
});
