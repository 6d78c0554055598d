import { describe, expect, test } from 'vitest';
import { pages } from './support/pages.ts';

const records = pages.filter(({ path }) => path.startsWith('docs/adr/'));

describe('decision records are short and of one shape', () => {
  test.each(records.map((page) => [page.path, page] as const))('%s', (path, { text }) => {
    const [, number] = /^docs\/adr\/(\d{4})-[a-z0-9-]+\.md$/.exec(path) ?? [];
    const headings = [...text.matchAll(/^#+ .*$/gm)].map(([line]) => line);
    expect(headings[0]).toMatch(new RegExp(`^# ${number}\\b`));
    expect(headings.slice(1)).toEqual(['## Context', '## Decision', '## Consequences']);
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
  });

  test('no two have one number', () => {
    const numbers = records.map(({ path }) => path.slice('docs/adr/'.length, 'docs/adr/'.length + 4));
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers.length).toBeGreaterThan(11);
  });
});
