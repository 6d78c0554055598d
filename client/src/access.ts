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
  /** Between `pause` and `go` a login or logout is in progress, and no refresh may overtake it. */
  readonly type: 'access' | 'login' | 'pause' | 'go' | 'ended';
  readonly access?: Access | undefined;
}
