import type { RefreshOutcome } from './contract/metrics.ts';
import type { PrivateReason } from './core/errors.ts';
import type { LogLine } from './log-line.ts';

/**
 * Replaces `invalid_grant` on the line of a refused refresh by the outcome of protocol.md. Other lines are unchanged.
 */
export function withRefreshOutcome(line: LogLine): LogLine {
  if (line.route !== 'refresh' || line.outcome !== 'invalid_grant') return line;
  return { ...line, outcome: outcomeOf(line.reason) };
}

function outcomeOf(reason: PrivateReason | undefined): RefreshOutcome {
  switch (reason) {
    case 'token_reused':
      return 'reuse';
    case 'token_impossible':
      return 'impossible';
    case 'token_malformed':
    case 'token_forged':
      return 'forged';
    default:
      return 'dead';
  }
}
