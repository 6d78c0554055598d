import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalisePassword } from '../../../lambda/core/password.ts';
import { findPasswordFault, passwordFaultText } from '../../../lambda/core/password-policy.ts';
import {
  loginNameOf,
  mapUsername,
  maxUsernameLength,
  normaliseEmail,
  normaliseUsername,
} from '../../../lambda/core/username.ts';

describe('usernames', () => {
  test.each([
    ['Alice@Example.COM', 'alice@example.com'],
    ['  alice\n', 'alice'],
    ['ＡＬＩＣＥ', 'alice'],
    ['STRASSE', 'strasse'],
    ['straße', 'straße'],
    ['STRAẞE', 'straße'],
    ['ΣΊΣΥΦΟΣ', 'σίσυφοσ'],
    ['ｶﾞ', 'ガ'],
    ['e\u0301', '\u00e9'],
    ['İ', 'i\u0307'],
    // Canonically the same text as the letter k, and not another letter.
    ['\u212aelvin', 'kelvin'],
    ['日本', '日本'],
    ['alice+tag', 'alice+tag'],
  ])('%j is %j', (typed, username) => {
    expect(normaliseUsername(typed)).toBe(username);
  });

  test.each([
    ['straße', 'strasse'],
    ['ılker', 'ilker'],
    ['İlker', 'ilker'],
    ['ᏸ', 'Ꮀ'],
    ['å', 'a'],
  ])('%j and %j are different people', (one, other) => {
    expect(normaliseUsername(one)).toBeDefined();
    expect(normaliseUsername(one)).not.toBe(normaliseUsername(other));
  });

  test.each([
    ...['', '   ', 'a b', 'a\tb', 'a\u0000b', 'a\u200bb', 'a\u202eb', 'a\u00a0b', '\ud800', 'a\u{e000}'],
    ...['ﬁn', 'ſam', 'a²', '☎', 'a\u00adb', 'a\u0640', 'ǅ', '\u1100\u1161x\u1100'],
  ])('%j is refused', (typed) => {
    expect(normaliseUsername(typed)).toBeUndefined();
  });

  test.each(['-', ' - ', '－', '\uff0d '])('%j is reserved, including in your own user store', (typed) => {
    expect([normaliseUsername(typed), mapUsername(typed), loginNameOf(typed).name]).toEqual(Array(3).fill(undefined));
    expect(normaliseUsername(`${typed.trim()}a`)).toBe('-a');
  });

  test('up to the longest', () => {
    expect(normaliseUsername('a'.repeat(maxUsernameLength))).toHaveLength(maxUsernameLength);
    expect(normaliseUsername('a'.repeat(maxUsernameLength + 1))).toBeUndefined();
    expect(normaliseUsername('\ufdfa'.repeat(100))).toBeUndefined();
    expect(mapUsername(` ${'a'.repeat(5 * maxUsernameLength)}`)).toBeUndefined();
  });

  test('a normalised name is its own normal form, and case does not matter', () => {
    const typed = fc.string({ unit: 'binary', maxLength: 20 });
    fc.assert(
      fc.property(typed, (text) => {
        for (const normalise of [normaliseUsername, mapUsername]) {
          const username = normalise(text);
          if (username !== undefined) expect(normalise(username)).toBe(username);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('so is that of every single character; those that share a name are one letter by case, width or NFC', () => {
    const unstable: string[] = [];
    const joined: string[] = [];
    for (let code = 0; code <= 0x10ffff; code += 1) {
      const character = String.fromCodePoint(code);
      const username = normaliseUsername(character);
      if (username === undefined) continue;
      if (normaliseUsername(username) !== username) unstable.push(code.toString(16));
      const sameLetter = [character, character.normalize('NFKC'), character.normalize('NFC')].some(
        (one) => one.toLowerCase().normalize('NFC') === username,
      );
      if (!sameLetter) joined.push(code.toString(16));
    }
    // The final sigma.
    expect([unstable, joined]).toEqual([[], ['3c2']]);
  });
});

describe('e-mail addresses', () => {
  test.each([
    [' Alice@Example.com ', 'alice@example.com'],
    ['ａ@example.com', 'a@example.com'],
    ['käthe@bücher.example', 'käthe@bücher.example'],
    ["o'neil+x@example.co.uk", "o'neil+x@example.co.uk"],
  ])('%j is %j', (typed, email) => {
    expect(normaliseEmail(typed)).toBe(email);
  });

  test.each(['nonsense', '@example.com', 'a@b', 'a@b@example.com', 'a b@example.com', 'a@example..com', 'a@.com', ''])(
    '%j is refused',
    (typed) => {
      expect(normaliseEmail(typed)).toBeUndefined();
    },
  );
});

describe('a password is the same however it is typed', () => {
  test.each([
    ['composed and decomposed', 'Zoë pass\u00e9', 'Zoe\u0308 passe\u0301'],
    ['Hangul', '\uac00\uac01 12345', '\u1100\u1161\u1100\u1161\u11a8 12345'],
    ['a no-break space', 'correct horse', 'correct\u00a0horse'],
    ['an ideographic space', 'correct horse', 'correct\u3000horse'],
  ])('%s', (_name, one, other) => {
    expect(normalisePassword(one)).toBe(normalisePassword(other));
  });

  test.each([
    ['case', 'Password', 'password'],
    ['a ligature', 'ﬁne', 'fine'],
    ['width', 'ａ', 'a'],
    ['a space at the end', 'a', 'a '],
    ['a tab', 'a b', 'a\tb'],
  ])('but for %s', (_name, one, other) => {
    expect(normalisePassword(one)).not.toBe(normalisePassword(other));
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
    ['e\u0301'.repeat(7), 'too_short'],
    ['e\u0301'.repeat(256), undefined],
  ])('%j: %s', (password, fault) => {
    expect(judge(password)).toBe(fault);
  });

  test('a username of three letters may be part of the password', () => {
    expect(judge('bobsleigh', 'bob')).toBeUndefined();
    expect(judge('bobs-house', 'bobs')).toBe('contains_username');
    expect(judge('annabelle', 'ann@example.com')).toBeUndefined();
    for (const name of ['σίσυφος', 'σίσυφοσ']) expect(judge('xΣΊΣΥΦΟΣ99', name)).toBe('contains_username');
  });

  test('every fault has its own message', () => {
    expect(Object.values(passwordFaultText).every((words) => words.length > 20)).toBe(true);
  });
});
