import { describe, expect, test } from 'vitest';
import { explore } from '../../verification/search/explore.ts';
import { sizes } from '../../verification/search/size.ts';

const size = sizes.strict;

describe('search', () => {
  test('a small model holds in every state, and is the same model each time', async () => {
    if (size === undefined) throw new Error('there is no such size');
    const tiny = { ...size, strict: false, thief: 0, faults: 1 };
    const first = await explore(tiny, () => {});
    expect(first.violation).toBeUndefined();
    expect(first.states).toBeGreaterThan(300);
    expect(first.interleavings).toBeGreaterThan(first.states);
    const { states, transitions, interleavings, depth } = await explore(tiny, () => {});
    expect({ states, transitions, interleavings, depth }).toMatchObject({
      states: first.states,
      transitions: first.transitions,
      interleavings: first.interleavings,
      depth: first.depth,
    });
  });
});
