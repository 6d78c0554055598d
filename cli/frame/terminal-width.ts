import type { Writable } from 'node:stream';

/** Columns of a terminal that does not know its width. */
const defaultColumns = 80;

/**
 * Sets the width of a terminal that reports none: a pseudo-terminal of some CI systems and containers has 0 columns, and
 * prompts would wrap after every character. A terminal that is resized later overwrites it.
 */
export function requireWidth(stream: Writable & { isTTY?: boolean; columns?: number }): void {
  if (stream.isTTY === true && !(Number(stream.columns) > 0)) stream.columns = defaultColumns;
}

/** The width of a terminal; `undefined` for a file or a pipe. */
export function columnsOf(stream: Writable & { isTTY?: boolean; columns?: number }): number | undefined {
  return stream.isTTY === true ? stream.columns : undefined;
}
