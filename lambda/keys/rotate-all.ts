import type { RingReport } from '../contract/key-rotation.ts';
import { describeError, log } from '../log.ts';
import { type RotateDeps, rotateRatchet, rotateSigning } from './rotate.ts';
import { safeMessage } from './safe-message.ts';
import { IssuerError } from './shown-keys.ts';

/** A key is overdue when the daily run failed to rotate it so many times, days. */
const overdueDays = 3;

type Ring = RingReport['ring'];

/** One run over both rings: by force, or where it is time. */
export function rotateKeys(deps: RotateDeps, rotationDays: number, force: boolean): Promise<readonly RingReport[]> {
  const runs = { signing: () => rotateSigning(deps, force), ratchet: () => rotateRatchet(deps, force) };
  return rotateAll(runs, rotationDays);
}

/**
 * Runs every rotation, whatever becomes of the others, and writes one line for each.
 *
 * @param rotationDays how old a key in use should become at most, days
 * @throws Error naming the rings that failed and why, so that Lambda tries again and the person who asked hears it
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
