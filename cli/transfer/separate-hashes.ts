import type { Readable } from 'node:stream';
import { exitCodes, Failure } from '../frame/failure.ts';
import { auth0, auth0Subject } from './formats/auth0.ts';
import { lineOf, Unfit } from './formats/format.ts';
import type { Incoming } from './incoming.ts';
import { openSource } from './source/open.ts';
import { type Found, type Item, jsonLines } from './source/records.ts';

/** Hashes from a separate file. */
export interface SeparateHashes {
  /** The line with its hash added, if the file has one. */
  join(line: Item): Item;
  /** Notes that a user was refused, so that the hash does not count as left. */
  refuse(user: Item): void;
  /** Lines of the file that cannot be read, and hashes that no account has used. */
  left(): Generator<Incoming>;
}

/**
 * Reads the file of password hashes that Auth0's support makes into memory.
 *
 * @throws Failure if it cannot be read, or has no hashes
 */
export async function separateHashes(path: string | undefined, stdin: Readable): Promise<SeparateHashes> {
  const hashes = new Map<string, unknown>();
  const refused: Incoming[] = [];
  if (path !== undefined) {
    const source = await openSource(path, stdin);
    for await (const found of jsonLines(source)) {
      try {
        const { subject, passwordHash } = readLine(found);
        if (passwordHash !== undefined) hashes.set(subject, passwordHash);
      } catch (error) {
        if (!(error instanceof Unfit)) throw error;
        refused.push({ from: `${found.from} of ${source.name}`, refused: error.message });
      }
    }
    if (hashes.size === 0) throw new Failure(`${source.name} has no password hashes of Auth0`, exitCodes.usage);
  }
  return {
    join: (line) => {
      const subject = String(line.subject);
      const passwordHash = hashes.get(subject);
      if (!hashes.delete(subject)) return line;
      return line.passwordHash === undefined ? { ...line, passwordHash } : line;
    },
    refuse: (user) => {
      try {
        hashes.delete(String(auth0Subject(user)));
      } catch (error) {
        // The id itself is why the user was refused.
        if (!(error instanceof Unfit)) throw error;
      }
    },
    left: function* () {
      yield* refused;
      for (const subject of hashes.keys()) yield { from: subject, refused: 'it has a hash, but is not in the export' };
    },
  };
}

/** @throws Unfit */
function readLine({ item, refused }: Found): { readonly subject: string; readonly passwordHash: unknown } {
  if (item === undefined) throw new Unfit(refused);
  const { subject, passwordHash } = lineOf(auth0.read(item, 0));
  if (typeof subject !== 'string') throw new Unfit('it has no id of a user');
  return { subject, passwordHash };
}
