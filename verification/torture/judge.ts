import type { DomainEvent } from '../../lambda/core/events.ts';
import type { Refreshed } from '../../lambda/core/refresh.ts';
import type { Bounds } from './bounds.ts';
import type { Call } from './call.ts';
import { Dues } from './dues.ts';
import { Endings } from './endings.ts';
import type { Stats } from './stats.ts';
import { type SessionTrack, type TokenTrack, Tracks } from './tracks.ts';
import { holdsSecret, type Invariant, Violation } from './violation.ts';

const thiefRows: Readonly<Record<string, string>> = { retry: 'excused within G', too_soon: 'too soon' };
const never = Number.POSITIVE_INFINITY;

/** Checks every history as it happens. Steps number the observed events in order. */
export class Judge {
  readonly tracks = new Tracks();
  /** The responses that are owed after server faults. */
  readonly dues: Dues;
  /** Settings that clients may rely on. */
  readonly #strict: Bounds['strict'];
  /** Limits that no party may exceed. */
  readonly loose: Bounds['loose'];
  readonly #stats: Stats;
  /** The revocations that may have ended sessions. */
  readonly endings: Endings;
  #step = 0;
  violation: Violation | undefined;

  constructor(bounds: Bounds, stats: Stats) {
    this.#strict = bounds.strict;
    this.loose = bounds.loose;
    this.#stats = stats;
    this.endings = new Endings(bounds.strict);
    this.dues = new Dues(this.tracks, bounds, this);
  }

  step(): number {
    this.#step += 1;
    return this.#step;
  }

  /** Records the first violation; the world stops there. */
  report(invariant: Invariant, what: string): void {
    this.violation ??= new Violation(invariant, what);
  }

  loggedIn(call: Call, refreshToken: string): void {
    const { sessionId, subject } = this.tracks.token(refreshToken);
    if (this.tracks.isFork(refreshToken)) this.report(1, 'a login gave a token for a place that had one');
    this.tracks.sessions.set(sessionId, {
      subject,
      sessionId,
      createdAt: call.nowMs,
      readBegan: call.readBegan,
      readEnded: call.readEnded,
      lastSent: call.nowMs,
      lastRotated: call.nowMs,
      mayEnd: never,
      ended: never,
      reused: never,
      refused: false,
      thief: false,
    });
  }

  /** The observers of the previous version call it too. */
  revokedSubject = (...revoked: Parameters<Endings['revokedSubject']>): void => this.endings.revokedSubject(...revoked);

  /** A refresh has read its clock and may rotate from now on. */
  sent(token: string, call: Call, byThief: boolean): void {
    const track = this.tracks.token(token);
    track.firstSent = Math.min(track.firstSent, call.nowMs);
    track.sends += 1;
    // Under strict rotation, two parallel requests are reuse, unless one is owed a response.
    if (this.#strict.graceMs === 0 && track.notedAt === never) track.dueSince = never;
    const session = this.tracks.sessions.get(track.sessionId);
    if (session === undefined) return;
    call.sentBefore = session.lastSent;
    session.lastSent = Math.max(session.lastSent, call.nowMs);
    session.thief ||= byThief;
  }

  refreshed(call: Call, token: string, answer: Refreshed, byThief: boolean): void {
    const track = this.tracks.token(token);
    const session = this.tracks.sessions.get(track.sessionId);
    this.#stats.count('row', answer.row);
    if (session === undefined) {
      this.report(6, 'a session that was never opened refreshed');
      return;
    }
    if (this.tracks.isFork(answer.refreshToken)) this.report(1, `two tokens for generation ${track.generation + 1}`);
    if (answer.refreshTokenChanged) this.#checkSuccessor(call, track, answer.refreshToken);
    else if (answer.refreshToken !== token) this.report(1, 'an unchanged token is another one');
    // A request that read the table before the successor existed may answer late, without a cookie: ADR 0026.
    else if (track.wonAt < call.rotateBegan) this.report(4, 'a token that has a successor was given back');
    this.#checkAlive(call, session, `${byThief ? 'a thief' : 'a client'} refreshed`);
    if (answer.row === 'rotated' || answer.row === 'own_write')
      session.lastRotated = Math.max(session.lastRotated, call.nowMs);
    if (byThief) this.#stats.count('thieves', thiefRows[answer.row] ?? 'refreshed first');
  }

  #checkSuccessor(call: Call, track: TokenTrack, successor: string): void {
    if (track.successor !== undefined && track.successor !== successor) {
      this.report(2, `generation ${track.generation} was answered with two tokens`);
    }
    track.dueSince = never;
    track.answeredAt = this.step();
    const late = call.nowMs - track.firstWon;
    if (late > this.loose.graceMs && track.notedAt === never) {
      this.#stats.count('zero', 'thieves alive after more than G');
      this.report(4, `a copy of generation ${track.generation} was excused ${late} ms after its first use`);
    }
    if (track.successor === undefined) track.wonAt = this.step();
    track.successor = successor;
    // A request that has seen the note answers it. The excuse then expires as after a rotation.
    if (track.notedAt < call.rotateBegan && call.noteLost !== undefined)
      [track.notedAt, track.firstWon] = [never, call.nowMs];
    track.firstWon = Math.min(track.firstWon, call.nowMs);
  }

  /** Invariants 4, 5 and 6: a session that had ended when a call began yields nothing. */
  #checkAlive(call: Call, session: SessionTrack, what: string): void {
    if (session.reused < call.began) {
      this.#stats.count('zero', 'thieves alive after more than G');
      this.report(4, `${what} after the session had ended by reuse`);
    }
    if (
      this.endings.isRevoked(
        session,
        (revocation) => revocation.began > session.readEnded && revocation.ended < call.began,
      )
    ) {
      this.#stats.count('zero', 'refreshes after revocation');
      this.report(5, `${what} after a revocation of the subject had returned`);
    }
    if (session.ended < call.began) {
      this.#stats.count('zero', 'refreshes after revocation');
      this.report(6, `${what} after the session had ended`);
    }
    const { absoluteMs, idleMs, notBefore } = this.loose;
    if (session.createdAt + absoluteMs <= call.nowMs) this.report(6, `${what} after the absolute end`);
    if (call.sentBefore <= call.nowMs - idleMs) this.report(6, `${what} after the idle end`);
    if (session.createdAt < notBefore && call.noticed >= notBefore) this.report(6, `${what} after everyone's logout`);
  }

  /** A call with a session's access token changed or returned something. */
  usedClaims(call: Call, sessionId: string): void {
    const session = this.tracks.sessions.get(sessionId);
    if (session !== undefined) this.#checkAlive({ ...call, sentBefore: never }, session, 'an access token was obeyed');
  }

  refused(call: Call, token: string, reason: string, byThief: boolean): void {
    const track = this.tracks.token(token);
    const session = this.tracks.sessions.get(track.sessionId);
    this.#stats.count('row', reason);
    if (reason === 'token_reused' && session?.reused === never) {
      this.report(4, 'a token was refused as used before, and its session lives on');
      return;
    }
    if (session === undefined || this.endings.mayBeOver(call, session)) {
      if (session !== undefined) session.refused ||= !byThief;
      if (byThief) this.#stats.count('thieves', 'refused');
      else this.#stats.count('signed out', session?.reused !== never ? 'by reuse' : 'by revocation or expiry');
      return;
    }
    if (!session.thief) this.#stats.count('zero', 'honest logouts');
    const late = `${call.nowMs - track.firstSent} ms after its first use`;
    this.report(session.thief ? 2 : 3, `generation ${track.generation} was refused (${reason}) ${late}`);
  }

  /** A session is about to end because of the token in a call. */
  reusing(call: Call): void {
    const track = this.tracks.token(call.token ?? '');
    const session = this.tracks.sessions.get(track.sessionId);
    const { graceMs } = this.#strict;
    // Strict rotation excuses no token that is sent twice, except a repetition of the same write.
    const twice = graceMs === 0 && track.sends > 1;
    // If the successor was used, the client received it.
    const used = track.successor !== undefined && this.tracks.token(track.successor).sends > 0;
    if (track.dueSince < call.rotateBegan && !used && call.noteLost !== undefined) {
      if (!session?.thief) this.#stats.count('zero', 'honest logouts');
      this.report(11, `generation ${track.generation} was taken for reuse, and no request by it was answered`);
    }
    if (session === undefined || (call.nowMs - track.firstSent <= graceMs && !twice)) {
      if (!session?.thief) this.#stats.count('zero', 'honest logouts');
      this.report(session?.thief ? 2 : 3, `generation ${track.generation} was taken for reuse inside G`);
    } else {
      const why = graceMs === 0 ? 'sent twice under strict rotation' : 'clients that came back only after G';
      this.#stats.count('ended by reuse', session.thief ? 'with a thief' : why);
    }
  }

  published(events: readonly DomainEvent[]): void {
    for (const event of events) {
      this.#stats.count('event', event.type);
      if (holdsSecret(JSON.stringify(event))) this.report(8, 'a secret in an event');
    }
  }
}
