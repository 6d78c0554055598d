import { beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import { rotateKeys } from '../../../lambda/keys/rotate-all.ts';
import { knownEverywhereMs, rotationPolicy } from '../../../lambda/keys/rotation.ts';
import { FakeClock } from '../../support/clock.ts';
import { type AwsAround, KeyAws } from '../../support/key-aws.ts';
import { day, rotationSettings } from '../../support/rotation-settings.ts';

const policy = rotationPolicy(rotationSettings);

let clock: FakeClock;
let aws: KeyAws;
let written: MockInstance<typeof process.stdout.write>;
beforeEach(async () => {
  written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  clock = new FakeClock();
  aws = new KeyAws(clock);
  await aws.create();
});

/** One run as the function does it. */
async function run({ force = false, around }: { force?: boolean; around?: AwsAround } = {}) {
  return rotateKeys({ ...aws.deps(around), policy }, 30, force);
}

const outcomes = async (options?: Parameters<typeof run>[0]) => (await run(options)).map(({ outcome }) => outcome);
const kids = () => [aws.signing.next, aws.signing.current, ...aws.signing.previous].map(({ kid }) => kid);

describe('a run', () => {
  test('before its time reads and writes nothing', async () => {
    clock.advance(20 * day);
    expect(await outcomes()).toEqual(['not_due', 'not_due']);
    expect(aws.calls.map(({ name }) => name)).toEqual(['GetSecretValue', 'GetParameter', 'GetSecretValue']);
  });

  test('when due, rotates both rings and publishes the new next key', async () => {
    const before = { signing: aws.signing, ratchet: aws.ratchet };
    clock.advance(30 * day);
    const reports = await run();
    expect(reports).toMatchObject([
      { ring: 'signing', outcome: 'rotated', current: before.signing.next.kid, ageDays: 0, previous: 1 },
      { ring: 'ratchet', outcome: 'rotated', current: before.ratchet.next.keyId, ageDays: 0, previous: 1 },
    ]);
    expect(aws.signing).toMatchObject({
      current: before.signing.next,
      previous: [{ kid: before.signing.current.kid }],
    });
    expect(aws.ratchet).toMatchObject({ current: before.ratchet.next, previous: [before.ratchet.current] });
    expect(aws.published).toEqual(kids());
  });

  test('twice is once', async () => {
    clock.advance(30 * day);
    await run();
    const after = [aws.read('signing'), aws.read('ratchet')];
    expect(await outcomes()).toEqual(['not_due', 'not_due']);
    expect([aws.read('signing'), aws.read('ratchet')]).toEqual(after);
  });

  test('by force does not wait for the period, but for the caches', async () => {
    clock.advance(knownEverywhereMs - 1);
    expect(await outcomes({ force: true })).toEqual(['too_early', 'too_early']);
    clock.advance(1);
    expect(await outcomes({ force: true })).toEqual(['rotated', 'rotated']);
    expect(await outcomes({ force: true })).toEqual(['too_early', 'too_early']);
  });

  test('finds the public keys gone: it publishes them, and uses no key that was not public', async () => {
    const { signing } = aws;
    clock.advance(30 * day);
    aws.parameter = '{"keys":[]}';
    expect(await outcomes({ force: true })).toEqual(['too_early', 'rotated']);
    expect(aws.signing).toEqual(signing);
    expect(aws.published).toEqual(kids());
    clock.advance(knownEverywhereMs);
    expect(await outcomes()).toEqual(['rotated', 'not_due']);
  });

  test('days later withdraws the old key, without a rotation', async () => {
    clock.advance(30 * day);
    await run();
    const old = aws.signing.previous[0]?.kid;
    clock.advance(policy.signingKeptMs);
    expect(await run()).toMatchObject([{ dropped: 0 }, { dropped: 0 }]);
    expect(aws.published).toContain(old);
    clock.advance(1);
    expect(await run()).toMatchObject([
      { outcome: 'not_due', dropped: 1, previous: 0 },
      { dropped: 0, previous: 1 },
    ]);
    expect(aws.published).not.toContain(old);
    expect(aws.ratchet.previous).toMatchObject([{ chainKey: expect.stringMatching(/.{43}/) }]);
    clock.advance(policy.chainKeptMs);
    await run();
    expect(aws.ratchet.previous).toMatchObject([{ chainKey: '' }]);
  });

  test('after the withdrawal the age still counts from the rotation', async () => {
    clock.advance(30 * day);
    await run();
    clock.advance(day);
    await run();
    clock.advance(28 * day);
    expect(await run()).toMatchObject([
      { outcome: 'not_due', ageDays: 29 },
      { outcome: 'not_due', ageDays: 29 },
    ]);
  });
});

describe('a secret that holds no ring', () => {
  test.each([
    ['nothing', ''],
    ['no JSON', 'hunter2'],
    ['the marker of a new secret', '{"version":0,"filler":"hunter2"}'],
    ['a ring without its keys', '{"version":1,"next":{},"current":{},"previous":[]}'],
  ])('%s: it stays, the other ring rotates, the run fails without quoting it', async (_, value) => {
    aws.write('signing', value);
    clock.advance(30 * day);
    const error: unknown = await run({ force: true }).catch((caught: unknown) => caught);
    expect((error as Error).message).toMatch(/^keys were not rotated: signing: RingError: the secret signing holds/);
    expect((error as Error).message).not.toContain('hunter2');
    expect(aws.read('signing')).toBe(value);
    expect(aws.ratchet.previous).toHaveLength(1);
  });

  test('a former version that is put back is rotated from there on', async () => {
    const former = aws.read('ratchet');
    clock.advance(30 * day);
    await run();
    aws.write('ratchet', former);
    expect(await outcomes()).toEqual(['not_due', 'rotated']);
  });
});

describe('the log', () => {
  const lines = (calls: readonly unknown[][]) => calls.map(([line]) => JSON.parse(String(line)) as object);

  test('has one line a ring with the age of its key, an error when that is overdue', async () => {
    clock.advance(10 * day);
    await run();
    const broken: AwsAround = ({ name, on }, apply) =>
      name === 'PutSecretValue' && on === 'ratchet' ? Promise.reject(new Error('hunter2')) : apply();
    clock.advance(24 * day);
    aws.parameter = '{}';
    await run({ around: broken }).catch(() => {});
    const found = lines(written.mock.calls);
    expect(found).toMatchObject([
      { level: 'info', route: 'rotate-keys', ring: 'signing', outcome: 'not_due', keyAgeDays: 10 },
      { level: 'info', route: 'rotate-keys', ring: 'ratchet', outcome: 'not_due', keyAgeDays: 10 },
      { level: 'error', ring: 'signing', outcome: 'too_early', keyAgeDays: 34 },
      { level: 'error', ring: 'ratchet', outcome: 'failed', reason: 'keys_unavailable', error: { name: 'Error' } },
    ]);
    const secrets = JSON.stringify(found).match(/hunter2|privateJwk|tagKey|chainKey/g);
    expect(secrets).toBeNull();
  });
});
