/** An access token. It is kept in memory only. Times are epoch milliseconds by this device's clock. */
export interface Access {
  readonly token: string;
  readonly sessionId: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly loginEndsAt: number | undefined;
  readonly idleEndsAt: number | undefined;
}

/** Messages between tabs. Only pages of the same origin receive them. */
export interface TabMessage {
  /**
   * Between `pause` and `go` a login or logout is in progress, and no refresh may overtake it. A tab that opens says
   * `hello`, and is told to pause if it has missed that.
   */
  readonly type: 'access' | 'login' | 'hello' | 'pause' | 'go' | 'ended';
  readonly access?: Access | undefined;
}

/** Reads the token response of RFC 6749 §5.1. Lifetimes count from the time of the request. */
export const accessOf = (body: Readonly<Record<string, unknown>>, sentAt: number): Access => {
  // A lifetime that the service does not give is NaN.
  const at = (seconds: unknown) => sentAt + (seconds as number) * 1_000 || undefined;
  return {
    token: body.access_token as string,
    sessionId: body.session_id as string,
    issuedAt: sentAt,
    expiresAt: at(body.expires_in) as number,
    loginEndsAt: at(body.authorization_expires_in),
    idleEndsAt: at(body.refresh_token_timeout),
  };
};
