import type { PrivateReason } from './core/errors.ts';

/**
 * One line a request, as JSON. The fields are a closed list and none of them can hold a token, a secret, a hash or a
 * password: whoever wants a new field adds it here, where it is seen.
 */
export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly route: string;
  readonly requestId?: string;
  readonly status?: number;
  /** What became of the request: an outcome of protocol.md §5, a result, or the error that the client got. */
  readonly outcome: string;
  readonly reason?: PrivateReason;
  readonly subject?: string;
  readonly sessionId?: string;
  readonly clientId?: string;
  readonly sourceIp?: string;
  /** Why the address is the gateway's peer, of a request that claims to have come through the trusted proxy. */
  readonly proxy?: 'wrong_secret' | 'no_address';
  /** On a line of several calls: of the longest. */
  readonly durationMs?: number;
  /** How many allowed calls the line stands for; absent where it is one. */
  readonly calls?: number;
  /** Key of an item that cannot be read, and the attribute that is wrong; never what the attribute holds. */
  readonly item?: string;
  /** On lines about the keys: which of the two rings. */
  readonly ring?: 'signing' | 'ratchet';
  /** Days since the ring's current key came into use. */
  readonly keyAgeDays?: number;
  /** Name of an unexpected error and where it was thrown; never its message, which may quote what it choked on. */
  readonly error?: { readonly name: string; readonly at: readonly string[] };
}

export type LogFacts = Pick<LogLine, 'subject' | 'sessionId' | 'clientId'> & { readonly outcome?: string };
