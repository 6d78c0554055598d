import { Fault, type PrivateReason, Unavailable } from './core/errors.ts';
import { measure, serviceName } from './metrics.ts';

/**
 * One line a request, as JSON. The fields are a closed list and none of them can hold a token, a secret, a hash or a
 * password: whoever wants a new field adds it here, where it is seen.
 */
export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly route: string;
  readonly requestId?: string;
  readonly status?: number;
  /** What became of the request: a row of protocol.md §5, a result, or the reason of a refusal. */
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

/**
 * Writes to standard output past console.log, which Lambda would prefix. The line is also the source of the metrics:
 * what it measures follows from its fields.
 *
 * @param happenedMs - when it happened, epoch milliseconds; by default now
 */
export function log(line: LogLine, happenedMs?: number): void {
  const now = new Date();
  const service = serviceName();
  const measured = service === undefined ? undefined : measure(line, service, happenedMs ?? now.getTime());
  process.stdout.write(`${JSON.stringify({ time: now.toISOString(), ...line, ...measured })}\n`);
}

/** Why something failed, and what it concerned. */
export function describeFault(error: unknown): Pick<LogLine, 'reason' | 'item' | 'subject' | 'sessionId'> {
  if (error instanceof Unavailable) return { reason: error.reason };
  if (!(error instanceof Fault)) return { reason: 'unexpected' };
  const { reason, about, item } = error;
  return { reason, ...about, ...(item === undefined ? {} : { item }) };
}

/** An error without its words. */
export function describeError(error: unknown): NonNullable<LogLine['error']> {
  if (!(error instanceof Error)) return { name: typeof error, at: [] };
  const cause = error.cause instanceof Error ? `${error.name} < ${error.cause.name}` : error.name;
  return { name: cause, at: framesOf(error).slice(0, 6) };
}

/** A stack begins with the message, and a line of it may look like a frame: it is cut off first. */
function framesOf({ stack = '', message }: Error): string[] {
  const start = stack.indexOf(message);
  const lines = stack.slice(start < 0 ? 0 : start + message.length).split('\n');
  return lines.filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line)).map((line) => line.trim());
}
