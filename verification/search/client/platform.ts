import type { Session } from '../../../lambda/core/session.ts';
import { ClientJudge } from '../../torture/client-judge.ts';
import { Rng } from '../../torture/rng.ts';

/** Nothing is drawn: random times are in the middle of their range. */
export class Middle extends Rng {
  override next(): number {
    return 2 ** 31;
  }
}

/** What the client judge reports by itself; states are checked when nothing is under way. */
export class SendingJudge extends ClientJudge {
  override changed(): void {}
}

/** Until every microtask has run. */
export function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Sessions that have not been ended, of what the memory stores hold. */
export function activeSessions(dump: unknown): ReadonlySet<string> {
  const [rows] = dump as [readonly { readonly session: Session }[]];
  return new Set(rows.filter(({ session }) => session.status === 'active').map(({ session }) => session.sessionId));
}

/** The devices of the search leave all time to the network. */
export function nothingByItself(): never {
  throw new Error('nothing happens by itself');
}
