import { type HttpRequest, malformed } from './request.ts';

type BodyFormat = 'json' | 'form';

/** The parameters of one request. Unknown ones are never looked at; a known one of the wrong type is refused. */
export class Params {
  readonly #values: ReadonlyMap<string, unknown>;
  readonly format: BodyFormat;

  constructor(values: ReadonlyMap<string, unknown>, format: BodyFormat) {
    this.#values = values;
    this.format = format;
  }

  /** Text of 1 to `max` characters (code points, as in JSON Schema), or `undefined` when absent. @throws Refusal */
  optionalText(name: string, max: number, pattern?: RegExp): string | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw malformed(`${name} must be a string.`);
    if (value === '') throw malformed(`${name} must not be empty.`);
    if (value.length > max && [...value].length > max) throw malformed(`${name} is too long.`);
    // Half of a surrogate pair is no character: JSON can spell it, UTF-8 cannot, and the store refuses it.
    if (!value.isWellFormed()) throw malformed(`${name} is malformed.`);
    if (pattern !== undefined && !pattern.test(value)) throw malformed(`${name} is malformed.`);
    return value;
  }

  /** @throws Refusal when absent, too */
  text(name: string, max: number, pattern?: RegExp): string {
    const value = this.optionalText(name, max, pattern);
    if (value === undefined) throw malformed(`${name} is missing.`);
    return value;
  }

  /** @throws Refusal */
  flag(name: string): boolean {
    const value = this.#values.get(name);
    if (value === undefined) return false;
    if (typeof value !== 'boolean') throw malformed(`${name} must be true or false.`);
    return value;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }
}

/**
 * Reads the body as one of the formats that the route takes.
 *
 * @throws Refusal `invalid_request` for another content type, a malformed body, or a repeated parameter (RFC 6749 §3.2)
 */
export function readParams(request: HttpRequest, accepted: readonly BodyFormat[]): Params {
  const format = formatOf(request.headers['content-type']);
  if (format === undefined || !accepted.includes(format)) throw malformed('The content type is not supported here.');
  return new Params(format === 'json' ? readJson(request.body) : readForm(request.body), format);
}

/** The same for a route whose parameters are all optional: no body is an empty one. @throws Refusal */
export function optionalParams(request: HttpRequest): Params {
  return request.body === '' ? new Params(new Map(), 'json') : readParams(request, ['json']);
}

function formatOf(contentType: string | undefined): BodyFormat | undefined {
  const [, type, charset] =
    /^\s*([a-z]+\/[a-z-]+)\s*(?:;\s*charset="?([a-z0-9-]+)"?\s*)?$/.exec(contentType?.toLowerCase() ?? '') ?? [];
  if (charset !== undefined && charset !== 'utf-8') return undefined;
  if (type === 'application/json') return 'json';
  return type === 'application/x-www-form-urlencoded' ? 'form' : undefined;
}

function readForm(body: string): Map<string, unknown> {
  const pairs = [...new URLSearchParams(body)];
  // Those without a value are counted, too: of `token=&token=x` another parser takes the first.
  if (new Set(pairs.map(([name]) => name)).size !== pairs.length) throw malformed('A parameter is repeated.');
  // RFC 6749 §3.2: a parameter without a value counts as omitted.
  return new Map(pairs.filter(([, value]) => value !== ''));
}

function readJson(body: string): Map<string, unknown> {
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
  return new Map(Object.entries(document));
}

/** JSON.parse keeps the last of two equal names, another parser the first: so the names are counted in the text. */
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
