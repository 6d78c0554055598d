import { existsSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readPage, root, section, tableRows } from './support/pages.ts';

/** Every requirement that docs/asvs.md judges, by its level in OWASP ASVS 5.0, so that none goes missing unseen. */
const requirements: Readonly<Record<number, readonly string[]>> = {
  1: [
    '2.2.1 2.2.2 3.2.1 3.3.1 3.4.1 3.4.2 3.5.1 3.5.2 3.5.3 4.1.1 6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.8',
    '6.3.1 6.3.2 6.4.1 6.4.2 7.2.1 7.2.2 7.2.3 7.2.4 7.4.1 7.4.2 8.2.1 8.2.2 8.3.1 9.1.1 9.1.2 9.1.3 9.2.1',
    '10.4.4 10.4.5 11.3.1 11.4.1 12.1.1 12.2.1 12.2.2 13.4.1 14.2.1 14.3.1',
  ],
  2: [
    '2.1.3 2.3.2 2.3.3 2.4.1 3.3.2 3.3.3 3.3.4 3.4.4 3.4.5 3.4.6 3.5.4 4.1.2 4.1.3 6.1.2 6.1.3 6.2.9 6.2.10',
    '6.2.11 6.2.12 6.3.3 6.3.4 6.4.3 7.1.1 7.1.2 7.3.1 7.3.2 7.4.3 7.4.5 7.5.1 7.5.2 9.2.2 9.2.3 9.2.4 10.1.1',
    '10.3.1 10.3.2 10.3.3 10.3.4 10.4.8 10.4.9 10.4.10 11.1.1 11.1.2 11.2.1 11.2.2 11.2.3 11.4.2 11.4.3',
    '11.4.4 11.5.1 11.6.1 12.1.2 12.3.1 12.3.2 13.1.1 13.2.1 13.2.2 13.2.4 13.3.1 13.3.2 13.4.2 13.4.5 14.1.1',
    '14.1.2 14.2.2 14.2.4 14.3.2 14.3.3 15.1.3 15.2.2 15.3.4 15.3.5 15.3.6 15.3.7 16.1.1 16.2.1 16.2.2 16.2.3',
    '16.2.4 16.2.5 16.3.1 16.3.2 16.3.3 16.3.4 16.4.1 16.4.2 16.4.3 16.5.1 16.5.2 16.5.3',
  ],
  3: [
    '3.3.5 4.1.4 4.2.5 6.3.5 6.3.6 6.3.7 6.3.8 6.4.6 7.5.3 8.3.2 10.3.5 10.4.14 11.2.4 11.2.5 13.1.2 13.1.3',
    '13.1.4 13.3.3 13.3.4 13.4.6 14.2.6 14.2.7 15.4.2 16.5.4',
  ],
};

const verdicts = ['met', 'not met', 'n/a'];
const page = readPage('docs/asvs.md');

interface Row {
  readonly id: string;
  readonly level: number;
  readonly asks: string;
  readonly verdict: string;
  readonly where: string;
  readonly shown: string;
}

const isId = (cell: string) => /^\d+\.\d+\.\d+$/.test(cell);

function rowsOf(text: string): readonly Row[] {
  return tableRows(text)
    .filter(([id = '']) => isId(id))
    .map(([id = '', level, asks = '', verdict = '', where = '', shown = '', ...more]) => {
      expect(more, `cells of ${id}`).toEqual([]);
      return { id, level: Number(level), asks, verdict, where, shown };
    });
}

interface Link {
  readonly text: string;
  /** Relative to the repository. */
  readonly path: string;
}

/** Links to files of the repository. */
function linksIn(cell: string): readonly Link[] {
  return [...cell.matchAll(/\[([^\]]*)\]\(([^)\s]+)\)/g)]
    .map(([, text = '', target = '']) => ({ text, target }))
    .filter(({ target }) => !target.startsWith('https://'))
    .map(({ text, target }) => ({ text, path: normalize(join('docs', target.split('#')[0] ?? '')) }));
}

const testsIn = (cell: string) => linksIn(cell).filter(({ path }) => path.startsWith('test/'));

function linkFault({ text, path }: Link): string | undefined {
  if (!existsSync(join(root, path))) return `${path} does not exist`;
  if (!path.startsWith('test/')) return undefined;
  const code = readFileSync(join(root, path), 'utf8');
  // A name of a test or of a group, in the quotes that the code has it in.
  const isNamed = ["'", '"', '`'].some((quote) => code.includes(`${quote}${text}${quote}`));
  return isNamed ? undefined : `${path} has no "${text}"`;
}

/** What is wrong with a row. */
function faultsOf(row: Row): readonly string[] {
  const { level, asks, verdict, where, shown } = row;
  const says = (holds: boolean, fault: string) => (holds ? [] : [fault]);
  const reason = /^because [^[]{20,}/.test(shown);
  const evidence = testsIn(shown).length > 0 || /^document only\b/.test(shown);
  return [
    ...says([1, 2, 3].includes(level), 'the level is 1, 2 or 3'),
    ...says(verdicts.includes(verdict), `"${verdict}" is not a verdict`),
    ...says(asks.length > 10, 'what it asks for is missing'),
    ...says(linksIn(where).length > 0, 'no file is named'),
    ...says(verdict === 'met' || reason, 'a reason is missing'),
    ...says(verdict !== 'met' || !shown.startsWith('because'), 'what is met needs no excuse'),
    ...says(verdict !== 'met' || evidence, 'no test shows it'),
    ...[...linksIn(where), ...linksIn(shown)].map(linkFault).filter((fault) => fault !== undefined),
  ];
}

const rows = rowsOf(page.text);

test('every requirement is judged, once, at its level', () => {
  const found = [1, 2, 3].map((level) => rows.filter((row) => row.level === level).map(({ id }) => id));
  expect(found).toEqual([1, 2, 3].map((level) => requirements[level]?.flatMap((line) => line.split(' '))));
  expect(new Set(rows.map(({ id }) => id)).size).toBe(158);
  expect(rows).toHaveLength(158);
});

test('each stands in its chapter', () => {
  const chapters = [...page.text.matchAll(/^## (V(\d+) .*)$/gm)];
  expect(chapters.length).toBeGreaterThan(10);
  const ids = chapters.flatMap(([, heading = '', number]) =>
    rowsOf(section(page, heading)).map(({ id }) => [id, id.split('.')[0] === number]),
  );
  expect(ids).toEqual(rows.map(({ id }) => [id, true]));
});

describe('what a row names exists, and its verdict has a test or a reason', () => {
  test.each(rows.map((row) => [row.id, row] as const))('%s', (_, row) => {
    expect(faultsOf(row)).toEqual([]);
  });

  test('a wrong one is noticed', () => {
    const row = { id: '1.1.1', level: 1, asks: 'That rows are right', where: '[limits](limits.md#guessing)' };
    const met = { ...row, verdict: 'met', shown: '[a wrong one is noticed](../test/docs/asvs.test.ts)' };
    expect(faultsOf(met)).toEqual([]);
    expect(faultsOf({ ...met, level: 4 })).toEqual(['the level is 1, 2 or 3']);
    expect(faultsOf({ ...met, verdict: 'nearly' })).toContain('"nearly" is not a verdict');
    expect(faultsOf({ ...met, asks: '', where: '' })).toHaveLength(2);
    expect(faultsOf({ ...met, shown: '' })).toEqual(['no test shows it']);
    expect(faultsOf({ ...met, verdict: 'not met' })).toEqual(['a reason is missing']);
    expect(faultsOf({ ...met, verdict: 'n/a', shown: 'because' })).toEqual(['a reason is missing']);
    expect(faultsOf({ ...met, shown: `because ${met.shown}` })).toEqual(['what is met needs no excuse']);
    expect(faultsOf({ ...met, where: '[x](nowhere.md)' })).toEqual(['docs/nowhere.md does not exist']);
    expect(faultsOf({ ...met, shown: '[n\u00f6 such name](../test/docs/asvs.test.ts)' })).toHaveLength(1);
  });
});

test('the summary counts right', () => {
  const of = (level: string) => rows.filter((row) => level === 'all' || row.level === Number(level));
  const counted = ['1', '2', '3', 'all'].map((level) => [
    level,
    ...verdicts.map((verdict) => `${of(level).filter((row) => row.verdict === verdict).length}`),
    `${of(level).length}`,
  ]);
  const summary = tableRows(page.text.slice(0, page.text.indexOf('\n## ')));
  expect(summary).toEqual([['Level', ...verdicts, 'all'], ...counted]);
});
