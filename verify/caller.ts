/** The authenticated caller. */
export interface Caller {
  /** The user. Subjects are never reused. */
  readonly sub: string;
  /** The session: one login on one device. */
  readonly sid: string;
  /** The app that the session was opened with. */
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** When the access token expires. */
  readonly expiresAt: Date;
}

/** Maps wire names (RFC 9068 §2.2) to the names of {@link Caller}. */
export function toCaller(claims: {
  readonly sub: string;
  readonly sid: string;
  readonly client_id: string;
  readonly scope: string;
  readonly exp: number;
}): Caller {
  return {
    sub: claims.sub,
    sid: claims.sid,
    clientId: claims.client_id,
    scopes: claims.scope.split(' ').filter((scope) => scope !== ''),
    expiresAt: new Date(claims.exp * 1000),
  };
}
