import type { Readable } from 'node:stream';
import { auth0 } from './formats/auth0.ts';
import { lineOf, Unfit } from './formats/format.ts';
import { openSource } from './source/open.ts';
import { type Item, jsonLines } from './source/records.ts';

/** Hashes from a separate file. */
export interface SeparateHashes {
  /** The line with its hash added, if the file has one. */
  join(line: Item): Item;
  /** Subjects whose hash no line has used. */
  left(): Iterable<string>;
}

/**
 * Reads the file of password hashes that Auth0's support makes into memory.
 *
 * @throws Failure if it cannot be read
 */
export async function separateHashes(path: string | undefined, stdin: Readable): Promise<SeparateHashes> {
  const hashes = new Map<string, unknown>();
  if (path !== undefined) {
    for await (const { item } of jsonLines(await openSource(path, stdin))) {
      const { subject, passwordHash } = item === undefined ? {} : readLine(item);
      if (typeof subject === 'string' && passwordHash !== undefined) hashes.set(subject, passwordHash);
    }
  }
  return {
    join: (line) => {
      const subject = String(line.subject);
      const passwordHash = hashes.get(subject);
      if (!hashes.delete(subject)) return line;
      return line.passwordHash === undefined ? { ...line, passwordHash } : line;
    },
    left: () => hashes.keys(),
  };
}

function readLine(item: Item): Item {
  try {
    return lineOf(auth0.read(item, 0));
  } catch (error) {
    if (error instanceof Unfit) return {};
    throw error;
  }
}
