import { JSONParser } from '@streamparser/json';
import { Failure } from '../../frame/failure.ts';
import type { Source } from './open.ts';

/** A JSON object, or a row of a CSV file by its columns. */
export type Item = Readonly<Record<string, unknown>>;

/** One record of a source: an object, or why it is invalid. */
export interface Found {
  /** "line 17", or "user 17" of a JSON document. */
  readonly from: string;
  readonly item?: Item;
  readonly refused?: string;
}

const maxLineLength = 4_194_304;

/** JSON Lines: an object on each line. Empty lines are skipped. */
export async function* jsonLines({ name, text }: Source): AsyncGenerator<Found> {
  let number = 0;
  let rest = '';
  for await (const chunk of text()) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maxLineLength) throw new Failure(`${name} has a line of more than 4 MB: it is not JSON Lines`);
    for (const line of lines) {
      number += 1;
      if (line.trim() !== '') yield readLine(line, number);
    }
  }
  if (rest.trim() !== '') yield readLine(rest, number + 1);
}

function readLine(line: string, number: number): Found {
  const from = `line ${number}`;
  try {
    return asFound(from, JSON.parse(line));
  } catch {
    return { from, refused: 'not JSON' };
  }
}

function asFound(from: string, value: unknown): Found {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? { from, item: value as Item } : { from, refused: 'not a JSON object' };
}

/**
 * The members of an array in one JSON document, without loading the document into memory.
 *
 * @param path of the members: `$.*`, or `$.users.*`
 * @throws Failure if it is not JSON, or ends early
 */
export async function* jsonMembers({ name, text }: Source, path: string): AsyncGenerator<Found> {
  let number = 0;
  const members = new Members(path);
  for await (const chunk of text()) {
    for (const value of members.read(chunk)) {
      number += 1;
      yield asFound(`user ${number}`, value);
    }
    if (members.error !== undefined) throw new Failure(`${name} is not JSON after user ${number}`);
  }
  if (!members.isComplete) throw new Failure(`${name} ends early, after user ${number}`);
}

/** Reads the members of an array in pieces. */
export class Members {
  error: Error | undefined;
  isComplete = false;
  readonly #parser: JSONParser;
  #found: unknown[] = [];

  constructor(path: string) {
    this.#parser = new JSONParser({ paths: [path], keepStack: false });
    this.#parser.onValue = ({ value }) => this.#found.push(value);
    this.#parser.onError = (error) => {
      this.error ??= error;
    };
    this.#parser.onEnd = () => {
      this.isComplete = true;
    };
  }

  /** @returns the members that this piece completes */
  read(text: string): readonly unknown[] {
    if (this.isComplete) this.error ??= text.trim() === '' ? undefined : new Error('more than one document');
    else this.#parser.write(text);
    return this.#found.splice(0);
  }
}
