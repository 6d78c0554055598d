import type { Clock } from '../../lambda/core/ports.ts';

/** Time that passes only when a test says so. */
export class FakeClock implements Clock {
  #nowMs: number;

  /** @param nowMs any instant; the default is not a round number, so that rounding errors show */
  constructor(nowMs = 1_900_000_123_457) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }
}
