import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { read, readText, sample } from './read.ts';

const line = (username: string, more = '') => `{"username":"${username}"${more}}\n`;
const reasons = async (...given: Parameters<typeof readText>) =>
  (await readText(...given)).all.filter(([, what]) => typeof what === 'string');

describe('an unknown format', () => {
  test.each([
    ['{"name":"alice","mail":"a@example.com"}', 'name, mail'],
    ['name,mail\nalice,a@example.com\n', 'name, mail'],
    ['[{"login":"alice"}]', 'login'],
    ['{"people":[]}', 'people'],
    ['hello', 'hello'],
  ])('%s', async (text, seen) => {
    await expect(readText(text)).rejects.toThrow(
      `the format of standard input is not known: its first record has the fields ${seen}\nexpected: username, and any of subject,`,
    );
  });

  test('a column that no account has', async () => {
    await expect(readText('username,mail\nalice,a@example.com\n')).rejects.toThrow(
      'standard input has unknown columns: mail\nfound: username, mail\nexpected: any of subject, username,',
    );
  });
});

describe('if two lines share a name or a subject, the first is imported', () => {
  test.each([
    ['the same line', line('alice') + line('alice'), 'alice is also in line 1'],
    ['a username in another case', line('alice') + line('ALICE'), 'alice is also in line 1'],
    ['a username in full width', line('alice') + line('ａｌｉｃｅ'), 'alice is also in line 1'],
    [
      'an e-mail address',
      line('alice', ',"email":"a@example.com"') + line('bob', ',"email":"A@Example.com"'),
      'a@example.com is also in line 1',
    ],
    [
      'an address that is a username',
      line('a@example.com') + line('bob', ',"email":"a@example.com"'),
      'a@example.com is also in line 1',
    ],
    ['a subject', line('alice', ',"subject":"s"') + line('bob', ',"subject":"s"'), 'the subject s is also in line 1'],
  ])('%s', async (_, text, reason) => {
    expect(await reasons(text)).toEqual([['line 2', reason]]);
  });
});

test('lines that are not accounts are refused, and the others are read', async () => {
  const text = [
    line('alice'),
    'nonsense\n',
    '[]\n',
    '\n',
    line('no one'),
    line('bob', ',"email":"bob"'),
    line('carol'),
  ];
  expect(await readText(text.join('').replaceAll('\n', '\r\n'))).toEqual({
    format: 'pawl',
    all: [
      ['line 1', { username: 'alice', hash: 'none' }],
      ['line 2', 'not JSON'],
      ['line 3', 'not a JSON object'],
      [
        'line 5',
        'username is not allowed: 1 to 254 letters, digits, marks and ASCII characters, without white space, and not - alone: "no one"',
      ],
      ['line 6', 'email is not an e-mail address: "bob"'],
      ['line 7', { username: 'carol', hash: 'none' }],
    ],
  });
});

test('a name that the current rules do not allow is read from an export, and from nothing else', async () => {
  const text =
    line('☃alice', ',"epoch":0') +
    line('b o b', ',"epoch":0') +
    line('☃bob') +
    line('-', ',"epoch":0') +
    line('☃A', ',"epoch":0');
  const { all } = await readText(text);
  expect(all.map(([, what]) => (typeof what === 'string' ? 'refused' : what?.username))).toEqual([
    '☃alice',
    'b o b',
    'refused',
    'refused',
    'refused',
  ]);
});

test('a refused name is quoted in part, without control characters', async () => {
  const { all } = await readText(`username\n"\u001b[2J${'x'.repeat(300)}"\n`);
  expect(all[0]?.[1]).toMatch(/: "\\u001b\[2Jx{30}\.\.\.$/);
});

test('rows of CSV that cannot be read are refused, and the others are read', async () => {
  const text = 'username,email\nalice,\nbob,b@example.com,more\n\n"carol",\nda"ve,\n"eve\nadam",\n';
  expect((await readText(text)).all).toEqual([
    ['line 2', { username: 'alice', hash: 'none' }],
    ['line 3', 'it has a different number of fields than the first row: found 3, expected 2'],
    ['line 5', { username: 'carol', hash: 'none' }],
    ['line 6', { username: 'da"ve', hash: 'none' }],
    [
      'line 8',
      'username is not allowed: 1 to 254 letters, digits, marks and ASCII characters, without white space, and not - alone: "eve\\nadam"',
    ],
  ]);
});

test('an unclosed quote neither fills memory nor ends the report', async () => {
  const text = `username\nalice\n"bob\n${'x\n'.repeat(800_000)}`;
  const { all } = await readText(text, {}, 65_536);
  expect(all[0]).toEqual(['line 2', { username: 'alice', hash: 'none' }]);
  expect(all.some(([, what]) => what === 'it has more than 1 MB: is a quote not closed?')).toBe(true);
});

test('a byte order mark, gzip and chunk boundaries make no difference', async () => {
  for (const file of ['keycloak-realm.json', 'supabase.csv', 'auth0-export.ndjson', 'accounts.csv']) {
    const whole = await read(sample(file));
    const bytes = readFileSync(sample(file));
    expect(await readText(Buffer.concat([Buffer.from('\ufeff'), bytes]))).toEqual(whole);
    expect(await readText(gzipSync(bytes))).toEqual(whole);
    expect(await readText(bytes, {}, 1)).toEqual(whole);
  }
});

test('a document with each user on a separate line is not JSON Lines', async () => {
  const text =
    '{"version":1,\n"users":[\n{"localId":"a","email":"a@example.com"},\n{"localId":"b","email":"b@example.com"}\n]}\n';
  const { format, all } = await readText(text, { withoutHashes: true });
  expect([format, all.map(([from]) => from)]).toEqual(['firebase', ['user 1', 'user 2']]);
});

test('JSON Lines that begin with a broken line', async () => {
  const text = `{"username":\n${line('alice')}${line('bob')}`;
  expect((await readText(text)).all.map(([from]) => from)).toEqual(['line 1', 'line 2', 'line 3']);
});

test('members named like built-in object properties change nothing', async () => {
  const text = '[{"username":"alice","claims":{"__proto__":{"admin":true},"constructor":1}},{"username":"bob"}]';
  const { all } = await readText(text, { format: 'pawl' });
  expect(all[0]?.[1]).toContain('claim __proto__ ');
  expect(({} as { admin?: unknown }).admin).toBeUndefined();
  expect(all[1]).toEqual(['user 2', { username: 'bob', hash: 'none' }]);
});

test('Firebase writes invalid CSV for a name with a quote and a comma: the row is refused, not misread', async () => {
  const [alice = '', ...others] = readFileSync(sample('firebase.csv'), 'utf8').split('\n');
  const broken = alice
    .replace('Alice Liddell, Jr', 'Alice "Al" Liddell, Jr')
    .replace('Up1', 'Up0')
    .replace('alice@', 'al@');
  const { all } = await readText([alice, broken, ...others].join('\n'), { withoutHashes: true });
  expect(all.map(([from, what]) => [from, typeof what === 'string' ? what : what?.username])).toEqual([
    ['line 1', 'alice@example.com'],
    ['line 2', 'it has a different number of fields than the first row: found 30, expected 29'],
    ['line 3', 'bob@example.com'],
    ['line 4', 'it has neither a username nor an e-mail address'],
  ]);
});
