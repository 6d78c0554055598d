import { Fault, Unavailable } from './core/errors.ts';
import type { LogLine } from './log-line.ts';
import { measure, serviceName } from './metrics.ts';
import { withRefreshOutcome } from './refresh-outcome.ts';

/**
 * Writes to standard output past console.log, which Lambda would prefix. The line is also the source of the metrics:
 * what it measures follows from its fields.
 *
 * @param happenedMs - when it happened, epoch milliseconds; by default now
 */
export function log(line: LogLine, happenedMs?: number): void {
  const now = new Date();
  const service = serviceName();
  const told = withRefreshOutcome(line);
  const measured = service === undefined ? undefined : measure(told, service, happenedMs ?? now.getTime());
  process.stdout.write(`${JSON.stringify({ time: now.toISOString(), ...told, ...measured })}\n`);
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
