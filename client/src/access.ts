/** An access token. It is kept in memory only. Times are epoch milliseconds by this device's clock. */
export interface Access {
  readonly token: string;
  readonly sessionId: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly loginEndsAt: number | undefined;
  readonly idleEndsAt: number | undefined;
}

/** What tabs tell one another. Only pages of the same origin hear it. */
export interface TabMessage {
  /** Between `pause` and `go` a login or logout is under way, and no refresh may overtake it. */
  readonly type: 'access' | 'login' | 'pause' | 'go' | 'ended';
  readonly access?: Access | undefined;
}
