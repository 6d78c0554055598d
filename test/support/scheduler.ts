import type { Around } from './around.ts';

/**
 * Decides who goes next. Every call of a port waits twice, before it reaches the world and before its answer reaches
 * the core, so that any two calls of any two use cases can come in either order.
 */
export class Scheduler {
  readonly #choices: readonly number[];
  readonly #waiting: (() => void)[] = [];
  #step = 0;

  /** @param choices who of those that wait goes next, one number a step; when they run out, the one that waited longest */
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

  /** Runs tasks to their end, whatever it is. `between` is called before each step: time may pass there. */
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

/** An answer, a refusal too, that can be handed on later. */
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

/** Until nothing moves but what waits for its turn: the memory ports settle within microtasks. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
