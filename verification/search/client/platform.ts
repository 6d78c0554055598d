import type { Session } from '../../../lambda/core/session.ts';
import { ClientJudge } from '../../torture/client-judge.ts';
import { Rng } from '../../torture/rng.ts';

/** Replaces random draws: every random time is in the middle of its range. */
export class Middle extends Rng {
  override next(): number {
    return 2 ** 31;
  }
}

/** The client judge without its checks on state changes. The search checks states when nothing is in flight. */
export class SendingJudge extends ClientJudge {
  override changed(): void {}
}

/** Waits until every microtask has run. */
export function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The active sessions in a dump of the memory stores. */
export function activeSessions(dump: unknown): ReadonlySet<string> {
  const [rows] = dump as [readonly { readonly session: Session }[]];
  return new Set(rows.filter(({ session }) => session.status === 'active').map(({ session }) => session.sessionId));
}

/** In the search, only the network schedules events. */
export function nothingByItself(): never {
  throw new Error('nothing happens by itself');
}
