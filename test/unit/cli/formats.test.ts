import { describe, expect, test } from 'vitest';
import type { FormatName } from '../../../cli/transfer/formats/formats.ts';
import { rejectionOf } from '../../support/expect.ts';
import { read, readText, sample } from './read.ts';

/** `--format` with a file of another format: nothing is imported. */

const samples: readonly (readonly [FormatName, string])[] = [
  ['cognito', 'cognito-list-users.json'],
  ['cognito', 'cognito.csv'],
  ['auth0', 'auth0-export.ndjson'],
  ['auth0', 'auth0-hashes.ndjson'],
  ['auth0', 'auth0-import.json'],
  ['firebase', 'firebase.json'],
  ['firebase', 'firebase.csv'],
  ['supabase', 'supabase.csv'],
  ['supabase', 'supabase.json'],
  ['keycloak', 'keycloak-realm.json'],
  ['keycloak', 'keycloak-users.json'],
  ['keycloak', 'keycloak-all-realms.json'],
  ['pawl', 'accounts.csv'],
];
const names = [...new Set(samples.map(([format]) => format))];
const wrong = samples.flatMap(([format, file]) =>
  names.filter((name) => name !== format).map((name) => [file, name] as const),
);

test.each(wrong)('%s is not %s', async (file, given) => {
  const refused = await rejectionOf(read(sample(file), { format: given, withoutHashes: true }));
  expect(refused).toMatchObject({
    name: 'Failure',
    exitCode: 2,
    message: expect.stringMatching(/ does not look like an? .*; leave --format out, or give another: /),
  });
});

test.each(samples)('%s: %s', async (format, file) => {
  expect((await read(sample(file), { format, withoutHashes: true })).format).toBe(format);
});

describe.each(names.filter((name) => name !== 'pawl'))('a file of your own is not %s', (given) => {
  test.each([
    ['JSON Lines', '{"username":"alice","email":"alice@example.com","scopes":["read"]}\n{"username":"bob"}\n'],
    ['one line', '{"username":"alice"}'],
    ['an array', '[{"username":"alice","passwordHash":"$2b$10$x"}]'],
    ['CSV', 'username,email,passwordHash\nalice,alice@example.com,\n'],
    ['CSV with semicolons', 'subject;username;claims\n1;alice;\n'],
    ['unknown fields', '{"login":"alice","mail":"alice@example.com"}\n'],
    ['CSV with unknown columns', 'login,mail\nalice,alice@example.com\n'],
  ])('%s', async (_, text) => {
    const refused = await rejectionOf(readText(text, { format: given, withoutHashes: true }));
    expect(String(refused)).toContain('standard input does not look like an export of');
    expect(refused).toMatchObject({ exitCode: 2 });
  });
});

test('a format that its typical fields confirm is accepted, although none identifies it', async () => {
  const text = '{"email":"alice@example.com","email_verified":true}\n';
  expect(await readText(text, { format: 'auth0' })).toEqual({
    format: 'auth0',
    all: [['line 1', { username: 'alice@example.com', email: 'alice@example.com', hash: 'none' }]],
  });
});

test('hashes of Auth0 go with an export of Auth0', async () => {
  await expect(read(sample('accounts.csv'), { auth0Hashes: sample('auth0-hashes.ndjson') })).rejects.toThrow(
    "is a file in Pawl's own format: --auth0-hashes needs an export of Auth0",
  );
});

test("a file without usernames is not in Pawl's own format: the fields expected and found are named", async () => {
  const refused = await rejectionOf(readText('email,scopes\na@example.com,read\n', { format: 'pawl' }));
  expect(refused).toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(
      /has no field username: its first record has the fields email, scopes\nexpected: username, and any of subject,/,
    ),
  });
});

test('one broken line of two does not hide that they are JSON Lines', async () => {
  expect((await readText('{"username":"alice"}\nnonsense\n')).all).toEqual([
    ['line 1', { username: 'alice', hash: 'none' }],
    ['line 2', 'not JSON'],
  ]);
});
