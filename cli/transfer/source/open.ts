import { once } from 'node:events';
import { createReadStream, fstatSync } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { exitCodes, Failure, fileFault } from '../../frame/failure.ts';
import type { Extent } from '../progress.ts';

/** Text that is read once, from its beginning. */
export interface Source {
  readonly name: string;
  /** Its first characters, for detecting the format. */
  readonly head: string;
  /** Whether {@link head} is all of it. */
  readonly isWhole: boolean;
  readonly extent: Extent;
  /** All of it, the head included. */
  text(): AsyncGenerator<string>;
}

/** Number of bytes used to detect the format. If no line ends in them, more are read, up to {@link maxLineLength}. */
const headBytes = 65_536;

/** Maximum length of a line of JSON Lines, in UTF-16 code units. */
export const maxLineLength = 4_194_304;

/**
 * Opens a file, or standard input for `-`: UTF-8, with or without a byte order mark, optionally compressed with gzip.
 *
 * @throws Failure if it cannot be read or is not UTF-8
 */
export async function openSource(path: string, stdin: Readable): Promise<Source> {
  const name = path === '-' ? 'standard input' : path;
  const raw = path === '-' ? { stream: stdin, size: undefined } : await openFile(path);
  let bytesRead = 0;
  const counted = (async function* () {
    for await (const chunk of raw.stream) {
      const bytes = Buffer.from(chunk as Uint8Array | string);
      bytesRead += bytes.length;
      yield bytes;
    }
  })();
  const explained = explainErrors(name, counted);
  const first = await firstBytes(explained);
  const unzipped = isGzip(first.bytes) ? explainErrors(name, gunzip(joined(first.bytes, explained))) : undefined;
  const start = unzipped === undefined ? first : await firstBytes(unzipped);
  refuseBinary(name, start.bytes);
  const decoder = new Decoder(name);
  const head = decoder.decode(start.bytes, start.isWhole);
  return {
    name,
    head,
    isWhole: start.isWhole,
    extent: { size: raw.size, read: () => bytesRead },
    text: async function* () {
      yield head;
      if (start.isWhole) return;
      for await (const chunk of unzipped ?? explained) yield decoder.decode(chunk, false);
      yield decoder.decode(new Uint8Array(), true);
    },
  };
}

async function openFile(path: string): Promise<{ stream: Readable; size: number | undefined }> {
  const stream = createReadStream(path);
  try {
    const [descriptor] = (await once(stream, 'open')) as [number];
    const stat = fstatSync(descriptor);
    if (stat.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    return { stream, size: stat.isFile() ? stat.size : undefined };
  } catch (error) {
    throw new Failure(`${path} cannot be read: ${fileFault(error)}`, exitCodes.usage);
  }
}

type Bytes = AsyncGenerator<Buffer>;

async function* explainErrors(name: string, bytes: AsyncIterable<Buffer>): Bytes {
  try {
    yield* bytes;
  } catch (error) {
    // An error below gzip is already explained.
    if (error instanceof Failure) throw error;
    throw new Failure(`${name} cannot be read to its end: ${fileFault(error)}`);
  }
}

async function firstBytes(bytes: Bytes): Promise<{ readonly bytes: Buffer; readonly isWhole: boolean }> {
  const chunks: Buffer[] = [];
  let hasLine = false;
  for (let length = 0; length < (hasLine ? headBytes : maxLineLength); ) {
    const { value, done } = await bytes.next();
    if (done === true) return { bytes: Buffer.concat(chunks), isWhole: true };
    chunks.push(value);
    length += value.length;
    hasLine ||= value.includes(0x0a);
  }
  return { bytes: Buffer.concat(chunks), isWhole: false };
}

const isGzip = (bytes: Buffer) => bytes[0] === 0x1f && bytes[1] === 0x8b;

async function* joined(first: Buffer, rest: Bytes): Bytes {
  yield first;
  yield* rest;
}

async function* gunzip(bytes: Bytes): Bytes {
  const unzip = createGunzip();
  pipeline(Readable.from(bytes), unzip, () => {});
  for await (const chunk of unzip) yield chunk as Buffer;
}

/** Windows tools write UTF-16, with or without a byte order mark. Spreadsheets are zip files. */
function refuseBinary(name: string, bytes: Buffer): void {
  const start = bytes.subarray(0, 64);
  const mark = start.subarray(0, 2).toString('hex');
  const isMarked = mark === 'fffe' || mark === 'feff';
  if (!isMarked && !start.includes(0)) return;
  const isBinary = !isMarked && start.some((byte, at) => byte === 0 && start[at ^ 1] === 0);
  if (isBinary || start.toString('latin1').startsWith('PK')) {
    throw new Failure(`${name} is a binary file: export it as JSON or CSV in UTF-8`, exitCodes.usage);
  }
  const encoding = isMarked ? 'UTF-16' : start[0] === 0 ? 'UTF-16BE' : 'UTF-16LE';
  throw new Failure(`${name} is UTF-16, not UTF-8: ${howToConvert(name, encoding)}`, exitCodes.usage);
}

const howToConvert = (name: string, encoding: string) =>
  `convert it, for example with iconv -f ${encoding} -t UTF-8 ${name === 'standard input' ? '' : `${name} `}> converted`;

/**
 * Decodes UTF-8, without its byte order mark.
 *
 * @throws Failure with the number of the malformed line. The exit code is that of a wrong command line if it is at the
 *   beginning, before anything is imported
 */
class Decoder {
  readonly #name: string;
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true });
  #lines = 1;
  #isBeginning = true;

  constructor(name: string) {
    this.#name = name;
  }

  decode(bytes: Uint8Array, isLast: boolean): string {
    try {
      const text = this.#utf8.decode(bytes, { stream: !isLast });
      this.#lines += linesIn(text);
      this.#isBeginning = false;
      return text;
    } catch {
      const line = this.#lines + linesIn(validStart(bytes));
      const message = `${this.#name} is not UTF-8 in line ${line}: ${howToConvert(this.#name, 'WINDOWS-1252')}`;
      throw new Failure(message, this.#isBeginning ? exitCodes.usage : exitCodes.failed);
    }
  }
}

const linesIn = (text: string) => text.split('\n').length - 1;

/** The text before the first replacement character. */
function validStart(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).split('\uFFFD')[0] ?? '';
}
