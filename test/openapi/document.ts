import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseYaml } from '@redocly/openapi-core';

export type Json = Readonly<Record<string, unknown>>;

/** docs/openapi.yaml as it is written. */
export const document = parseYaml(readFileSync(join(import.meta.dirname, '../../docs/openapi.yaml'), 'utf8')) as Json;

/** A part of the document, by its keys. @throws Error when there is none */
export function part(...keys: readonly string[]): Json {
  const found = keys.reduce<unknown>((value, key) => (value as Json | undefined)?.[key], document);
  if (typeof found !== 'object' || found === null) throw new Error(`docs/openapi.yaml has no ${keys.join(' / ')}`);
  return found as Json;
}

/** What a `$ref` leads to, or the thing itself. */
export function resolved(value: unknown): Json {
  const { $ref } = value as { $ref?: string };
  return $ref === undefined ? (value as Json) : part(...$ref.replace('#/', '').split('/'));
}

/** A value with every `$ref` replaced by what it leads to. */
export function deref(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deref);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(resolved(value)).map(([key, inner]) => [key, deref(inner)]));
}

/** One operation of the document. */
export interface Operation {
  /** `POST /auth/login` */
  readonly route: string;
  readonly id: string;
  readonly definition: Json;
  /** By status. */
  readonly responses: ReadonlyMap<number, Json>;
}

export const operations: readonly Operation[] = Object.entries(part('paths')).flatMap(([path, methods]) =>
  Object.entries(methods as Json).map(([method, value]) => {
    const definition = value as Json;
    const responses = Object.entries(definition.responses as Json);
    return {
      route: `${method.toUpperCase()} ${path}`,
      id: String(definition.operationId),
      definition,
      responses: new Map(responses.map(([status, response]) => [Number(status), deref(response) as Json])),
    };
  }),
);
