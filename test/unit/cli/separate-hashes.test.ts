import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { read, sample } from './read.ts';

/** A file of Auth0's hashes that is not as it should be: no user loses a password without a word. */

const folder = mkdtempSync(join(tmpdir(), 'pawl-hashes-'));
afterAll(() => rmSync(folder, { recursive: true }));

const accounts = sample('auth0-export.ndjson');
const hashes = readFileSync(sample('auth0-hashes.ndjson'), 'utf8');
const written = (text: string) => {
  const path = join(folder, 'hashes.ndjson');
  writeFileSync(path, text);
  return path;
};

test('lines that cannot be read are refused, and the others are used', async () => {
  const [alice = ''] = hashes.split('\n');
  const path = written(`${alice}\n{"_id":{"$oid":"5f7c8e\n{"email":"c@example.com","passwordHash":"$2b$10$"}\n[]\n`);
  const { all } = await read(accounts, { auth0Hashes: path });
  expect(all[0]).toMatchObject(['line 1', { hash: '2b' }]);
  expect(all.slice(-3)).toEqual([
    [`line 2 of ${path}`, 'not JSON'],
    [`line 3 of ${path}`, 'it has no id of a user'],
    [`line 4 of ${path}`, 'not a JSON object'],
  ]);
});

test.each([
  ['one list', `[${hashes.trim().replace('\n', ',')}]`],
  ['the export itself', readFileSync(accounts, 'utf8')],
  ['an empty file', ''],
])('%s: nothing is imported', async (_, text) => {
  const path = written(text);
  const reading = read(accounts, { auth0Hashes: path });
  await expect(reading).rejects.toThrow(`${path} has no password hashes of Auth0`);
});

test('a user who is refused has one reason, and their hash is not reported as unused', async () => {
  const path = join(folder, 'export.ndjson');
  const user = (id: string, more: object) =>
    `${JSON.stringify({ user_id: `auth0|5f7c8ec7c33c6c004bbafe8${id}`, ...more })}\n`;
  const rounded = '{"user_id":12345678901234567890,"email":"c@example.com"}\n';
  writeFileSync(
    path,
    user('2', { email: 'alice@example.com', blocked: 'yes' }) + user('3', { username: 'b o b' }) + rounded,
  );
  const { all } = await read(path, { auth0Hashes: sample('auth0-hashes.ndjson') });
  expect(all).toEqual([
    ['line 1', 'blocked is neither true nor false'],
    ['line 2', expect.stringMatching(/^username is not allowed/)],
    ['line 3', 'user_id is a number that is not exact: export it as text'],
  ]);
});
