import type { Violation } from '../../torture/violation.ts';
import { movesIn } from './choices.ts';
import { ClientModel } from './model.ts';
import type { Footprint, Move } from './move.ts';
import type { ClientSize } from './size.ts';

export interface ClientExplored {
  /** The number of histories that were played to their end. */
  readonly executions: number;
  /** The number of abandoned histories: they differ from another one only in the order of independent moves. */
  readonly repeated: number;
  readonly moves: number;
  readonly depth: number;
  readonly seconds: number;
  readonly violation: Violation | undefined;
  /** The choices that led to the violation. */
  readonly choices: readonly string[];
}

interface Node {
  readonly moves: readonly Move[];
  /** Moves already explored from an earlier node, and independent of every move since. */
  readonly asleep: ReadonlyMap<string, Footprint>;
  /** The footprints of the moves taken from here, in order. */
  readonly footprints: Footprint[];
  next: number;
}

/**
 * Plays every history, depth first. The library keeps its state in closures and promises, so states cannot be compared,
 * and each history is played from the start. Sleep sets (Godefroid 1996) omit histories that differ from another one
 * only in the order of independent moves. This is sound because all checks concern the places that the moves change.
 */
export async function exploreClient(
  size: ClientSize,
  progress: (told: ClientExplored) => void,
): Promise<ClientExplored> {
  const startedAt = performance.now();
  const path: Node[] = [];
  let unhandled = (_error: unknown) => {};
  process.on('unhandledRejection', (error) => unhandled(error));
  let [executions, repeated, moves, depth, toldAt] = [0, 0, 0, 0, startedAt];
  const told = (violation?: Violation): ClientExplored => {
    const seconds = (performance.now() - startedAt) / 1000;
    const choices = path.map(({ moves: known, next }) => known[next]?.words ?? '');
    return { executions, repeated, moves, depth, seconds, violation, choices };
  };
  for (;;) {
    const model = await ClientModel.open(size);
    unhandled = (error) => model.judge.report(14, `the library has left a rejected promise: ${String(error)}`);
    for (const { moves: known, footprints, next } of path) {
      const words = known[next]?.words;
      const move = movesIn(model).find((each) => each.words === words);
      if (move === undefined) throw new Error(`a replay diverged; no such move: ${words}`);
      footprints[next] = await model.take(move);
      moves += 1;
    }
    await playOn(model);
    if (model.judge.violation !== undefined) return told(model.judge.violation);
    while (path.length > 0) {
      const top = path[path.length - 1] as Node;
      top.next += 1;
      if (top.next < top.moves.length) break;
      path.pop();
    }
    if (path.length === 0) return told();
    if (performance.now() - toldAt > 5000) {
      toldAt = performance.now();
      progress(told());
    }
  }

  /** Takes first moves until none is left. */
  async function playOn(model: ClientModel): Promise<void> {
    while (model.judge.violation === undefined) {
      const asleep = sleepingAfter(path.at(-1));
      const all = movesIn(model);
      const awake = all.filter(({ words }) => !asleep.has(words));
      const [first] = awake;
      if (first === undefined) {
        if (all.length > 0) {
          repeated += 1;
          return;
        }
        executions += 1;
        return model.finish();
      }
      const footprints = [await model.take(first)];
      path.push({ moves: awake, asleep, footprints, next: 0 });
      depth = Math.max(depth, path.length);
      moves += 1;
    }
  }
}

/** Moves that need not be taken after the current move of a node. */
function sleepingAfter(node: Node | undefined): ReadonlyMap<string, Footprint> {
  const taken = node?.footprints[node.next];
  if (node === undefined || taken === undefined) return new Map();
  const before = node.moves.slice(0, node.next).map(({ words }, index) => [words, node.footprints[index]] as const);
  return new Map([...node.asleep, ...before].filter(([, footprint]) => footprint?.independentOf(taken))) as ReadonlyMap<
    string,
    Footprint
  >;
}
