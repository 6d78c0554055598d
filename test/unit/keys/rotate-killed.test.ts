import { describe, expect, test } from 'vitest';
import { type Due, due, expectRotatedOnce, expectSafe, run, stepsOf } from '../../support/due-keys.ts';
import type { AwsAround } from '../../support/key-aws.ts';
import { day } from '../../support/rotation-settings.ts';

const steps = await stepsOf();

test('a run has these steps', () => {
  expect(steps.map(({ name, on }) => `${name} ${on}`)).toEqual([
    'GetSecretValue signing',
    'GetParameter jwks',
    'PutSecretValue signing',
    'UpdateSecretVersionStage signing',
    'GetSecretValue signing',
    'GetParameter jwks',
    'PutParameter jwks',
    'GetSecretValue signing',
    'GetSecretValue ratchet',
    'PutSecretValue ratchet',
    'UpdateSecretVersionStage ratchet',
    'GetSecretValue ratchet',
  ]);
});

describe('a run that dies', () => {
  const table: string[][] = [];

  /** Dies at step `index`, before the call reaches AWS or before its answer comes back. */
  async function die(index: number, when: 'before' | 'after') {
    const found = await due();
    let count = -1;
    const around: AwsAround = async (_call, apply) => {
      count += 1;
      if (count > index) throw new Error('dead');
      if (count < index) return apply();
      if (when === 'after') await apply();
      throw new Error('dead');
    };
    // The second ring of a dead run does not run either.
    await run(found.aws, around).catch(() => {});
    return found;
  }

  const cases = steps.flatMap(({ name, on }, index) =>
    (['before', 'after'] as const).map((when) => [when, `${index + 1} ${name} ${on}`, index] as const),
  );

  test.each(cases)('%s step %s: nothing is lost, the next run completes it', async (when, step, index) => {
    const found = await die(index, when);
    expectSafe(found);
    const left = state(found);
    const second = await run(found.aws);
    expectRotatedOnce(found);
    expect(await run(found.aws)).toEqual(['not_due', 'not_due']);
    expectRotatedOnce(found);
    found.clock.advance(30 * day);
    expect(await run(found.aws)).toEqual(['rotated', 'rotated']);
    table.push([`${when} ${step}`, left, second.join(', '), state(found, 'once')]);
  });

  function state({ aws, before }: Due, once?: 'once'): string {
    if (once !== undefined) return 'rotated once, published';
    const rings = [
      aws.signing.current.kid === before.signing.current.kid ? 'signing old' : 'signing new',
      aws.ratchet.current.keyId === before.ratchet.current.keyId ? 'ratchet old' : 'ratchet new',
    ];
    return [...rings, aws.published.includes(aws.signing.next.kid) ? 'next public' : 'next not yet public'].join(', ');
  }

  test('the table', () => {
    const head = ['killed', 'left behind', 'next run: signing, ratchet', 'then'];
    const widths = head.map((_, column) => Math.max(...[head, ...table].map((row) => row[column]?.length ?? 0)));
    const lines = [head, ...table].map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
    if (process.env.PRINT_TABLES !== undefined) process.stdout.write(`${lines.join('\n')}\n`);
    expect(table).toHaveLength(steps.length * 2);
  });
});
