import type { Bounds } from './bounds.ts';
import type { Call } from './call.ts';
import type { SessionTrack, SubjectRevocation } from './tracks.ts';

const never = Number.POSITIVE_INFINITY;

/** Revocations of subjects, and the sessions that may have ended by a revocation or by expiry. */
export class Endings {
  /** The revocations of all subjects, in order. */
  readonly revocations: SubjectRevocation[] = [];
  readonly #bySubject = new Map<string, SubjectRevocation[]>();
  readonly #strict: Bounds['strict'];

  constructor(strict: Bounds['strict']) {
    this.#strict = strict;
  }

  revokedSubject(subject: string, revocation: SubjectRevocation): void {
    const known = this.#bySubject.get(subject) ?? [];
    known.push(revocation);
    this.revocations.push(revocation);
    this.#bySubject.set(subject, known);
  }

  /** Whether a session may have ended according to the observations. */
  mayBeOver({ nowMs }: Pick<Call, 'nowMs'>, session: SessionTrack): boolean {
    const { absoluteMs, idleMs, notBefore } = this.#strict;
    return (
      session.mayEnd !== never ||
      session.reused !== never ||
      session.createdAt < notBefore ||
      session.createdAt + absoluteMs <= nowMs ||
      session.lastRotated + idleMs <= nowMs ||
      this.isRevoked(session, (revocation) => revocation.ended > session.readBegan)
    );
  }

  /** Whether a revocation of its subject that did not keep the session meets the condition. */
  isRevoked(session: SessionTrack, when: (revocation: SubjectRevocation) => boolean): boolean {
    const known = this.#bySubject.get(session.subject) ?? [];
    return known.some((revocation) => revocation.kept !== session.sessionId && when(revocation));
  }
}
