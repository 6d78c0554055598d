import type { Around } from './around.ts';

/**
 * Chooses which call continues next. Every call of a port waits twice: before it reaches the world, and before its
 * answer reaches the core. Any two calls of any two use cases can therefore happen in either order.
 */
export class Scheduler {
  readonly #choices: readonly number[];
  readonly #waiting: (() => void)[] = [];
  #step = 0;

  /** @param choices index of the waiting call that continues, one per step; afterwards the oldest call continues */
  constructor(choices: readonly number[] = []) {
    this.#choices = choices;
  }

  /** Resolves when it is this caller's turn. */
  turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  around: Around = async (_call, apply) => {
    await this.turn();
    const answer = await settled(apply);
    await this.turn();
    return answer();
  };

  /** Runs tasks until all are settled. `between` is called before each step, and may move the clock. */
  async run<T>(
    tasks: readonly (() => Promise<T>)[],
    between: () => void = () => {},
  ): Promise<PromiseSettledResult<T>[]> {
    const results = Promise.allSettled(tasks.map((task) => task()));
    await quiet();
    while (this.#waiting.length > 0) {
      between();
      const choice = (this.#choices[this.#step] ?? 0) % this.#waiting.length;
      this.#step += 1;
      this.#waiting.splice(choice, 1)[0]?.();
      await quiet();
    }
    return results;
  }
}

/** Runs a call and keeps its answer or its error, to deliver it later. */
async function settled(apply: () => Promise<unknown>): Promise<() => unknown> {
  try {
    const value = await apply();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** Resolves when all tasks wait for their turn. The memory ports settle within microtasks. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
