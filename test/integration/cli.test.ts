import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { accountAttribute, type CommandResult, users } from './support/account.ts';
import { type ProxiedService, startProxied } from './support/service.ts';
import * as session from './support/session.ts';

/** Exit codes: what a script goes by. */
const code = { ok: 0, failed: 1, usage: 2, exists: 3 } as const;
const password = 'Canary battery staple';

let service: ProxiedService;
let names = 0;
/** Everything that any command said. */
let said = '';

beforeAll(async () => {
  service = await startProxied();
}, 60_000);
beforeEach(() => {
  // A new hour for the counters of tries.
  service.local.advance(3600);
});
afterAll(() => service.stop());

const newName = () => {
  names += 1;
  return `person-${names}@example.com`;
};
async function run(args: readonly string[], options: Parameters<typeof users>[2] = {}): Promise<CommandResult> {
  const result = await users(service, args, options);
  said += result.stdout + result.stderr;
  return result;
}
const onTable = (...args: string[]) => [...args, '--table', service.local.tableName];
const add = (username: string, ...more: string[]) =>
  run(onTable('add', username, '--password-stdin', ...more), { stdin: `${password}\n` });
const login = (username: string, typed = password) => session.login(service, { username, password: typed });

describe('users add', () => {
  test('creates a user who can log in, with scopes and an address', async () => {
    const username = newName();
    const result = await add(username.toUpperCase(), '--scope', 'read write', '--email', 'Person@example.com');
    expect(result).toEqual({
      code: code.ok,
      stdout: expect.stringMatching(`^added ${username} as [\\w-]{22}\n$`),
      stderr: '',
    });
    const tokens = session.tokensOf(await login(username));
    expect(tokens.scope).toBe('read write');
    const { sub } = session.claimsOf(tokens.accessToken) as { sub: string };
    expect(result.stdout).toContain(sub);
    expect(await accountAttribute(service, { subject: sub, username, password }, 'email')).toBe('person@example.com');
  });

  test('takes the password as it comes, but for its last line break', async () => {
    const username = newName();
    const typed = '  two blanks, ünïcode 🔑  ';
    const result = await run(onTable('add', username, '--password-stdin'), { stdin: `${typed}\r\n` });
    expect(result.code).toBe(code.ok);
    expect((await login(username, typed)).status).toBe(200);
    session.expectError(await login(username, typed.trim()), 400, 'invalid_grant');
  });

  test('of a username that is taken: exit code 3, and the old password stays', async () => {
    const username = newName();
    await add(username);
    const result = await run(onTable('add', username, '--password-stdin'), { stdin: 'another battery staple' });
    expect(result).toEqual({ code: code.exists, stdout: '', stderr: `${username} exists already\n` });
    expect((await login(username)).status).toBe(200);
  });

  test.each([
    ['a password that is too short', ['Short 7'], 'A password has at least 8 characters.'],
    ['a common password', ['Football1'], 'This password is among the most common ones.'],
    ['no password', [''], 'A password has at least 8 characters.'],
  ])('with %s: exit code 1 and one line', async (_name, [stdin = ''], line) => {
    const username = newName();
    const result = await run(onTable('add', username, '--password-stdin'), { stdin });
    expect(result).toEqual({ code: code.failed, stdout: '', stderr: `${line}\n` });
    session.expectError(await login(username, stdin || 'x'), 400, 'invalid_grant');
  });

  test('without a terminal and without --password-stdin says what is missing', async () => {
    const result = await run(onTable('add', newName()), { stdin: password });
    expect(result).toMatchObject({ code: code.failed, stdout: '' });
    expect(result.stderr).toMatch(/--password-stdin\n$/);
  });

  test.each([
    ['with white space in the name', ['add', 'no body'], code.failed],
    ['with scopes that are none', ['add', 'x', '--scope', 'quo"te'], code.usage],
  ])('%s creates nobody', async (_name, args, expected) => {
    const result = await run([...onTable(...args), '--password-stdin'], { stdin: password });
    expect([result.code, result.stdout]).toEqual([expected, '']);
  });
});

describe('users logout, disable, enable', () => {
  test('logout ends every session; the next login works', async () => {
    const username = newName();
    await add(username);
    const old = session.tokensOf(await login(username));
    const result = await run(onTable('logout', username.toUpperCase()));
    expect(result).toMatchObject({ code: code.ok, stderr: '' });
    expect(result.stdout).toMatch(new RegExp(`^every session of ${username} is over`));
    session.expectError(await session.refresh(service, old.refreshToken), 400, 'invalid_grant');
    expect((await login(username)).status).toBe(200);
  });

  test('disable ends every session and lets nobody in, twice as well as once; enable lets in again', async () => {
    const username = newName();
    await add(username);
    const old = session.tokensOf(await login(username));
    for (let times = 0; times < 2; times += 1) {
      const result = await run(onTable('disable', username));
      expect(result).toEqual({ code: code.ok, stdout: `${username} is disabled; every session is over\n`, stderr: '' });
      session.expectError(await login(username), 400, 'invalid_grant');
    }
    const result = await run(onTable('enable', username));
    expect(result).toEqual({ code: code.ok, stdout: `${username} may log in again\n`, stderr: '' });
    expect((await login(username)).status).toBe(200);
    session.expectError(await session.refresh(service, old.refreshToken), 400, 'invalid_grant');
  });

  test.each(['logout', 'disable', 'enable'])('%s of nobody: exit code 1', async (command) => {
    const result = await run(onTable(command, 'nobody'));
    expect(result).toEqual({ code: code.failed, stdout: '', stderr: 'there is no user nobody\n' });
  });

  test('a cause that is none: exit code 2, and nothing ends', async () => {
    const username = newName();
    await add(username);
    const own = session.tokensOf(await login(username));
    const result = await run(onTable('logout', username, '--cause', 'Boredom'));
    expect([result.code, result.stdout]).toEqual([code.usage, '']);
    expect(result.stderr).toContain('TheftSuspected');
    expect((await session.refresh(service, own.refreshToken)).status).toBe(200);
  });

  test('a bus that nobody answers on does not keep a user logged in', async () => {
    const username = newName();
    await add(username);
    const own = session.tokensOf(await login(username));
    const env = { AWS_ENDPOINT_URL_EVENTBRIDGE: 'http://127.0.0.1:9' };
    expect((await run(onTable('logout', username, '--bus', 'any'), { env })).code).toBe(code.ok);
    session.expectError(await session.refresh(service, own.refreshToken), 400, 'invalid_grant');
  });
});

describe('what is wrong with the command', () => {
  test.each([
    ['no command', []],
    ['an unknown command', ['delete', 'x']],
    ['a name that every object has', ['constructor']],
    ['no table', ['logout', 'x']],
    ['nobody', ['logout', '--table', 'x']],
    ['two names', ['enable', 'x', 'y', '--table', 'x']],
    ['an unknown option', ['disable', 'x', '--table', 'x', '--force']],
    ['a password on the command line', ['add', 'x', '--table', 'x', '--password', password]],
  ])('%s: exit code 2', async (_name, args) => {
    expect(await run(args)).toMatchObject({ code: code.usage, stdout: '' });
  });

  test('a table that is not there, and one that does not answer: exit code 1 and no stack', async () => {
    const missing = await run(['logout', 'x', '--table', 'missing']);
    expect(missing).toEqual({
      code: code.failed,
      stdout: '',
      stderr: expect.stringMatching(/^there is no such table.*\n$/),
    });
    const env = { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9' };
    const down = await run(onTable('logout', 'x'), { env });
    expect(down).toEqual({
      code: code.failed,
      stdout: '',
      stderr: expect.stringMatching(/^the table does not answer.*\n$/),
    });
  });

  test('a refusal by AWS, and an item that is broken: exit code 1 and one line', async () => {
    service.dynamo.intercept(async () => ({ status: 400, body: { __type: 'x#AccessDeniedException', message: 'm' } }));
    const env = { AWS_ENDPOINT_URL_DYNAMODB: service.dynamo.endpoint };
    const refused = await run(onTable('logout', 'x'), { env });
    service.dynamo.intercept(undefined);
    expect(refused).toMatchObject({ code: code.failed, stdout: '' });
    expect(refused.stderr).toMatch(/^AWS refused the request \(AccessDeniedException\).*\n$/);
    const user = await service.addUser();
    await service.table('UpdateItem', {
      Key: { pk: { S: `USER#${user.subject}` }, sk: { S: 'ACCOUNT' } },
      UpdateExpression: 'SET epoch = :text',
      ExpressionAttributeValues: { ':text': { S: 'one' } },
    });
    const stderr = expect.stringMatching(/^failed: item_broken: USER#.* epoch\n$/);
    expect(await run(onTable('logout', user.username))).toEqual({ code: code.failed, stdout: '', stderr });
  });
});

test('no command said a password, nor did any function', () => {
  expect(said.length).toBeGreaterThan(1000);
  for (const text of [said, JSON.stringify(service.local.logs)]) expect(text).not.toMatch(/battery staple|Football1/);
});
