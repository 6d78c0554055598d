import { freemem } from 'node:os';

/** The number of refreshes per row, and of the sessions per table that are refreshed. */
export const samples = 25;

/** Takes less than half a minute to fill. */
const defaultSessions = 100_000;

/** With a margin: the embedded engine was measured at 770 bytes per session. */
const bytesPerSession = 900;

/** Parses the value of `--sessions`. Returns the size of the largest table, or an error message. */
export function readSessions(text = String(defaultSessions)): number | string {
  const count = /^\d{1,12}$/.test(text) ? Number(text) : 0;
  if (count < 1) return `--sessions takes a whole number of at least 1, such as 10000000; this is "${text}"`;
  // The first accounts for the memory of other programs, the second for the limit of a container.
  const free = Math.min(freemem(), process.availableMemory());
  const needed = count * bytesPerSession;
  if (needed <= free) return count;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  return `the engine keeps its tables in memory: ${inWords(count)} need ${gigabytes(needed)}, ${gigabytes(free)} are free`;
}

/** The sizes of the table at which refreshes are counted, from one session to the largest. */
export function sizesUpTo(largest: number): readonly number[] {
  return [...[1, 1_000, 100_000, 1_000_000, 10_000_000].filter((size) => size < largest), largest];
}

/** The positions of the sessions to refresh: evenly spread from the first stored session to the last. */
export function spreadOver(size: number): readonly number[] {
  const spread = Array.from({ length: samples }, (_, index) => Math.round((index * (size - 1)) / (samples - 1)));
  return [...new Set(spread)];
}

/** `1 session`, `1,000 sessions` */
export const inWords = (count: number): string =>
  `${count.toLocaleString('en')} ${count === 1 ? 'session' : 'sessions'}`;
