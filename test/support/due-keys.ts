import { expect } from 'vitest';
import { rotateRatchet, rotateSigning } from '../../lambda/keys/rotate.ts';
import { rotationPolicy } from '../../lambda/keys/rotation.ts';
import { FakeClock } from './clock.ts';
import { type AwsAround, type AwsCall, KeyAws } from './key-aws.ts';
import { day, rotationSettings } from './rotation-settings.ts';

export const policy = rotationPolicy(rotationSettings);

/** A service whose keys are due for rotation, and its rings before that. */
export async function due() {
  const clock = new FakeClock();
  const aws = new KeyAws(clock);
  await aws.create();
  const before = { signing: aws.signing, ratchet: aws.ratchet };
  clock.advance(30 * day);
  return { clock, aws, before };
}

export type Due = Awaited<ReturnType<typeof due>>;

export async function run(aws: KeyAws, around?: AwsAround) {
  const deps = { ...aws.deps(around), policy };
  return [await rotateSigning(deps, false), await rotateRatchet(deps, false)].map(({ outcome }) => outcome);
}

/** Checks that no key is lost, every key that may sign is published, and a new current key was current or next. */
export function expectSafe({ aws, before }: Due) {
  const { signing, ratchet } = aws;
  expect([before.signing.current.kid, before.signing.next.kid]).toContain(signing.current.kid);
  for (const kid of [before.signing.current.kid, before.signing.next.kid, signing.current.kid]) {
    expect(aws.published).toContain(kid);
  }
  const kept = [ratchet.next, ratchet.current, ...ratchet.previous].map(({ keyId }) => keyId);
  expect(kept).toEqual(expect.arrayContaining([before.ratchet.current.keyId, before.ratchet.next.keyId]));
}

/** Both rings have rotated once, and the keys are published. */
export function expectRotatedOnce({ aws, before }: Due) {
  const { signing, ratchet } = aws;
  expect([signing.current.kid, ratchet.current.keyId]).toEqual([before.signing.next.kid, before.ratchet.next.keyId]);
  expect(signing.previous.map(({ kid }) => kid)).toEqual([before.signing.current.kid]);
  expect(ratchet.previous.map(({ keyId }) => keyId)).toEqual([before.ratchet.current.keyId]);
  expect(aws.published).toEqual([signing.next, signing.current, ...signing.previous].map(({ kid }) => kid));
}

/** The calls of a run without faults. */
export async function stepsOf(): Promise<readonly AwsCall[]> {
  const { aws } = await due();
  await run(aws);
  return [...aws.calls];
}
