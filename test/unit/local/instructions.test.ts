import { expect, test } from 'vitest';
import { instructions } from '../../../local/instructions.ts';

const url = 'http://localhost:3000';
const printed = (graceSeconds: number, password: string | undefined = '4OwS59U8RokhL7jN') =>
  instructions({ url, user: { username: 'demo@example.com', password }, graceSeconds });

test('no line is longer than 80 columns', () => {
  for (const text of [printed(30), printed(0), printed(86_400)]) {
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  }
});

test('says what a used token does within the grace window and after it', () => {
  expect(printed(30)).toContain('For 30 s (graceSeconds), the used token returns the same new token: a retry,');
  expect(printed(0)).toContain('Refreshing again with the used token ends the session');
});

test('quotes a password for the shell', () => {
  expect(printed(30, `it's "$x"`)).toContain(`'{"username":"demo@example.com","password":"it'\\''s \\"$x\\""}'`);
});
