import { expect, test } from 'vitest';
import { exploreClient } from '../../verification/search/client/explore.ts';
import { clientGuardSizes, clientSizes, quickClientSizes } from '../../verification/search/client/size.ts';
import { guardSets } from '../../verification/torture/guards.ts';

const tiny = { device: 'browser', kinds: ['call', 'logout'], acts: 1, faults: 0, ticks: 0, sleeps: 0 } as const;

test('a small size holds, and every run makes the same search', async () => {
  const first = await exploreClient(tiny, () => {});
  expect([first.violation, first.choices]).toEqual([undefined, []]);
  expect(first.executions).toBeGreaterThan(5);
  const { executions, repeated, moves } = await exploreClient(tiny, () => {});
  expect({ executions, repeated, moves }).toEqual({
    executions: first.executions,
    repeated: first.repeated,
    moves: first.moves,
  });
});

test('every guard of the library is in the table of this search', () => {
  const named = Object.keys(guardSets).filter((name) => name.startsWith('client-'));
  expect(Object.keys(clientGuardSizes).sort()).toEqual(named.sort());
  const sizes = Object.keys(clientSizes);
  expect([...quickClientSizes, ...Object.values(clientGuardSizes)].filter((name) => !sizes.includes(name))).toEqual([]);
});
