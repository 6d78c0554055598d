import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findPasswordFault, passwordFaultText } from '../../lambda/core/password-policy.ts';
import { maxUsernameLength, normaliseUsername } from '../../lambda/core/username.ts';

describe('usernames', () => {
  test.each([
    ['Alice@Example.COM', 'alice@example.com'],
    ['  alice\n', 'alice'],
    ['ＡＬＩＣＥ', 'alice'],
    ['STRASSE', 'strasse'],
    ['straße', 'strasse'],
    ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
    ['σίσυφοσ', 'σίσυφος'],
    ['ﬁn', 'fin'],
    ['e\u0301', '\u00e9'],
    ['İ', 'i\u0307'],
  ])('%j is %j', (typed, username) => {
    expect(normaliseUsername(typed)).toBe(username);
  });

  test.each(['', '   ', 'a b', 'a\tb', 'a\u0000b', 'a\u200bb', 'a\u202eb', 'a\u00a0b', '\ud800', 'a\u{e000}'])(
    '%j is none',
    (typed) => {
      expect(normaliseUsername(typed)).toBeUndefined();
    },
  );

  test('up to the longest', () => {
    expect(normaliseUsername('a'.repeat(maxUsernameLength))).toHaveLength(maxUsernameLength);
    expect(normaliseUsername('a'.repeat(maxUsernameLength + 1))).toBeUndefined();
    // One character may become eighteen.
    expect(normaliseUsername('\ufdfa'.repeat(100))).toBeUndefined();
    expect(normaliseUsername(` ${'a'.repeat(2 * maxUsernameLength)}`)).toBeUndefined();
  });

  test('a normalised name is its own normal form, and case does not matter', () => {
    const typed = fc.string({ unit: 'binary', maxLength: 20 });
    fc.assert(
      fc.property(typed, (text) => {
        const username = normaliseUsername(text);
        if (username !== undefined) expect(normaliseUsername(username)).toBe(username);
      }),
      { numRuns: 2000 },
    );
  });

  test('so is that of every single character', () => {
    const unstable: string[] = [];
    for (let code = 0; code <= 0x10ffff; code += 1) {
      const username = normaliseUsername(String.fromCodePoint(code));
      if (username !== undefined && normaliseUsername(username) !== username) unstable.push(code.toString(16));
    }
    expect(unstable).toEqual([]);
  });
});

describe('new passwords', () => {
  const judge = (password: string, username = 'alice@example.com') =>
    findPasswordFault(password, username, (text) => text === 'password1');

  test.each([
    ['1234567', 'too_short'],
    ['12345678', undefined],
    ['𝒳'.repeat(7), 'too_short'],
    ['𝒳'.repeat(8), undefined],
    ['x'.repeat(256), undefined],
    ['𝒳'.repeat(256), undefined],
    ['x'.repeat(257), 'too_long'],
    ['PassWord1', 'too_common'],
    ['xxAlice@Example.comxx', 'contains_username'],
    ['myALICEpass', 'contains_username'],
    ['ＡＬＩＣＥ-full-width', 'contains_username'],
    ['any kind: é☎ \t', undefined],
  ])('%j: %s', (password, fault) => {
    expect(judge(password)).toBe(fault);
  });

  test('a name of three letters is in too many words to count', () => {
    expect(judge('bobsleigh', 'bob')).toBeUndefined();
    expect(judge('bobs-house', 'bobs')).toBe('contains_username');
    expect(judge('annabelle', 'ann@example.com')).toBeUndefined();
  });

  test('every fault has its words', () => {
    expect(Object.values(passwordFaultText).every((words) => words.length > 20)).toBe(true);
  });
});
