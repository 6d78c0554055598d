import { type PrivateReason, Refusal } from './errors.ts';
import type { Verifier } from './signing.ts';

/** The caller as guarded routes see it: strings, as an authorizer context requires. */
export interface AuthorizedContext {
  readonly sub: string;
  readonly sid: string;
  readonly client_id: string;
  /** Space-separated. */
  readonly scope: string;
  /** Epoch seconds. */
  readonly exp: string;
}

export interface Verdict {
  /** Absent: refused. */
  readonly context?: AuthorizedContext & Record<string, string>;
  readonly facts: {
    readonly outcome: 'allowed' | 'refused';
    readonly reason?: PrivateReason;
    readonly subject?: string;
    readonly sessionId?: string;
    readonly clientId?: string;
  };
}

/** Decides on an `Authorization` header (RFC 6750 §2.1). @throws Unavailable when nothing could be decided */
export function authorize(authorization: string | undefined, verifier: Verifier): Promise<Verdict> {
  return authorizeToken(bearerToken(authorization), verifier);
}

/** Decides on an access token from elsewhere. @throws Unavailable when nothing could be decided */
export async function authorizeToken(token: string | undefined, verifier: Verifier): Promise<Verdict> {
  if (token === undefined) return refused('token_malformed');
  try {
    const { sub, sid, client_id, scope, exp } = await verifier.verify(token);
    return {
      context: { sub, sid, client_id, scope, exp: String(exp) },
      facts: { outcome: 'allowed', subject: sub, sessionId: sid, clientId: client_id },
    };
  } catch (error) {
    if (error instanceof Refusal) return refused(error.reason);
    // A failure to decide is not a refusal: the gateway would return 403, and the client would discard a valid token.
    throw error;
  }
}

/** The token of `Bearer <token>`; the scheme's case does not matter (RFC 9110 §11.1). */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

function refused(reason: PrivateReason): Verdict {
  return { facts: { outcome: 'refused', reason } };
}
