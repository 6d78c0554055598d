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
