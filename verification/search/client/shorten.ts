import type { Violation } from '../../torture/violation.ts';
import { movesIn } from './choices.ts';
import { ClientModel } from './model.ts';
import type { ClientSize } from './size.ts';

export interface Played {
  readonly violation: Violation | undefined;
  /** All events in words, including those after the last choice. */
  readonly history: readonly string[];
  /** The choices that were possible. */
  readonly choices: readonly string[];
}

const withoutNumber = (words: string) => words.replace(/ \(\d+\)/g, '');

/** Plays choices, then lets everything settle. Skips choices that are not possible. */
async function play(size: ClientSize, wanted: readonly string[]): Promise<Played> {
  const model = await ClientModel.open(size);
  const choices: string[] = [];
  for (const words of wanted) {
    const moves = movesIn(model);
    const move =
      moves.find((each) => each.words === words) ??
      moves.find((each) => withoutNumber(each.words) === withoutNumber(words));
    if (move === undefined) continue;
    choices.push(move.words);
    await model.take(move);
    if (model.judge.violation !== undefined) break;
  }
  if (model.judge.violation === undefined) await model.finish();
  return { violation: model.judge.violation, history: model.history, choices };
}

/** Finds a shorter sequence of choices that breaks the same invariant. */
export async function shorten(size: ClientSize, choices: readonly string[], wanted: Violation): Promise<Played> {
  let best = await play(size, choices);
  for (let index = 0; index < best.choices.length; ) {
    const fewer = best.choices.filter((_, other) => other !== index);
    const played = await play(size, fewer);
    if (played.violation?.invariant !== wanted.invariant || played.choices.length >= best.choices.length) index += 1;
    else {
      best = played;
      index = 0;
    }
  }
  return best;
}
