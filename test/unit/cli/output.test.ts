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
