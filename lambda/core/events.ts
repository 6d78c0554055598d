import type { RevokedReason } from './session.ts';

/**
 * The events that end all sessions of a subject: protocol.md, "Revocation". Each has its own meaning for subscribers.
 * Other services may send them as signals, with these names as detail types.
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

/** The published events. They contain no secret, and have no field that could hold one. */
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
      /** The kept session. */
      readonly keptSessionId?: string;
    }
  | {
      /** After everything about a user was deleted; the subject is never used again. */
      readonly type: 'SubjectDeleted';
      readonly subject: string;
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
      /** `account`: too many attempts for one username or known device. `address`: too many from one source. */
      readonly limit: 'account' | 'address';
      /** The user, if the limit is the account's and the username exists. */
      readonly subject?: string;
      readonly sourceIp: string;
    };

/** Publishes events. Never throws: the change has taken effect, whether or not it can be published. */
export interface Events {
  publish(events: readonly DomainEvent[]): Promise<void>;
}
