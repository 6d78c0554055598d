/** Who is calling. */
export interface Caller {
  /** The user. Never reused for another one. */
  readonly sub: string;
  /** The session: one login on one device. */
  readonly sid: string;
  /** The app that the session was opened with. */
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** When the access token ends. */
  readonly expiresAt: Date;
}

/** From the names of the wire (RFC 9068 §2.2) to ours. */
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
