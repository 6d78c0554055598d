import { ambient } from './ambient.ts';
import { allowedCallsVariable } from './contract/logging.ts';
import type { Clock } from './core/ports.ts';
import { log } from './log.ts';
import type { LogLine } from './log-line.ts';

/** Maximum time between the first and the last allowed call on one line, in milliseconds. */
export const countedForMs = 60_000;

/** Maximum number of allowed calls on one line. */
export const maxCountedCalls = 1000;

/** The content of one line about several allowed calls. */
interface Counted {
  readonly firstMs: number;
  lastMs: number;
  calls: number;
  longestMs: number;
}

/**
 * Writes the authorizer's log. A refusal gets its own line immediately. Allowed calls are counted in memory and share a
 * line, because one line per call would cost more than the function. The first call after the count is complete writes
 * it, so it is late while there are no calls, and lost if Lambda ends the instance first.
 */
export class VerdictLog {
  readonly #clock: Clock;
  readonly #countsAllowed = !logsAllowedCalls();
  #counted: Counted | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  write(line: LogLine): void {
    if (line.outcome === 'allowed' && this.#countsAllowed) {
      this.#count(line.durationMs ?? 0);
    } else {
      this.#flush();
      log(line);
    }
  }

  #count(durationMs: number): void {
    const nowMs = this.#clock.nowMs();
    const ageMs = nowMs - (this.#counted?.firstMs ?? nowMs);
    // A clock that is set back must not keep the line open.
    if (ageMs < 0 || ageMs >= countedForMs) this.#flush();
    this.#counted ??= { firstMs: nowMs, lastMs: nowMs, calls: 0, longestMs: 0 };
    this.#counted.lastMs = nowMs;
    this.#counted.calls += 1;
    this.#counted.longestMs = Math.max(this.#counted.longestMs, durationMs);
    if (this.#counted.calls >= maxCountedCalls) this.#flush();
  }

  #flush(): void {
    if (this.#counted === undefined) return;
    const { lastMs, calls, longestMs } = this.#counted;
    this.#counted = undefined;
    // The metric belongs to the time of the calls; the instance may have been frozen since then.
    log({ level: 'info', route: 'authorizer', outcome: 'allowed', calls, durationMs: longestMs }, lastMs);
  }
}

function logsAllowedCalls(): boolean {
  // Not part of the authorizer's environment schema: absence is a valid value, and an older function must start without
  // it.
  return ambient(allowedCallsVariable) !== undefined;
}
