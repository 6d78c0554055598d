/**
 * The name that was probably meant: the one with the smallest edit distance to the word, ignoring case. A word may also
 * be the beginning of a name.
 *
 * @returns `undefined` if none is close: more than a third of the word differs
 */
export function nearest(word: string, names: readonly string[]): string | undefined {
  const typed = word.toLowerCase();
  const distances = names.map((name) => {
    const known = name.toLowerCase();
    const beginning = known.slice(0, typed.length + 1);
    return { name, distance: Math.min(distance(typed, known), distance(typed, beginning)) };
  });
  const [best] = distances.sort((a, b) => a.distance - b.distance || a.name.length - b.name.length);
  return best !== undefined && best.distance <= Math.max(1, word.length / 3) ? best.name : undefined;
}

/** Levenshtein's distance: insertions, deletions and substitutions. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
