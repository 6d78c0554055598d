import type { Verdict } from '../core/authorize.ts';
import { Unavailable } from '../core/errors.ts';
import { describeError } from '../log.ts';
import type { LogLine } from '../log-line.ts';
import type { VerdictLog } from '../verdict-log.ts';

/**
 * Runs an authorizer's decision and passes its line to the log.
 *
 * @param source the source of the request
 * @throws Error when nothing was decided: API Gateway returns 500 and caches nothing
 */
export async function judge(
  log: VerdictLog,
  source: Pick<LogLine, 'requestId' | 'sourceIp'>,
  decide: () => Promise<Verdict>,
): Promise<Verdict> {
  const startedAt = performance.now();
  const write = (line: Pick<LogLine, 'level' | 'outcome' | 'reason' | 'error'>) =>
    log.write({ route: 'authorizer', ...source, ...line, durationMs: Math.round(performance.now() - startedAt) });
  try {
    const verdict = await decide();
    write({ level: 'info', ...verdict.facts });
    return verdict;
  } catch (error) {
    const [outcome, reason] =
      error instanceof Unavailable ? (['unavailable', error.reason] as const) : (['failed', 'unexpected'] as const);
    write({ level: 'error', outcome, reason, error: describeError(error) });
    throw new Error('the access token could not be verified');
  }
}
