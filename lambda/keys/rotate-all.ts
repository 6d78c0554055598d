import type { RingReport } from '../contract/key-rotation.ts';
import { describeError, log } from '../log.ts';
import { type RotateDeps, rotateRatchet, rotateSigning } from './rotate.ts';
import { safeMessage } from './safe-message.ts';
import { IssuerError } from './shown-keys.ts';

/** A key is overdue after this many failed daily runs. */
const overdueDays = 3;

type Ring = RingReport['ring'];

/** One run over both rings: forced, or when due. */
export function rotateKeys(deps: RotateDeps, rotationDays: number, force: boolean): Promise<readonly RingReport[]> {
  const runs = { signing: () => rotateSigning(deps, force), ratchet: () => rotateRatchet(deps, force) };
  return rotateAll(runs, rotationDays);
}

/**
 * Runs every rotation, independently of the others' results, and writes one line for each.
 *
 * @param rotationDays maximum age of a key in use, in days
 * @throws Error naming the rings that failed and why, so that Lambda retries and the operator sees it
 */
export async function rotateAll(
  rotations: Readonly<Record<Ring, () => Promise<RingReport>>>,
  rotationDays: number,
): Promise<readonly RingReport[]> {
  const reports: RingReport[] = [];
  const failures: string[] = [];
  for (const [ring, rotate] of Object.entries(rotations) as [Ring, () => Promise<RingReport>][]) {
    try {
      const report = await rotate();
      reports.push(report);
      const overdue = report.ageDays > rotationDays + overdueDays;
      const { outcome, ageDays: keyAgeDays } = report;
      log({ level: overdue ? 'error' : 'info', route: 'rotate-keys', ring, outcome, keyAgeDays });
    } catch (error) {
      failures.push(`${ring}: ${safeMessage(error)}`);
      const reason = error instanceof IssuerError ? 'keys_unseen' : 'keys_unavailable';
      log({ level: 'error', route: 'rotate-keys', ring, outcome: 'failed', reason, error: describeError(error) });
    }
  }
  if (failures.length > 0) throw new Error(`keys were not rotated: ${failures.join('; ')}`);
  return reports;
}
