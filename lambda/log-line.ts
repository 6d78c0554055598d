import type { PrivateReason } from './core/errors.ts';

/**
 * One JSON line per request. The fields are a closed list, and none of them can hold a token, a secret, a hash or a
 * password. Add every new field here, where reviewers see it.
 */
export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly route: string;
  readonly requestId?: string;
  readonly status?: number;
  /** The result of the request: an outcome of protocol.md, a result, or the error code sent to the client. */
  readonly outcome: string;
  readonly reason?: PrivateReason;
  readonly subject?: string;
  readonly sessionId?: string;
  readonly clientId?: string;
  readonly sourceIp?: string;
  /** Why the trusted proxy's address was not used, although the request claims to come through the proxy. */
  readonly proxy?: 'wrong_secret' | 'no_address';
  /** On a line for several calls: the longest. */
  readonly durationMs?: number;
  /** The number of allowed calls on this line; absent for a single call. */
  readonly calls?: number;
  /** Key of an unreadable item and the name of its invalid attribute; never the attribute's value. */
  readonly item?: string;
  /** On lines about keys: which of the two rings. */
  readonly ring?: 'signing' | 'ratchet';
  /** Days since the ring's current key became current. */
  readonly keyAgeDays?: number;
  /** Name and location of an unexpected error; never its message, which may quote its input. */
  readonly error?: { readonly name: string; readonly at: readonly string[] };
}

export type LogFacts = Pick<LogLine, 'subject' | 'sessionId' | 'clientId'> & { readonly outcome?: string };
