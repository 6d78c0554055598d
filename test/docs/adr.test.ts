import { describe, expect, test } from 'vitest';
import { pages } from './support/pages.ts';

const records = pages.filter(({ path }) => path.startsWith('docs/adr/'));
const numberOf = (path: string) => path.slice('docs/adr/'.length, 'docs/adr/'.length + 4);
const statusOf = (text: string) => /^Status: (.*)$/m.exec(text)?.[1] ?? '';

describe('decision records are short and of one shape', () => {
  test.each(records.map((page) => [page.path, page] as const))('%s', (path, { text }) => {
    const [, number] = /^docs\/adr\/(\d{4})-[a-z0-9-]+\.md$/.exec(path) ?? [];
    const headings = [...text.matchAll(/^#+ .*$/gm)].map(([line]) => line);
    expect(headings[0]).toMatch(new RegExp(`^# ${number}\\b`));
    expect(headings.slice(1)).toEqual(['## Context', '## Decision', '## Consequences']);
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
    expect(text).toMatch(/^Date: \d{4}-\d{2}-\d{2}$/m);
    expect(statusOf(text)).toMatch(/^(proposed|accepted|superseded by \[ADR \d{4}\])/);
  });

  test('numbers start at 1 and have no gap', () => {
    const numbers = records.map(({ path }) => Number(numberOf(path))).sort((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(numbers.length).toBeGreaterThan(40);
  });
});

describe('a decision that a later one overrules says so', () => {
  const overruling = records.flatMap(({ path, text }) =>
    [...statusOf(text).matchAll(/(amends|supersedes) ((?:\[ADR \d{4}\]\(\S+\)(?: and |, )?)+)/g)].flatMap(
      ([, how, links]) =>
        [...(links ?? '').matchAll(/\[ADR (\d{4})\]/g)].map(([, earlier]) => [numberOf(path), how, earlier] as const),
    ),
  );

  test.each(overruling)('%s %s %s', (later, how, earlier) => {
    const record = records.find(({ path }) => numberOf(path) === earlier);
    expect(statusOf(record?.text ?? '')).toMatch(
      new RegExp(`${how === 'amends' ? 'amended' : 'superseded'} by .*\\[ADR ${later}\\]`),
    );
  });

  test('and the later one says so, too', () => {
    const said = records.flatMap(({ path, text }) =>
      [...statusOf(text).matchAll(/(?:amended|superseded) by [^:]*/g)].flatMap(([part]) =>
        [...part.matchAll(/\[ADR (\d{4})\]/g)].map(([, later]) => `${later} ${numberOf(path)}`),
      ),
    );
    expect(said.sort()).toEqual(overruling.map(([later, , earlier]) => `${later} ${earlier}`).sort());
  });
});

test('where a record is named with a link, the number is that of the file', () => {
  const wrong = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\[ADR (\d{4})\]\([^)]*?(\d{4})-[\w-]+\.md/g)]
      .filter(([, name, file]) => name !== file)
      .map(([link]) => `${path}: ${link}`),
  );
  expect(wrong).toEqual([]);
});
