import type { GivenJwks } from './jwk.ts';

/** Parses one raw environment value, or throws an Error that says what is wrong with it. */
export type Parser<T> = (raw: string) => T;

/** Parses a variable that may be absent. */
export type OptionalParser<T> = Parser<T> & { readonly optional: true };

export type EnvSchema = Readonly<Record<string, Parser<unknown>>>;

/** The typed environment. An absent optional variable is undefined. */
export type Env<S extends EnvSchema> = {
  readonly [K in keyof S]: S[K] extends OptionalParser<infer T> ? T | undefined : ReturnType<S[K]>;
};

type OptionalNames<S extends EnvSchema> = { [K in keyof S]: S[K] extends OptionalParser<unknown> ? K : never }[keyof S];

/** The names that a function must find. */
export type RequiredNames<S extends EnvSchema> = Exclude<keyof S, OptionalNames<S>>;

/** The raw environment that a function gets from its construct: exactly the names of the schema. */
export type RawEnv<S extends EnvSchema> = Readonly<
  Record<RequiredNames<S>, string> & Partial<Record<OptionalNames<S>, string>>
>;

/** A variable that may be absent; where it is set, it must parse. */
export function optional<T>(parse: Parser<T>): OptionalParser<T> {
  return Object.assign((raw: string) => parse(raw), { optional: true as const });
}

export const isOptional = (parse: Parser<unknown>): boolean => 'optional' in parse;

/** Any non-empty text. */
export const text: Parser<string> = (raw) => {
  if (raw === '') throw new Error('must not be empty');
  return raw;
};

/** A whole number of at least 0. */
export const count: Parser<number> = (raw) => {
  if (!/^\d{1,15}$/.test(raw)) throw new Error('must be a whole number');
  return Number(raw);
};

/** Space-separated words; an empty string is an empty list. */
export const words: Parser<readonly string[]> = (raw) => raw.split(' ').filter((word) => word !== '');

/** A JSON document that is an object. */
export const json: Parser<Readonly<Record<string, unknown>>> = (raw) => {
  const value: unknown = JSON.parse(raw);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('must be a JSON object');
  return value as Record<string, unknown>;
};

/** A JWK Set of public keys, as {@link GivenJwks} describes it. */
export const jwks: Parser<GivenJwks> = (raw) => {
  const value = json(raw);
  const isObject = (key: unknown) => typeof key === 'object' && key !== null;
  if (!Array.isArray(value.keys) || !value.keys.every(isObject)) throw new Error('must be a JWK Set');
  return value as unknown as GivenJwks;
};

/** The environment does not match its schema. The message lists every fault and contains no values. */
export class EnvError extends Error {
  override readonly name = 'EnvError';
}

/**
 * Reads a function's environment. Called once at cold start, so an invalid value stops the function before its first
 * request.
 *
 * @throws {EnvError} listing all faults
 */
export function readEnv<S extends EnvSchema>(schema: S, source: Readonly<Record<string, string | undefined>>): Env<S> {
  const faults: string[] = [];
  const env: Record<string, unknown> = {};
  for (const [name, parse] of Object.entries(schema)) {
    const raw = source[name];
    if (raw === undefined) {
      if (!isOptional(parse)) faults.push(`${name} is missing`);
      continue;
    }
    try {
      env[name] = parse(raw);
    } catch (error) {
      faults.push(`${name} ${error instanceof SyntaxError ? 'is not JSON' : (error as Error).message}`);
    }
  }
  if (faults.length > 0) throw new EnvError(`bad environment: ${faults.join('; ')}`);
  return env as Env<S>;
}
