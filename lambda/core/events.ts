import type { RevokedReason } from './ports.ts';

/**
 * What every session of a subject dies of: protocol.md §6. Each comes with its own meaning to whoever listens; as detail
 * types they are also the signals that other services may send.
 */
export const securityEvents = [
  'PasswordChanged',
  'EmailChanged',
  'TheftSuspected',
  'AccountDisabled',
  'AdminForcedLogout',
  'UserLoggedOutEverywhere',
] as const;

export type SecurityEvent = (typeof securityEvents)[number];

/** What happened, for whoever listens on the bus. None of it is secret; there is no field that could be. */
export type DomainEvent =
  | {
      readonly type: 'SessionStarted';
      readonly subject: string;
      readonly sessionId: string;
      readonly clientId: string;
      readonly deviceName?: string;
    }
  | {
      readonly type: 'SessionRevoked';
      readonly subject: string;
      readonly sessionId: string;
      readonly reason: RevokedReason;
    }
  | {
      readonly type: 'SubjectRevoked';
      readonly subject: string;
      readonly cause: SecurityEvent;
      /** The one session that was spared. */
      readonly keptSessionId?: string;
    }
  | {
      readonly type: 'RefreshTokenReused';
      readonly subject: string;
      readonly sessionId: string;
      readonly clientId: string;
      readonly deviceName?: string;
    }
  | {
      readonly type: 'LoginBlocked';
      /** `account`: too many tries for one username or known device. `address`: too many from one source. */
      readonly limit: 'account' | 'address';
      /** Whose account, where the limit is the account's and the username is somebody's. */
      readonly subject?: string;
      readonly sourceIp: string;
    };

/** Tells the world. Never throws: what happened has happened, whether or not anybody hears of it. */
export interface Events {
  publish(events: readonly DomainEvent[]): Promise<void>;
}
