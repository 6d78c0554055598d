import type { Refreshed } from '../../lambda/core/refresh.ts';
import type { Call } from '../torture/call.ts';

/** The fault of one call. A function that dies makes no further call and leaves no note. */
export type Mishap = 'none' | 'fails' | 'answer lost' | 'twice' | 'dies';

/** One possible next step. */
export interface Choice {
  readonly label: string;
  readonly take: () => void;
}

/** A party that sends refresh tokens, one at a time: a client of the session, or the thief with a copy. */
export interface Party {
  readonly name: string;
  readonly isThief: boolean;
  /** Number of responses it still wants. */
  left: number;
  /** Number of requests it has sent. */
  sent: number;
  /** Its own copy of the token, if any. The other parties share the cookie jar. */
  copy: string | undefined;
  request: Request | undefined;
}

/** One refresh in flight. */
export interface Request {
  readonly call: Call;
  readonly token: string;
  /** The results it has received so far. Together with the token and the clock, they determine the core's state. */
  heard: string;
  answer: Refreshed | 'refused' | undefined;
  /** Whether one of its calls met a fault. */
  harmed: boolean;
}

/** One call that waits to reach the table. */
export interface Step {
  readonly who: string;
  readonly name: string;
  go(mishap: Mishap): void;
}

/** A party that has done nothing yet. */
export function party(name: string, left: number, copy?: string): Party {
  return { name, isThief: name === 'thief', left, sent: 0, copy, request: undefined };
}
