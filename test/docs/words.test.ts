import { describe, expect, test } from 'vitest';
import { bannedWords } from './support/banned-words.ts';
import { pages } from './support/pages.ts';

/** The banned phrases of a text, each with its line and what to write instead. */
function faultsIn(text: string): string[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      bannedWords
        .filter(([phrase]) => phrase.test(line))
        .map(([phrase, instead]) => `${index + 1}: ${phrase.exec(line)?.[0]} -> ${instead}`),
    );
}

const prose = pages.filter(({ path }) => !path.startsWith('docs/adr/'));

describe('prose uses plain words', () => {
  test.each(prose.map((page) => [page.path, page] as const))('%s', (_, { text }) => {
    expect(faultsIn(text)).toEqual([]);
  });

  test('a banned phrase is reported with its line', () => {
    expect(faultsIn('fine\nWhoever reads this')).toEqual([
      '2: Whoever -> name the party: the client, the caller, an attacker',
    ]);
  });
});
