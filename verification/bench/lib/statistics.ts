export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Each round begins with a different candidate, so that other load on the machine affects all alike. */
export function turned<T>(list: readonly T[], round: number): readonly T[] {
  return list.map((_, index) => list[(index + round) % list.length] as T);
}

export const times = (ratio: number): string => `${ratio.toFixed(2)}x`;
export const ms = (value: number): string => `${value.toFixed(2)} ms`;
export const us = (value: number): string => `${value.toFixed(0)} us`;
