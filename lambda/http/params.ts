import { type BodyFormat, requireContentType } from './content-type.ts';
import { type HttpRequest, malformed } from './request.ts';

/**
 * The parameters of one request. Unknown parameters are ignored; a known parameter of the wrong type is refused. A
 * parameter without a value, JSON `null` and the empty string count as omitted: RFC 6749 §3.2.
 */
export class Params {
  readonly #values: ReadonlyMap<string, unknown>;
  readonly format: BodyFormat;

  constructor(pairs: readonly (readonly [string, unknown])[], format: BodyFormat) {
    this.#values = new Map(pairs);
    this.format = format;
  }

  /** Text of 1 to `max` characters (code points, as in JSON Schema), or `undefined` when absent. @throws Refusal */
  optionalText(name: string, max: number, pattern?: RegExp): string | undefined {
    if (!this.has(name)) return undefined;
    const value = this.#values.get(name);
    if (typeof value !== 'string') throw malformed(`${name} must be a string.`);
    if (value.length > max && [...value].length > max) throw malformed(`${name} is too long.`);
    // An unpaired surrogate is not a character: JSON can encode it, UTF-8 cannot, and the store rejects it.
    if (!value.isWellFormed()) throw malformed(`${name} is malformed.`);
    if (pattern !== undefined && !pattern.test(value)) throw malformed(`${name} is malformed.`);
    return value;
  }

  /** @throws Refusal also when absent */
  text(name: string, max: number, pattern?: RegExp): string {
    if (this.#values.get(name) === '') throw malformed(`${name} must not be empty.`);
    const value = this.optionalText(name, max, pattern);
    if (value === undefined) throw malformed(`${name} is missing.`);
    return value;
  }

  /** @throws Refusal */
  flag(name: string): boolean {
    if (!this.has(name)) return false;
    const value = this.#values.get(name);
    if (typeof value !== 'boolean') throw malformed(`${name} must be true or false.`);
    return value;
  }

  /** A descriptive text, such as a device name. It is never a reason to refuse, so any other type counts as absent. */
  label(name: string): string | undefined {
    const value = this.#values.get(name);
    return typeof value === 'string' ? value : undefined;
  }

  has(name: string): boolean {
    return !isAbsent(this.#values.get(name));
  }
}

/**
 * Refuses typed text with U+FFFD, which no keyboard has. It stands for bytes that a decoder could not read, so any other
 * unreadable byte would give the same text. @throws Refusal
 */
export function requireIntact(name: string, typed: string): string {
  if (typed.includes('\ufffd')) throw malformed(`${name} contains U+FFFD. Send the body in UTF-8.`);
  return typed;
}

const isAbsent = (value: unknown) => value === undefined || value === null || value === '';

/**
 * Parses the body in one of the formats that the route accepts.
 *
 * @throws Refusal `invalid_request` for another content type, a malformed body, or a repeated parameter (RFC 6749
 *   §3.2)
 */
export function readParams(request: HttpRequest, accepted: readonly BodyFormat[]): Params {
  const format = requireContentType(request.headers['content-type'], accepted);
  return new Params(format === 'json' ? readJson(request.body) : readForm(request.body), format);
}

/**
 * The same for a route whose parameters are all optional: the body may be missing or `null`, which some HTTP clients
 * send instead of nothing.
 *
 * @throws Refusal
 */
export function optionalParams(request: HttpRequest): Params {
  // White space has one place to match in, so the time is linear in the body's length.
  return /^[ \t\r\n]*(null[ \t\r\n]*)?$/.test(request.body) ? new Params([], 'json') : readParams(request, ['json']);
}

function readForm(body: string): [string, unknown][] {
  const pairs = [...new URLSearchParams(body)];
  // Names without a value count too: of `token=&token=x`, another parser would use the first.
  if (new Set(pairs.map(([name]) => name)).size !== pairs.length) throw malformed('A parameter is repeated.');
  // RFC 6749 §3.2: a parameter without a value counts as omitted.
  return pairs.filter(([, value]) => value !== '');
}

function readJson(body: string): [string, unknown][] {
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    throw malformed('The body is not JSON.');
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw malformed('The body is not a JSON object.');
  }
  if (countTopLevelNames(body) !== Object.keys(document).length) throw malformed('A parameter is repeated.');
  return Object.entries(document);
}

/** JSON.parse keeps the last of two equal names, other parsers the first, so duplicates are detected in the text. */
function countTopLevelNames(json: string): number {
  let depth = 0;
  let names = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    else if (depth === 1 && token.endsWith(':')) names += 1;
  }
  return names;
}
