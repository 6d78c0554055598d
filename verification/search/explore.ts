import type { Violation } from '../torture/violation.ts';
import { Model } from './model.ts';
import type { Budget } from './size.ts';

export interface Explored {
  readonly states: number;
  /** The number of choices taken from a state for the first time. */
  readonly transitions: number;
  /** The number of complete histories. They are not replayed: histories that reach the same state share the rest. */
  readonly interleavings: number;
  readonly depth: number;
  readonly seconds: number;
  readonly violation: Violation | undefined;
  /** The history that ends with the violation. */
  readonly history: readonly string[];
}

interface Node {
  readonly key: number;
  readonly choices: number;
  next: number;
  interleavings: number;
}

/**
 * Explores every order, depth first. The core cannot be reset, so each branch replays its choices from the start; a
 * known state is not entered again.
 */
export async function explore(size: Budget, progress: (told: Explored) => void): Promise<Explored> {
  const startedAt = performance.now();
  const done = new Map<number, number>();
  const path: Node[] = [];
  let [transitions, depth, interleavings, toldAt] = [0, 0, 0, startedAt];
  const told = (violation?: Violation, history: readonly string[] = []): Explored => {
    const seconds = (performance.now() - startedAt) / 1000;
    return { states: done.size + path.length, transitions, interleavings, depth, seconds, violation, history };
  };
  for (;;) {
    const { model, history } = await replay(size, path);
    if (path.length > 0) transitions += 1;
    let worth = await visit(model, history);
    if (model.judge.violation !== undefined) return told(model.judge.violation, history);
    // Backtrack to the last state with a choice left.
    for (;;) {
      const top = path.at(-1);
      if (top === undefined) return { ...told(), interleavings: worth };
      top.interleavings += worth;
      top.next += 1;
      if (top.next < top.choices) break;
      worth = top.interleavings;
      done.set(top.key, worth);
      path.pop();
    }
    interleavings = path[0]?.interleavings ?? 0;
    if (performance.now() - toldAt > 5000) {
      toldAt = performance.now();
      progress(told());
    }
  }

  /**
   * Takes first choices until a state is known or has none. Returns the number of histories that end there.
   */
  async function visit(model: Model, history: string[]): Promise<number> {
    for (;;) {
      model.check();
      if (model.judge.violation !== undefined) return 0;
      const key = model.key();
      const known = done.get(key);
      if (known !== undefined) return known;
      const choices = model.choices();
      depth = Math.max(depth, path.length);
      if (choices.length === 0) {
        done.set(key, 1);
        return 1;
      }
      path.push({ key, choices: choices.length, next: 0, interleavings: 0 });
      transitions += 1;
      history.push(choices[0]?.label ?? '');
      choices[0]?.take();
      await quiet();
    }
  }
}

/** The model after the choices of a path. */
async function replay(size: Budget, path: readonly Node[]): Promise<{ model: Model; history: string[] }> {
  const model = await Model.open(size);
  const history: string[] = [];
  for (const { next } of path) {
    const choice = model.choices()[next];
    if (choice === undefined) throw new Error('a replay diverged');
    history.push(choice.label);
    choice.take();
    await quiet();
  }
  return { model, history };
}

/** Waits until every microtask has run. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
