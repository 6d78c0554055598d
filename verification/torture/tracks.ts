import { parseToken } from '../../lambda/core/refresh-token.ts';
import { nodeCodec } from '../../lambda/crypto/node-crypto.ts';

/** The judge's knowledge of one session, from observations at the ports and on the wire, never from the core. */
export interface SessionTrack {
  readonly subject: string;
  readonly sessionId: string;
  readonly createdAt: number;
  /** The steps at which the login's read of the account began and ended. */
  readonly readBegan: number;
  readonly readEnded: number;
  /** Latest clock of a refresh that was sent: no rotation can be newer. */
  lastSent: number;
  /** Latest clock of a known rotation: the last rotation cannot be older. */
  lastRotated: number;
  /** Logout, eviction or replacement: from step `mayEnd`, the session may have ended; from `ended`, it has. */
  mayEnd: number;
  ended: number;
  /** The step at which late use of an old copy ended it. */
  reused: number;
  /** Whether a client was told that it has ended, correctly by the knowledge of that version. */
  refused: boolean;
  /** Whether a thief has presented a copy. */
  thief: boolean;
}

/** The judge's knowledge of one refresh token. */
export interface TokenTrack {
  readonly sessionId: string;
  readonly subject: string;
  readonly generation: number;
  /** Earliest clock of a refresh that sent it. */
  firstSent: number;
  /** Number of refreshes that sent it. */
  sends: number;
  /** Earliest clock of a refresh that received its successor. */
  firstWon: number;
  successor: string | undefined;
  /** The step at which its successor was first released. */
  wonAt: number;
  /**
   * The step since which the next request with it is owed a response: a request failed while it was excused, and none
   * has been answered since. Infinity: none is owed.
   */
  dueSince: number;
  /** The step since which the table holds a note of the failure. Infinity: it holds none. */
  notedAt: number;
  /** The step at which an answer with its successor last left the service. -Infinity: none has. */
  answeredAt: number;
}

/** One write that ended sessions of a subject. */
export interface SubjectRevocation {
  readonly began: number;
  /** Infinity: it is unknown whether the write happened. */
  readonly ended: number;
  readonly kept: string | undefined;
}

/** All tokens and sessions of one world. */
export class Tracks {
  readonly sessions = new Map<string, SessionTrack>();
  readonly tokens = new Map<string, TokenTrack>();
  readonly #places = new Map<string, string>();

  token(text: string): TokenTrack {
    const known = this.tokens.get(text);
    if (known !== undefined) return known;
    const token = parseToken(text, nodeCodec)?.token;
    if (token === undefined) throw new Error('not a genuine token');
    const { sessionId, subject, generation } = token;
    const track: TokenTrack = {
      sessionId,
      subject,
      generation,
      firstSent: Number.POSITIVE_INFINITY,
      sends: 0,
      firstWon: Number.POSITIVE_INFINITY,
      successor: undefined,
      wonAt: Number.POSITIVE_INFINITY,
      dueSince: Number.POSITIVE_INFINITY,
      notedAt: Number.POSITIVE_INFINITY,
      answeredAt: Number.NEGATIVE_INFINITY,
    };
    this.tokens.set(text, track);
    return track;
  }

  /** Records a released token; returns whether another one was released in its place. */
  isFork(text: string): boolean {
    const { sessionId, generation } = this.token(text);
    const place = `${sessionId} ${generation}`;
    const known = this.#places.get(place);
    this.#places.set(place, known ?? text);
    return known !== undefined && known !== text;
  }
}
