import { describe, expect, test } from 'vitest';
import { rotateSigning } from '../../../lambda/keys/rotate.ts';
import { knownEverywhereMs } from '../../../lambda/keys/rotation.ts';
import { due, expectRotatedOnce, expectSafe, policy, run, stepsOf } from '../../support/due-keys.ts';
import type { AwsAround, KeyAws } from '../../support/key-aws.ts';
import { SeededRandom } from '../../support/random.ts';

const steps = await stepsOf();

describe('two runs at once', () => {
  /** Lets the two go on in the given order, one call at a time; when that ends, one after the other. */
  async function interleave(aws: KeyAws, order: readonly number[]) {
    const waiting: (((value: undefined) => void) | undefined)[] = [];
    const ended: boolean[] = [false, false];
    const runs = [0, 1].map(async (who) => {
      const outcome = await run(aws, async (_call, apply) => {
        await new Promise<undefined>((resolve) => {
          waiting[who] = resolve;
        });
        return apply();
      }).finally(() => {
        ended[who] = true;
      });
      return outcome;
    });
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    const queue = [...order];
    while (!ended.every(Boolean)) {
      // Keys are made on another thread: wait until a run has reached a call.
      while (!ended.every((end, who) => end || waiting[who] !== undefined)) await settle();
      const wanted = queue.shift() ?? 0;
      const who = waiting[wanted] === undefined ? 1 - wanted : wanted;
      const go = waiting[who];
      waiting[who] = undefined;
      go?.(undefined);
      await settle();
    }
    return Promise.all(runs);
  }

  /** Of each ring one run rotated it, and the other saw that. */
  function expectOneRotation(outcomes: readonly (readonly string[])[]) {
    for (const ring of [0, 1]) {
      const both = outcomes.map((one) => one[ring] ?? '');
      expect(both.filter((outcome) => outcome === 'rotated')).toHaveLength(1);
      expect(both.filter((outcome) => ['lost', 'not_due', 'too_early'].includes(outcome))).toHaveLength(1);
    }
  }

  const first = (count: number, who: number) => Array.from({ length: count }, () => who);
  const cuts = steps.map((_, index) => index);

  test.each(cuts)(
    'the first stops after %i steps, the second stops anywhere, the first ends, the second ends',
    async (a) => {
      for (const b of cuts) {
        const found = await due();
        const outcomes = await interleave(found.aws, [...first(a, 0), ...first(b, 1), ...first(40, 0)]);
        expectSafe(found);
        expectRotatedOnce(found);
        expectOneRotation(outcomes);
      }
    },
  );

  test('in 200 random orders', async () => {
    const random = new SeededRandom('two rotations');
    for (let round = 0; round < 200; round += 1) {
      const found = await due();
      const order = [...random.bytes(40)].map((byte) => byte % 2);
      const outcomes = await interleave(found.aws, order);
      expectRotatedOnce(found);
      expectOneRotation(outcomes);
    }
  });

  test('by force too: the second is too early for another', async () => {
    const { aws, clock } = await due();
    clock.advance(knownEverywhereMs);
    const deps = { ...aws.deps(), policy };
    await Promise.all([rotateSigning(deps, true), rotateSigning(deps, true)]);
    expect(aws.signing.previous).toHaveLength(1);
  });
});

describe('the one atomic step', () => {
  test('whose answer was lost and which the SDK repeats counts as done', async () => {
    const found = await due();
    const around: AwsAround = async ({ name }, apply) => {
      const answer = await apply();
      if (name !== 'UpdateSecretVersionStage') return answer;
      // The label is where it should be, so AWS refuses to move it from where it was.
      throw Object.assign(new Error('not attached'), { name: 'InvalidParameterException' });
    };
    expect(await run(found.aws, around)).toEqual(['rotated', 'rotated']);
    expectRotatedOnce(found);
  });

  test('that failed for another reason is a failure, not a lost race', async () => {
    const { aws } = await due();
    const around: AwsAround = async ({ name }, apply) => {
      if (name !== 'UpdateSecretVersionStage') return apply();
      throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    };
    await expect(run(aws, around)).rejects.toThrow('no');
    expect(aws.signing.previous).toEqual([]);
  });
});
