import { expect, test } from 'vitest';
import { createOutput } from '../../../cli/frame/output.ts';

test('an empty field has no trailing spaces', () => {
  let written = '';
  const output = createOutput(false, (text) => {
    written += text;
  });
  output.one({ username: 'alice', scopes: [], email: undefined });
  output.rows([{ username: 'alice', scopes: [] }]);
  expect(written).toBe('username  alice\nscopes\nusername  scopes\nalice\n');
});

test('a table that is wider than the terminal becomes a list for each row', () => {
  const rows = [
    { id: 'a', device: 'x'.repeat(30) },
    { id: 'b', device: undefined },
  ];
  const written = (columns?: number) => {
    let all = '';
    const output = createOutput(false, (text) => (all += text), columns);
    output.rows(rows);
    output.rows(rows.slice(1));
    return all;
  };
  const table = `id  device\na   ${'x'.repeat(30)}\nb\nb\n`;
  expect([written(), written(34)]).toEqual([table, table]);
  expect(written(33)).toBe(`id      a\ndevice  ${'x'.repeat(30)}\n\nid  b\n\nid  b\n\n`);
});
