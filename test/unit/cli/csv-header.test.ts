import { expect, test } from 'vitest';
import { rejectionOf } from '../../support/expect.ts';
import { readText } from './read.ts';

const alice = { username: 'alice', email: 'alice@example.com', hash: 'none' };

test.each([
  'Username,E-Mail',
  'USERNAME,EMAIL',
  'username,E-Mail',
  ' User Name , e_mail ',
  'Username;E-mail',
  '"Username"\t"Email"',
])('Pawl reads the header %j as its format', async (header) => {
  const separator = header.includes(';') ? ';' : header.includes('\t') ? '\t' : ',';
  const text = `${header}\nalice${separator}alice@example.com\n`;
  for (const format of [undefined, 'pawl'] as const) {
    expect(await readText(text, format && { format })).toEqual({ format: 'pawl', all: [['line 2', alice]] });
  }
});

test('every column, as a database spells it', async () => {
  const header = 'SUBJECT,USER_NAME,EMAIL,STATUS,PASSWORD_HASH,CLAIMS,SCOPES';
  const { all } = await readText(`${header}\n7,alice,,disabled,,"{""a"":1}",read write\n`);
  const rest = { claims: { a: 1 }, scopes: ['read', 'write'], hash: 'none' };
  expect(all).toEqual([['line 2', { subject: '7', username: 'alice', status: 'disabled', ...rest }]]);
});

test("another system's header keeps its meaning", async () => {
  const text = 'Id,Email,Email Verified,Username\n"auth0|1",alice@example.com,true,alice\n';
  expect((await readText(text)).format).toBe('auth0');
});

test.each([
  ['username,Email,E-Mail', /has the column email more than once: Email, E-Mail$/],
  ['username,username', /has the column username more than once: username, username$/],
  ['Username,Nickname,', /has unknown columns: Nickname, \(no name\)\nfound: Username, Nickname, \(no name\)\n/],
])('the header %j is refused', async (header, message) => {
  const refused = await rejectionOf(readText(`${header}\nalice,a,b\n`));
  expect(refused).toMatchObject({ exitCode: 2, message: expect.stringMatching(message) });
});
