import { beforeEach, describe, expect, test, vi } from 'vitest';
import { givenFreshMs } from '../../../lambda/access-tokens/issuer-keys.ts';
import { rotationPolicy } from '../../../lambda/keys/rotation.ts';
import { IssuerError } from '../../../lambda/keys/shown-keys.ts';
import { fetchableMs } from '../../../lambda/keys/withdraw.ts';
import { withdrawSigning } from '../../../lambda/keys/withdraw-signing.ts';
import { FakeClock } from '../../support/clock.ts';
import { type AwsAround, KeyAws } from '../../support/key-aws.ts';
import { day, rotationSettings } from '../../support/rotation-settings.ts';

/** `pawl keys withdraw`: a leaked key is removed from ring and JWKS, and signs no further token. */

const policy = rotationPolicy(rotationSettings);
let clock: FakeClock;
let aws: KeyAws;
beforeEach(async () => {
  clock = new FakeClock(1_800_000_000_000);
  aws = new KeyAws(clock);
  await aws.create();
  clock.advance(30 * day);
});

const withdraw = (kids: readonly string[], deployed = { keys: [] as { kid: string }[], iat: 0 }, around?: AwsAround) =>
  withdrawSigning({ ...aws.deps(around), policy }, kids, deployed);
const minutes = 60_000;

describe('the key in use', () => {
  test('makes way for next, and is in no ring and in no JWKS any more', async () => {
    const { current, next } = aws.signing;
    const report = await withdraw([current.kid]);
    expect(report).toMatchObject({ outcome: 'withdrawn', withdrawn: [current.kid], waiting: [], waitSeconds: 0 });
    expect(aws.signing).toMatchObject({ current: { kid: next.kid }, previous: [] });
    expect(aws.published).toEqual([aws.signing.next.kid, next.kid]);
  });

  test('waits while next is not public for long enough, and is repeated with the same command then', async () => {
    const { current, next } = aws.signing;
    aws.parameter = '{"keys":[]}';
    const first = await withdraw([current.kid]);
    expect(first).toMatchObject({ outcome: 'waiting', withdrawn: [], waiting: [current.kid], waitSeconds: 360 });
    expect(aws.signing.current.kid).toBe(current.kid);
    clock.advance(fetchableMs - 1);
    expect(await withdraw([current.kid])).toMatchObject({ outcome: 'waiting', waitSeconds: 1 });
    clock.advance(1);
    expect(await withdraw([current.kid])).toMatchObject({ outcome: 'withdrawn', withdrawn: [current.kid] });
    expect(aws.signing.current.kid).toBe(next.kid);
  });

  test('stays current if the issuer does not serve next, whose signatures could not be verified', async () => {
    const { current } = aws.signing;
    aws.insistShown = async () => Promise.reject(new IssuerError('https://auth.example.com does not show it'));
    const before = aws.read('signing');
    await expect(withdraw([current.kid])).rejects.toThrow('does not show it');
    expect(aws.read('signing')).toBe(before);
  });
});

describe('other keys', () => {
  test('next is another key at once; no token was ever signed by it', async () => {
    const { next, current } = aws.signing;
    expect(await withdraw([next.kid])).toMatchObject({ outcome: 'withdrawn', withdrawn: [next.kid] });
    expect(aws.signing.current).toEqual(current);
    expect(aws.published).toEqual([aws.signing.next.kid, current.kid]);
    expect(aws.published).not.toContain(next.kid);
  });

  test('a previous one goes, the others stay', async () => {
    const { next, current } = aws.signing;
    const ring = {
      ...aws.signing,
      previous: ['p1', 'p2'].map((kid) => ({ ...current, kid, retiredAt: clock.nowMs() })),
    };
    aws.write('signing', JSON.stringify(ring));
    expect(await withdraw(['p1'])).toMatchObject({ outcome: 'withdrawn', withdrawn: ['p1'] });
    expect(aws.published).toEqual([next.kid, current.kid, 'p2']);
  });

  test('an unknown one changes nothing, and is in no list of the answer', async () => {
    const before = aws.read('signing');
    expect(await withdraw(['k9'])).toMatchObject({ outcome: 'withdrawn', withdrawn: [], waiting: [] });
    expect(aws.read('signing')).toBe(before);
  });
});

test('all keys, as after a leak of the secret: two runs, and the last ring has none of them', async () => {
  const leaked = [aws.signing.next.kid, aws.signing.current.kid];
  expect(await withdraw(leaked)).toMatchObject({ outcome: 'waiting', withdrawn: [leaked[0]], waiting: [leaked[1]] });
  clock.advance(fetchableMs);
  expect(await withdraw(leaked)).toMatchObject({ outcome: 'withdrawn', withdrawn: [leaked[1]] });
  for (const kid of leaked) {
    expect(aws.read('signing')).not.toContain(kid);
    expect(aws.published).not.toContain(kid);
  }
});

describe('until when it is trusted', () => {
  test('16 minutes for verifiers that fetch keys', async () => {
    const { believedUntil } = await withdraw([aws.signing.current.kid]);
    expect(believedUntil).toBe(clock.nowMs() + 16 * minutes);
  });

  test('a day after the deployment by functions that were deployed with it', async () => {
    const { kid } = aws.signing.current;
    const iat = clock.nowMs() / 1000 - 3600;
    expect((await withdraw([kid], { keys: [{ kid }], iat })).believedUntil).toBe(iat * 1000 + givenFreshMs);
  });

  test('an old deployment makes no difference', async () => {
    const { kid } = aws.signing.current;
    const iat = clock.nowMs() / 1000 - 90_000;
    expect((await withdraw([kid], { keys: [{ kid }], iat })).believedUntil).toBe(clock.nowMs() + 16 * minutes);
  });
});

describe('a run that is disturbed', () => {
  test('by another rotation says so, and took nothing', async () => {
    const { kid } = aws.signing.current;
    const race: AwsAround = ({ name }, apply) => {
      if (name === 'PutSecretValue') aws.write('signing', aws.read('signing'));
      return apply();
    };
    expect(await withdraw([kid], undefined, race)).toMatchObject({ outcome: 'lost', withdrawn: [] });
    expect(aws.signing.current.kid).toBe(kid);
  });

  test('and dies before it published: the next run publishes', async () => {
    const { kid } = aws.signing.current;
    const dies: AwsAround = ({ name }, apply) =>
      name === 'PutParameter' ? Promise.reject(new Error('died')) : apply();
    await expect(withdraw([kid], undefined, dies)).rejects.toThrow('died');
    expect(aws.published).toContain(kid);
    await withdraw([kid]);
    expect(aws.published).not.toContain(kid);
  });
});

test('no private part is in a report', async () => {
  const write = vi.spyOn(process.stdout, 'write');
  const report = await withdraw([aws.signing.current.kid]);
  expect(JSON.stringify(report)).not.toMatch(/privateJwk|"d"/);
  expect(write).not.toHaveBeenCalled();
});
