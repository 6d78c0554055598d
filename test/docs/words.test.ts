import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bannedWords } from './support/banned-words.ts';
import { root } from './support/pages.ts';

/** The banned phrases of a text, each with its line and what to write instead. */
function faultsIn(text: string, phrases = bannedWords): string[] {
  return text.split('\n').flatMap((line, index) =>
    phrases.flatMap(([phrase, instead]) => {
      const [found] = phrase.exec(line) ?? [];
      return found === undefined ? [] : [`${index + 1}: ${found} -> ${instead}`];
    }),
  );
}

const folders = '{.,bin,cli,client,docs,examples,lambda,lib,local,rehearsal,scripts,smoke,test,verification,verify}';
const foreign = /(^|\/)(node_modules|dist|cdk\.out|\.pawl)\//;
/** Documentation, comments, messages and the names of tests. */
const files = [`*.md`, `${folders}/**/*.{ts,tsx,mjs,py,html,yaml,md}`]
  .flatMap((pattern) => globSync(pattern, { cwd: root, exclude: (path) => foreign.test(`${path}/`) }))
  .filter((path) => !foreign.test(path) && path !== 'test/docs/support/banned-words.ts')
  .sort();

describe('prose uses plain words', () => {
  test('in every file of the repository', () => {
    expect(files.length).toBeGreaterThan(500);
    const faults = files.flatMap((path) =>
      faultsIn(readFileSync(join(root, path), 'utf8')).map((fault) => `${path}:${fault}`),
    );
    expect(faults).toEqual([]);
  });

  test('a banned phrase is reported with its line', () => {
    const phrases = [[/\butilize\b/i, 'use']] as const;
    expect(faultsIn('fine\nUtilize the cache', phrases)).toEqual(['2: Utilize -> use']);
  });
});
