import { describe, expect, test } from 'vitest';
import { countedName, loginNameOf, mapUsername } from '../../../lambda/core/username.ts';

describe('the names that a login looks up', () => {
  test.each([
    ['Alice', { name: 'alice', legacy: undefined }],
    ['straße', { name: 'straße', legacy: 'strasse' }],
    ['ılker', { name: 'ılker', legacy: 'ilker' }],
    ['☎', { name: undefined, legacy: '☎' }],
    ['a b', { name: undefined, legacy: undefined }],
  ])('%j: %j', (typed, wanted) => {
    expect(loginNameOf(typed)).toEqual(wanted);
  });

  test('all spellings that may lead to one account share a counter', () => {
    expect(['jessica', 'jeßica', 'JEſſICA'].map(countedName)).toEqual(['jessica', 'jessica', 'jessica']);
    expect(countedName('+49 171 23')).toBe('+49 171 23');
  });

  test.each(['straße', 'alıce', 'σίσυφος', 'νικος.παπας', 'bob', '☎', 'anna maria', 'ß'.repeat(254)])(
    'surrounding white space does not start a second counter for %j',
    (typed) => {
      const padded = [typed, typed.padEnd(512), typed.padStart(1500), typed.padEnd(900, '\u3000')];
      expect(new Set(padded.map(countedName))).toEqual(new Set([expect.any(String)]));
      expect(new Set(padded.map((each) => loginNameOf(each).legacy)).size).toBe(1);
    },
  );

  test('inputs that share a current or an earlier name share a counter', () => {
    const differ: string[] = [];
    for (let code = 0; code < 0x3100; code += 1) {
      const typed = `aΣ${String.fromCodePoint(code)}`;
      for (const found of [mapUsername(typed), loginNameOf(typed).legacy]) {
        if (found !== undefined && countedName(found) !== countedName(typed)) differ.push(typed);
      }
    }
    expect(differ).toEqual([]);
  });
});
