import { Fault, Unavailable } from './core/errors.ts';
import type { LogLine } from './log-line.ts';
import { measure, serviceName } from './metrics.ts';

/**
 * Writes to standard output, bypassing console.log, which Lambda would prefix. The metrics are derived from the fields
 * of the line.
 *
 * @param happenedMs - time of the event, epoch milliseconds; defaults to now
 */
export function log(line: LogLine, happenedMs?: number): void {
  const now = new Date();
  const service = serviceName();
  const measured = service === undefined ? undefined : measure(line, service, happenedMs ?? now.getTime());
  process.stdout.write(`${JSON.stringify({ time: now.toISOString(), ...line, ...measured })}\n`);
}

/** The reason of a failure, and what it concerns. */
export function describeFault(error: unknown): Pick<LogLine, 'reason' | 'item' | 'subject' | 'sessionId'> {
  if (error instanceof Unavailable) return { reason: error.reason };
  if (!(error instanceof Fault)) return { reason: 'unexpected' };
  const { reason, about, item } = error;
  return { reason, ...about, ...(item === undefined ? {} : { item }) };
}

/** An error without its message. */
export function describeError(error: unknown): NonNullable<LogLine['error']> {
  if (!(error instanceof Error)) return { name: typeof error, at: [] };
  const cause = error.cause instanceof Error ? `${error.name} < ${error.cause.name}` : error.name;
  return { name: cause, at: framesOf(error).slice(0, 6) };
}

/**
 * A stack trace begins with the message, and a line of the message may look like a frame, so the message is removed
 * first.
 */
function framesOf({ stack = '', message }: Error): string[] {
  const start = stack.indexOf(message);
  const lines = stack.slice(start < 0 ? 0 : start + message.length).split('\n');
  return lines.filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line)).map((line) => line.trim());
}
