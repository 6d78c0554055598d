import { describe, expect, test } from 'vitest';
import { scopesOf } from '../../../cli/users/words.ts';
import { readText } from './read.ts';

describe('typed scopes', () => {
  test.each([
    [[], []],
    [[''], []],
    [['read'], ['read']],
    [
      ['read', 'write'],
      ['read', 'write'],
    ],
    [['read write'], ['read', 'write']],
    [[' read\t write\n'], ['read', 'write']],
    [
      ['read write', 'read', 'orders:read'],
      ['read', 'write', 'orders:read'],
    ],
  ])('%j are %j', (words, scopes) => {
    expect(scopesOf(words)).toEqual(scopes);
  });

  test.each([
    [['read,write'], 'read,write', 'a comma'],
    [['read,', 'write'], 'read,', 'a comma'],
    [['read', ',', 'write'], ',', 'a comma'],
    [['read, write'], 'read,', 'a comma'],
    [['read;write'], 'read;write', 'a semicolon'],
  ])('%j: a separator that would become part of a scope is refused', (words, scope, found) => {
    expect(() => scopesOf(words)).toThrow(
      expect.objectContaining({
        exitCode: 2,
        message: `the scope ${scope} contains ${found}: separate scopes with spaces, as in read write`,
      }),
    );
  });

  test.each(['r\u00e9ad', 'quo"te', 'back\\slash', '\u0000'])('%j is refused, and named', (scope) => {
    expect(() => scopesOf(['read', scope])).toThrow(`the scope ${scope} is not allowed: use printable ASCII`);
  });
});

describe('scopes of an import', () => {
  const scopesIn = async (text: string) => (await readText(text)).all.map(([, result]) => result);

  test('CSV: separated by spaces; a comma is refused', async () => {
    const text = 'username,scopes\nalice,read write\nbob,"read,write"\ncarol,read;write\ndave,\n';
    expect(await scopesIn(text)).toEqual([
      expect.objectContaining({ scopes: ['read', 'write'] }),
      'the scope read,write contains a comma: separate scopes with spaces, as in read write',
      'the scope read;write contains a semicolon: separate scopes with spaces, as in read write',
      { username: 'dave', hash: 'none' },
    ]);
  });

  test('JSON: a list says where a scope ends, so that an export can be imported again', async () => {
    expect(await scopesIn('{"username":"alice","scopes":["read,write"]}')).toEqual([
      expect.objectContaining({ scopes: ['read,write'] }),
    ]);
  });
});
