import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { nodeCodec, nodeRandom } from '../../lambda/crypto/node-crypto.ts';
import { exitCodes, Failure, fileFault } from '../frame/failure.ts';
import { detect } from './formats/detect.ts';
import { Unfit } from './formats/format.ts';
import { type FormatName, formatTitles } from './formats/formats.ts';
import { leftOutOf } from './formats/left-out.ts';
import { type FirebaseParameters, HashRefused, readFirebaseParameters } from './hashes.ts';
import { distinct, type Incoming } from './incoming.ts';
import { type HashOptions, LineRefused, readAccount } from './line.ts';
import type { Extent } from './progress.ts';
import { separateHashes } from './separate-hashes.ts';
import { openSource } from './source/open.ts';
import type { Found } from './source/records.ts';

/** How to read a file of accounts. */
export interface ReadOptions {
  /** @default detected from the beginning of the file */
  readonly format?: FormatName;
  /** A file with the password hash parameters of a Firebase project. */
  readonly firebaseParameters?: string;
  readonly withoutHashes?: boolean;
  /** A file with the password hashes for an export of Auth0. */
  readonly auth0Hashes?: string;
}

/** A file whose format is known. */
export interface AccountsFile {
  readonly format: FormatName;
  readonly extent: Extent;
  readonly incoming: AsyncGenerator<Incoming>;
}

/**
 * Opens a file of accounts, or standard input for `-`.
 *
 * @throws Failure if it cannot be read, or its format is unknown
 */
export async function openAccounts(
  path: string,
  { format: given, firebaseParameters, withoutHashes = false, auth0Hashes }: ReadOptions,
  { stdin, nowMs }: { readonly stdin: Readable; readonly nowMs: number },
): Promise<AccountsFile> {
  const firebase = firebaseParameters === undefined ? undefined : await parametersIn(firebaseParameters);
  const source = await openSource(path, stdin);
  const { format, records, read, without } = detect(source, given);
  if (format === 'firebase' && firebase === undefined && !withoutHashes) {
    throw new Failure(
      'the hashes of Firebase need the parameters of its project: --firebase-parameters <file>, or --without-hashes',
      exitCodes.usage,
    );
  }
  if (auth0Hashes !== undefined && format !== 'auth0') {
    throw new Failure(`${path} is ${formatTitles[format]}: --auth0-hashes needs an export of Auth0`, exitCodes.usage);
  }
  const hashes: HashOptions = { withoutHashes, ...(firebase === undefined ? {} : { firebase }) };
  const separate = await separateHashes(auth0Hashes, stdin);
  const found = await nonEmpty(records, () => new Failure(`${source.name} has ${without}`, exitCodes.usage));
  const accounts = async function* (): AsyncGenerator<Incoming> {
    for await (const { from, item, refused, kind } of found) {
      try {
        if (item === undefined) throw new LineRefused(refused, kind);
        const line = separate.join(read(item, nowMs));
        yield {
          from,
          account: readAccount(line, newSubject, hashes),
          generated: (line.subject ?? undefined) === undefined,
          leftOut: leftOutOf({ format, item, line, withoutHashes }),
        };
      } catch (error) {
        if (!(error instanceof LineRefused || error instanceof Unfit)) throw error;
        if (item !== undefined) separate.refuse(item);
        yield { from, refused: error.message, ...(error instanceof LineRefused && { kind: error.kind }) };
      }
    }
    yield* separate.left();
  };
  return { format, extent: source.extent, incoming: distinct(accounts()) };
}

/** The same records. @throws Failure if there are none, or the first cannot be read: nothing has been imported */
async function nonEmpty(records: AsyncGenerator<Found>, failure: () => Failure): Promise<AsyncGenerator<Found>> {
  const { value: first, done } = await records.next().catch((error: unknown) => {
    throw error instanceof Failure ? new Failure(error.message, exitCodes.usage) : error;
  });
  if (done === true) throw failure();
  return (async function* () {
    yield first;
    yield* records;
  })();
}

const newSubject = () => nodeCodec.toBase64url(nodeRandom.bytes(16));

async function parametersIn(path: string): Promise<FirebaseParameters> {
  try {
    return readFirebaseParameters(await readFile(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof HashRefused ? error.message : `it cannot be read: ${fileFault(error)}`;
    throw new Failure(`${path}: ${reason}`, exitCodes.usage);
  }
}
