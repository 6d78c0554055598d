import { GrantRefused } from '../../lambda/core/claims.ts';
import type { Table } from '../../lambda/store/dynamo.ts';
import { AccountPlacer, type Arrival, type Placed } from '../../lambda/store/place-account.ts';
import { accountsPerBatch, PlacingBatch } from '../../lambda/store/placing-batch.ts';
import type { Context } from '../frame/command.ts';
import { Failure } from '../frame/failure.ts';
import { newOperationId } from '../frame/table.ts';
import type { Incoming } from './incoming.ts';
import { Pace } from './pace.ts';
import { createProgress, type Extent } from './progress.ts';
import type { Refusal } from './refusals.ts';
import type { Report } from './report.ts';
import { Summary } from './summary.ts';

/** The dependencies of a transfer, besides the accounts. */
export interface Transfer {
  readonly table: Table;
  readonly dryRun: boolean;
  readonly report: Report;
  /** How far the source has been read, if it is a file. */
  readonly extent?: Extent;
  readonly pace?: Pace;
}

/** How often the progress bar moves, in milliseconds. */
const showEveryMs = 1000;

/** An account with its place in the source. */
interface Piece extends Arrival {
  readonly from: string;
  readonly leftOut: readonly string[];
}

/**
 * Places accounts in batches and reports the result of each. A repeated run finds the existing ones. Memory holds only
 * the batches being written.
 *
 * @throws Failure if some were refused; errors of the source or the store
 */
export async function transfer(
  incoming: AsyncIterable<Incoming>,
  { table, dryRun, report, extent, pace = new Pace() }: Transfer,
  { target, output, io }: Context,
): Promise<void> {
  const placer = new AccountPlacer(table);
  const summary = new Summary();
  const { counts } = summary;
  const progress = createProgress(io.stderr, extent);
  // By time, not by batch: progress also continues while the table throttles, or while every line is refused.
  const ticking = setInterval(() => progress.show(counts), showEveryMs);
  const running = new Set<Promise<void>>();
  let failed: { readonly error: unknown } | undefined;

  const refuse = async (refusal: Refusal) => {
    counts.refused += 1;
    await report.add(refusal);
  };
  const settle = async ({ from, account, leftOut }: Piece, placed: Placed) => {
    if (placed.outcome === 'refused') return refuse({ from, reason: placed.because, kind: placed.kind });
    counts[placed.outcome] += 1;
    if (placed.outcome === 'present') return;
    summary.created(account, leftOut);
    report.leftOut(from, leftOut);
  };
  const place = async (pieces: readonly Piece[]) => {
    const nowMs = () => target.nowMs();
    const batch = dryRun ? new Rehearsal(pieces, placer) : new PlacingBatch(pieces, { table, placer, nowMs });
    try {
      await pace.run((share) => batch.advance(share));
    } finally {
      for (const [at, piece] of pieces.entries()) {
        const placed = batch.placed[at];
        if (placed !== undefined) await settle(piece, placed);
      }
    }
  };
  const start = async (pieces: readonly Piece[]) => {
    await pace.admitted();
    const work: Promise<void> = place(pieces)
      .catch((error: unknown) => {
        failed ??= { error };
      })
      .finally(() => running.delete(work));
    running.add(work);
  };

  const pieces: Piece[] = [];
  let unreadable: { readonly error: unknown } | undefined;
  try {
    for await (const { from, account, generated = false, leftOut = [], refused, kind } of incoming) {
      if (failed !== undefined) break;
      if (account === undefined) await refuse({ from, reason: refused ?? 'it is not an account', kind });
      else pieces.push({ from, account, generated, leftOut, operationId: newOperationId() });
      if (pieces.length >= accountsPerBatch) await start(pieces.splice(0));
    }
  } catch (error) {
    unreadable = { error };
  }
  // Everything before an unreadable place is imported.
  if (pieces.length > 0 && failed === undefined) await start(pieces);
  await Promise.all(running);
  clearInterval(ticking);
  progress.stop();
  const where = report.close();
  if (output.json) output.one(summary.row(dryRun));
  for (const sentence of summary.sentences(dryRun)) output.say(sentence);
  const refusals = counts.refused > 0 ? [`${counts.refused} refused: ${where}`] : [];
  const stopped = failed ?? unreadable;
  if (stopped === undefined && refusals.length > 0) throw new Failure(refusals.join());
  if (stopped === undefined) return;
  for (const line of refusals) io.stderr.write(`${line}\n`);
  throw stopped.error instanceof Failure ? resumable(stopped.error, dryRun) : stopped.error;
}

/** A fault in the middle of a source, with the state of the accounts before it, or after it. */
function resumable({ message, exitCode }: Failure, dryRun: boolean): Failure {
  const after = dryRun
    ? 'the accounts after it were not checked: correct the file and run this again'
    : 'the accounts before it are imported: correct the file and run the same command again; it continues where this one stopped';
  return new Failure(`${message}\n${after}`, exitCode);
}

/** A batch of a dry run. */
class Rehearsal {
  readonly placed: (Placed | undefined)[] = [];
  readonly #pieces: readonly Arrival[];
  readonly #placer: AccountPlacer;

  constructor(pieces: readonly Arrival[], placer: AccountPlacer) {
    this.#pieces = pieces;
    this.#placer = placer;
  }

  async advance(): Promise<void> {
    while (this.placed.length < this.#pieces.length) {
      const next = this.#pieces.slice(this.placed.length, this.placed.length + 4);
      this.placed.push(...(await Promise.all(next.map((piece) => this.#wouldPlace(piece)))));
    }
  }

  async #wouldPlace(piece: Arrival): Promise<Placed> {
    try {
      return await this.#placer.wouldPlace(piece);
    } catch (error) {
      if (error instanceof GrantRefused) return { outcome: 'refused', because: error.message };
      throw error;
    }
  }
}
