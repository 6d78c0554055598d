import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openMemory } from '../../verification/torture/memory.ts';
import { loadOldCode } from '../../verification/torture/old-code.ts';
import { planOf } from '../../verification/torture/plan.ts';
import { seedOf } from '../../verification/torture/rng.ts';
import { playPlan } from '../../verification/torture/run.ts';
import type { OpenStores } from '../../verification/torture/world.ts';

const main = join(import.meta.dirname, '../../verification/torture/main.ts');

/** Runs the command in a process of its own: a guard is removed as its module is loaded. */
function torture(...args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], (error, output) => {
      resolve({ code: error === null ? 0 : Number(error.code), output });
    });
  });
}

describe('torture', () => {
  test('the invariants hold over a few worlds', async () => {
    for (let world = 0; world < 20; world += 1) {
      const seed = seedOf(4, world);
      const { violation, stats } = await playPlan(planOf(seed), seed, openMemory);
      expect(violation?.message).toBeUndefined();
      expect(stats.total('zero')).toBe(0);
      expect(stats.of('row', 'rotated')).toBeGreaterThan(0);
    }
  });

  test('they hold while the previous version serves beside this one, with settings and keys of its own', async () => {
    const old = await loadOldCode();
    const open: OpenStores = async (accounts) => ({ ...(await openMemory(accounts)), old });
    for (let world = 0; world < 20; world += 1) {
      const seed = seedOf(4, world);
      const { violation, stats } = await playPlan(planOf(seed), seed, open);
      expect(violation?.message).toBeUndefined();
      expect(stats.total('zero')).toBe(0);
      expect(stats.of('row', 'rotated')).toBeGreaterThan(0);
    }
  });

  test('old code that is not in the history is a clear failure', async () => {
    await expect(loadOldCode('0'.repeat(40))).rejects.toThrow(
      /^the old code, commit 0{40}, cannot be read: the history/,
    );
  });

  test('one seed gives one history, line by line', async () => {
    const play = async () => {
      const history: string[] = [];
      await playPlan(planOf(17), 17, openMemory, { history });
      return history;
    };
    const first = await play();
    expect(first.length).toBeGreaterThan(100);
    expect(await play()).toEqual(first);
  });

  // Each with the number of the invariant that notices.
  test.each([
    ['grace-bound', 4],
    ['reuse-revocation', 4],
    ['epoch', 5],
    ['current-hash', 1],
    ['floor', 2],
    ['note', 11],
    ['owed', 11],
    ['settle', 4],
    ['row-c', 3],
    ['client-only-invalid-grant', 3],
    ['client-stored-first', 14],
    ['client-waits', 14],
  ])('without the guard %s invariant %i is broken, and the shortest history is told', async (guard, invariant) => {
    const { code, output } = await torture('--seed', '1', '--ops', '20000', '--remove', guard);
    expect(output).toContain(`VIOLATION of invariant ${invariant} `);
    expect(output).toMatch(/seed 1, world \d+\n {2}the shortest plan: \d+ of 160 lines/);
    expect(code).toBe(1);
  });

  test('two tabs and a phone stay signed in for an hour with a lost response in every tenth refresh', async () => {
    const { code, output } = await torture('--seed', '4', '--soak');
    expect(output).toContain('honest logouts: 0');
    expect(output).toMatch(/lost: [1-9]/);
    expect(code).toBe(0);
  });

  test('with all guards in place the command ends well', async () => {
    const { code, output } = await torture('--seed', '2', '--ops', '3000');
    expect(output).toContain('honest logouts: 0');
    expect(code).toBe(0);
  });
});
