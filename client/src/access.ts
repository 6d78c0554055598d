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
  /** `pause`: a login or logout begins, and no refresh may overtake it. */
  readonly type: 'access' | 'login' | 'pause' | 'ended';
  readonly access?: Access | undefined;
}
