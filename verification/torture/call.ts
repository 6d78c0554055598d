import type { Fault } from './faults.ts';

/** One request, as the judge sees it. */
export interface Call {
  readonly kind: string;
  /** The refresh token that it presents. */
  readonly token: string | undefined;
  /** The step at which it began. */
  readonly began: number;
  /** The value of `sessionsNotBefore` when it began. */
  readonly noticed: number;
  /** The clock at the core's last read. */
  nowMs: number;
  /** Latest clock of the refreshes of its session that were sent earlier. */
  sentBefore: number;
  /** Steps around its read of the account. */
  readBegan: number;
  readEnded: number;
  /** The step at which it last asked the table to rotate. */
  rotateBegan: number;
  tableCalls: number;
  /** Whether it failed to leave the note that it was not answered. Absent for versions without notes. */
  noteLost?: boolean;
  /** The step at which the table had processed that note. A later answer also answers this request. */
  noteDealtWith?: number;
  readonly faults: Fault[];
}
