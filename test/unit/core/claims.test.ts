import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requireGrant } from '../../../lambda/core/claims.ts';

const isRefused = (claims: unknown) => {
  try {
    requireGrant({ claims, scopes: [] });
    return false;
  } catch {
    return true;
  }
};

describe('claims that the table cannot keep are refused when they are set', () => {
  test.each([
    ['a number below the table’s smallest', '{"x":1e-200}', 'x'],
    ['the smallest double, negative and deep', '{"a":[{"b":-5e-324}]}', 'a.0.b'],
    ['a prototype', '{"__proto__":{"x":1}}', '__proto__'],
    ['a prototype deep inside', '{"a":{"__proto__":1}}', 'a.__proto__'],
    ['a constructor', '{"constructor":1}', 'constructor'],
    ['a constructor with a name', '{"a":{"constructor":{"name":"Set"}}}', 'a.constructor'],
    ['an empty name', '{"a":{"":1}}', 'a.""'],
    ['a name with half a surrogate pair', '{"\\ud800":1}', '\ufffd'],
  ])('%s', (_name, text, path) => {
    const claims = JSON.parse(text) as unknown;
    expect(() => requireGrant({ claims, scopes: [] })).toThrow(`claim ${path} is`);
  });

  test.each(['{"x":1e-130}', '{"x":-0.5}', '{"x":0}', '{"prototype":1,"toString":2,"hasOwnProperty":3}'])(
    '%s is taken',
    (text) => {
      expect(isRefused(JSON.parse(text))).toBe(false);
    },
  );

  test.each<[string, (level: unknown) => unknown]>([
    ['objects', (inner) => ({ a: inner })],
    ['lists', (inner) => [inner]],
  ])('30 levels of %s, the claims themselves included, are taken, and no more', (_, wrap) => {
    const nested = (levels: number) => {
      let claims: unknown = {};
      for (let level = 2; level < levels; level += 1) claims = wrap(claims);
      return { a: claims };
    };
    expect([isRefused(nested(30)), isRefused(nested(31)), isRefused(nested(200))]).toEqual([false, true, true]);
  });

  test('4,096 bytes of JSON are taken, and no more', () => {
    const sized = (bytes: number) => ({ x: 'ü'.repeat(500) + 'x'.repeat(bytes - 1000 - '{"x":""}'.length) });
    expect([isRefused(sized(4096)), isRefused(sized(4097))]).toEqual([false, true]);
  });

  test.each([
    ['a set', new Set(['a'])],
    ['a map', new Map([['a', 1]])],
    ['binary', new Uint8Array([1])],
    ['a date', new Date(0)],
    ['an instance of a class', new (class Role {})()],
    ['an object without a prototype', Object.create(null)],
    ['a function', () => 1],
    ['a symbol', Symbol('a')],
    ['undefined', undefined],
    ['a bigint', 1n],
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['2^53', 2 ** 53],
    ['half a surrogate pair', '\ud800'],
  ])('%s is not JSON, at any depth', (_, value) => {
    expect([{ value }, { a: [{ value }] }].map(isRefused)).toEqual([true, true]);
  });

  test('accepted claims come back from the table unchanged', () => {
    const names = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', 'length', 'name'));
    const scalars = fc.oneof(fc.string(), fc.double(), fc.integer(), fc.boolean(), fc.constant(null));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, scalars, fc.array(tie('value')), fc.dictionary(names, tie('value'))),
    }));
    fc.assert(
      fc.property(fc.dictionary(names, value), (made) => {
        const claims = JSON.parse(JSON.stringify(made)) as Record<string, unknown>;
        fc.pre(!isRefused(claims));
        expect(unmarshall(marshall({ claims }))).toEqual({ claims });
      }),
    );
  });
});
