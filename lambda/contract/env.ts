import type { GivenJwks } from './jwk.ts';

/** Turns one raw environment value into a typed one, or throws an Error that says what is wrong with it. */
export type Parser<T> = (raw: string) => T;

export type EnvSchema = Readonly<Record<string, Parser<unknown>>>;

export type Env<S extends EnvSchema> = { readonly [K in keyof S]: ReturnType<S[K]> };

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

/** Words parted by spaces; none at all is an empty list. */
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

/** The environment does not fit its schema; the message names every fault, never a value. */
export class EnvError extends Error {
  override readonly name = 'EnvError';
}

/**
 * Reads a function's environment. Called once at cold start, so a bad value stops the function before its first request.
 *
 * @throws {EnvError} naming all faults at once
 */
export function readEnv<S extends EnvSchema>(schema: S, source: Readonly<Record<string, string | undefined>>): Env<S> {
  const faults: string[] = [];
  const env: Record<string, unknown> = {};
  for (const [name, parse] of Object.entries(schema)) {
    const raw = source[name];
    if (raw === undefined) {
      faults.push(`${name} is missing`);
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
