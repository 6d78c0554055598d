import { setTimeout as delay } from 'node:timers/promises';
import type { Account } from '../../lambda/core/account.ts';
import { GrantRefused } from '../../lambda/core/claims.ts';
import { Unavailable } from '../../lambda/core/errors.ts';
import type { AccountPlacer, Placed } from '../../lambda/store/place-account.ts';
import type { Context } from '../frame/command.ts';
import { Failure } from '../frame/failure.ts';

/** One account on its way, or why it cannot go. */
export interface Incoming {
  /** Where it comes from: "line 17". */
  readonly from: string;
  readonly account?: Account;
  readonly refused?: string;
}

/** Accounts that are written at the same time: memory holds no more of them. */
const inFlight = 32;

/** How often progress is told, milliseconds. */
const tellEveryMs = 5000;

/** A table that throttles doubles its capacity within minutes. */
const pausesMs = [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000];

/**
 * Places accounts in batches and reports the result of each. A repeated run finds the existing ones.
 *
 * @throws Failure when some were refused; whatever the store throws when it does not recover
 */
export async function transfer(
  incoming: AsyncIterable<Incoming>,
  { placer, dryRun }: { readonly placer: AccountPlacer; readonly dryRun: boolean },
  { target, output, io }: Context,
): Promise<void> {
  const counts = { created: 0, present: 0, refused: 0 };
  const running = new Set<Promise<void>>();
  let failed: unknown;
  let toldAt = performance.now();
  const place = (account: Account) => (dryRun ? placer.wouldPlace(account) : placer.place(account, target.nowMs()));
  const one = async ({ from, account, refused }: Incoming) => {
    const placed: Placed =
      account === undefined
        ? { outcome: 'refused', because: refused ?? 'it is no account' }
        : await patiently(() => place(account));
    counts[placed.outcome] += 1;
    if (placed.outcome === 'refused') io.stderr.write(`${from}: ${placed.because}\n`);
  };
  for await (const each of incoming) {
    const work: Promise<void> = one(each)
      .catch((error: unknown) => {
        failed ??= error;
      })
      .finally(() => running.delete(work));
    running.add(work);
    if (running.size >= inFlight) await Promise.race(running);
    if (failed !== undefined) break;
    if (performance.now() - toldAt >= tellEveryMs) {
      toldAt = performance.now();
      io.stderr.write(`${counts.created} created, ${counts.present} present, ${counts.refused} refused so far\n`);
    }
  }
  await Promise.all(running);
  if (output.json) output.one({ ...counts, dryRun });
  const would = dryRun ? 'to create' : 'created';
  output.say(`${counts.created} ${would}, ${counts.present} present already, ${counts.refused} refused`);
  if (failed !== undefined) throw failed;
  if (counts.refused > 0) throw new Failure(`${counts.refused} refused: see above`);
}

/** Waits where the table has to, and gives up when it does not recover. */
async function patiently(work: () => Promise<Placed>): Promise<Placed> {
  for (const pauseMs of pausesMs) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof GrantRefused) return { outcome: 'refused', because: error.message };
      if (!(error instanceof Unavailable)) throw error;
      await delay(pauseMs);
    }
  }
  return work();
}
