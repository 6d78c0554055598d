import { JSONParser, TokenType } from '@streamparser/json';
import { Failure } from '../../frame/failure.ts';
import { maxLineLength, type Source } from './open.ts';

/** A JSON object, or a row of a CSV file by its columns. */
export type Item = Readonly<Record<string, unknown>>;

/** One record of a source: an object, or why it is invalid. */
export interface Found {
  /** "line 17", or "user 17" of a JSON document. */
  readonly from: string;
  readonly item?: Item;
  readonly refused?: string;
  /** The reason without values, by which refusals are grouped. @default the reason */
  readonly kind?: string;
}

/** JSON Lines: an object on each line. Empty lines are skipped. */
export async function* jsonLines({ text }: Source): AsyncGenerator<Found> {
  let number = 0;
  let rest = '';
  for await (const chunk of text()) {
    // Of a line that is too long, only enough is kept to refuse it.
    if (rest.length > maxLineLength && !chunk.includes('\n')) continue;
    const lines = `${rest}${chunk}`.split('\n');
    rest = (lines.pop() ?? '').slice(0, maxLineLength + 1);
    for (const line of lines) {
      number += 1;
      if (line.trim() !== '') yield readLine(line, number);
    }
  }
  if (rest.trim() !== '') yield readLine(rest, number + 1);
}

function readLine(line: string, number: number): Found {
  const from = `line ${number}`;
  if (line.length > maxLineLength) return { from, refused: 'it has more than 4 MB' };
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
    const { error } = members;
    if (error instanceof TooLarge) throw new Failure(`${name}, after user ${number}: ${error.message}`);
    const why = error instanceof TrailingComma ? `: ${error.message}` : '';
    if (error !== undefined) throw new Failure(`${name} is not JSON after user ${number}${why}`);
  }
  if (!members.isComplete) throw new Failure(`${name} ends early, after user ${number}`);
}

/** Maximum length of a member, together with what is between it and the one before, in UTF-16 code units. */
const maxMemberLength = 67_108_864;

/** Maximum nesting of arrays and objects. */
const maxDepth = 100;

class TooLarge extends Error {}

/** The most frequent fault of JSON written by hand. */
class TrailingComma extends Error {}

/** Reads the members of an array in pieces. */
export class Members {
  error: Error | undefined;
  isComplete = false;
  readonly #parser: JSONParser;
  #found: unknown[] = [];
  #length = 0;
  #depth = 0;
  #last: TokenType | undefined;

  constructor(path: string) {
    this.#parser = new JSONParser({ paths: [path], keepStack: false });
    this.#parser.onToken = ({ token }) => {
      const isEnd = token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET;
      // The parser reports an error that a callback throws.
      if (isEnd && this.#last === TokenType.COMMA) throw new TrailingComma('a comma before a closing bracket');
      this.#last = token;
      if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) this.#depth += 1;
      if (isEnd) this.#depth -= 1;
      if (this.#depth > maxDepth) throw new TooLarge(`more than ${maxDepth} levels of nesting`);
    };
    this.#parser.onValue = ({ value }) => {
      this.#length = 0;
      this.#found.push(value);
    };
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
    this.#length += text.length;
    if (this.#length > maxMemberLength) this.error ??= new TooLarge('more than 64 MB without a user');
    return this.#found.splice(0);
  }
}
