import type { Random } from './random.ts';
import type { Target } from './target.ts';

const maxLength = 10_000;
const odd = [
  '\u0000',
  '\n',
  ' ',
  '=',
  '.',
  '"',
  '\\',
  '\u00e9',
  '\ud800',
  '\u{1f511}',
  '\ufeff',
  '%',
  '+',
  '/',
  '-',
  '_',
  'A',
  '0',
];

/** A variant of a corpus input, with one to four changes. */
export function mutate(target: Target, corpus: readonly string[], random: Random): string {
  let text = random.pick(corpus);
  for (let rounds = 1 + random.below(4); rounds > 0; rounds -= 1) {
    const byFormat = target.reshape !== undefined && random.below(2) === 0;
    text = byFormat ? (target.reshape?.(text, random) ?? text) : change(text, target, corpus, random);
  }
  return text.length > maxLength ? text.slice(0, maxLength) : text;
}

function change(text: string, { dictionary }: Target, corpus: readonly string[], random: Random): string {
  const at = random.below(text.length + 1);
  const length = 1 + random.below(8);
  const rest = text.slice(at + length);
  const head = text.slice(0, at);
  switch (random.below(9)) {
    case 0: // one bit of one character
      return head + String.fromCharCode(text.charCodeAt(at) ^ (1 << random.below(8))) + text.slice(at + 1);
    case 1:
      return head + random.pick(odd) + text.slice(at + 1);
    case 2:
      return head + random.pick(odd) + text.slice(at);
    case 3:
      return head + random.pick(dictionary) + text.slice(at);
    case 4:
      return head + random.pick(dictionary) + rest;
    case 5:
      return head + rest;
    case 6: // the same again, up to 64 times
      return head + text.slice(at, at + length).repeat(1 + random.below(64)) + text.slice(at);
    case 7: {
      const other = random.pick(corpus);
      return head + other.slice(random.below(other.length + 1));
    }
    default:
      return text.slice(0, at);
  }
}

/** Shortens a finding by deletion, for as long as it still fails. */
export function shorten(text: string, fails: (text: string) => boolean): string {
  let short = text;
  for (let size = Math.ceil(short.length / 2); size > 0; size = Math.floor(size / 2)) {
    for (let at = 0; at < short.length; ) {
      const shorter = short.slice(0, at) + short.slice(at + size);
      if (fails(shorter)) short = shorter;
      else at += size;
    }
  }
  return short;
}
