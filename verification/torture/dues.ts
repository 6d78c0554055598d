import { Crash } from '../../test/support/around.ts';
import type { Bounds } from './bounds.ts';
import type { Call } from './call.ts';
import type { Tracks } from './tracks.ts';
import type { Invariant } from './violation.ts';

const never = Number.POSITIVE_INFINITY;

interface Reporter {
  step(): number;
  report(invariant: Invariant, what: string): void;
}

/** Invariant 11: the tokens that are owed an answer, because a request with them failed through a server fault. */
export class Dues {
  readonly #tracks: Tracks;
  readonly #bounds: Bounds;
  readonly #judge: Reporter;

  constructor(tracks: Tracks, bounds: Bounds, judge: Reporter) {
    this.#tracks = tracks;
    this.#bounds = bounds;
    this.#judge = judge;
  }

  /** A server fault left a refresh unanswered. A function that ends or cannot leave its note promises nothing. */
  failed(call: Call, token: string, error: unknown): void {
    // Without the tag keys, a genuine token cannot be recognized, so no note is left: ADR 0033.
    if (call.sentBefore === never) return;
    const track = this.#tracks.token(token);
    const { graceMs } = this.#bounds.strict;
    const excused = graceMs === 0 ? track.sends === 1 : call.nowMs - track.firstSent <= graceMs;
    const promised = call.noteLost === false && !(error instanceof Crash);
    // The note of this failure may still be in transit while a later request is answered.
    if (call.noteDealtWith !== undefined && call.noteDealtWith < track.answeredAt) return;
    const isDue = track.notedAt !== never || (promised && (excused || track.dueSince !== never));
    track.dueSince = isDue ? Math.min(track.dueSince, this.#judge.step()) : never;
  }

  /** The note of the failure is in the table. */
  noted(call: Call): void {
    const track = this.#tracks.token(call.token ?? '');
    const late = call.nowMs - track.firstWon > this.#bounds.loose.graceMs && track.notedAt === never;
    if (late) this.#judge.report(4, `generation ${track.generation} prolonged its excuse after that had ended`);
    track.notedAt = Math.min(track.notedAt, this.#judge.step());
  }

  /** The note was removed because a response is sent: from now on the excuse expires as after a rotation. */
  settled(call: Call): void {
    const track = this.#tracks.token(call.token ?? '');
    track.notedAt = never;
    track.dueSince = never;
    track.answeredAt = this.#judge.step();
    track.firstWon = call.nowMs;
    const session = this.#tracks.sessions.get(track.sessionId);
    if (session !== undefined) session.lastRotated = Math.max(session.lastRotated, call.nowMs);
  }
}
