import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { accountAttribute, type CommandResult, changePassword, pawl } from './support/account.ts';
import { type ProxiedService, startProxied } from './support/service.ts';
import * as session from './support/session.ts';

/** Exit codes, which scripts rely on. */
const code = { ok: 0, failed: 1, usage: 2, exists: 3, notFound: 4 } as const;
const password = 'Canary battery staple';

let service: ProxiedService;
let names = 0;
/** Everything that any command said. */
let said = '';

beforeAll(async () => {
  service = await startProxied();
}, 60_000);
beforeEach(() => {
  // Start a new hour, so that earlier attempts no longer count.
  service.local.advance(3600);
});
afterAll(() => service.stop());

const newName = () => {
  names += 1;
  return `person-${names}@example.com`;
};
async function run(line: readonly string[], options: Parameters<typeof pawl>[2] = {}): Promise<CommandResult> {
  const result = await pawl(service, [...line, '--local'], options);
  said += result.stdout + result.stderr;
  return result;
}
const add = (username: string, ...more: string[]) =>
  run(['users', 'add', username, '--password-stdin', ...more], { stdin: `${password}\n` });
const login = (username: string, typed = password) => session.login(service, { username, password: typed });
const subjectOf = (added: CommandResult) => /as ([\w-]{22})\n$/.exec(added.stdout)?.[1] ?? '';
/** What `--json` printed, a line each. */
const jsonOf = ({ stdout }: CommandResult) =>
  stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]));

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
    const result = await run(['users', 'add', username, '--password-stdin'], { stdin: `${typed}\r\n` });
    expect(result.code).toBe(code.ok);
    expect((await login(username, typed)).status).toBe(200);
    session.expectError(await login(username, typed.trim()), 400, 'invalid_grant');
  });

  test('of a username that is taken: exit code 3, and the old password stays', async () => {
    const username = newName();
    await add(username);
    const result = await run(['users', 'add', username, '--password-stdin'], { stdin: 'another battery staple' });
    expect(result).toEqual({ code: code.exists, stdout: '', stderr: `${username} is taken; nothing was changed\n` });
    expect((await login(username)).status).toBe(200);
  });

  test.each([
    ['a password that is too short', ['Short 7'], 'the password must have at least 8 characters; nothing was changed'],
    ['a common password', ['Football1'], 'the password is too common; nothing was changed'],
    ['no password', [''], 'the password must have at least 8 characters; nothing was changed'],
  ])('with %s: exit code 1 and one line', async (_name, [stdin = ''], line) => {
    const username = newName();
    const result = await run(['users', 'add', username, '--password-stdin'], { stdin });
    expect(result).toEqual({ code: code.failed, stdout: '', stderr: `${line}\n` });
    session.expectError(await login(username, stdin || 'x'), 400, 'invalid_grant');
  });

  test('without a terminal and without --password-stdin says what is missing', async () => {
    const result = await run(['users', 'add', newName()], { stdin: password });
    expect(result).toMatchObject({ code: code.usage, stdout: '' });
    expect(result.stderr).toMatch(/--password-stdin\n$/);
  });

  test.each([
    ['with white space in the name', ['no body']],
    ['with invalid scopes', ['x', '--scope', 'quo"te']],
    ['with an invalid address', ['x', '--email', 'x@y']],
  ])('%s creates no user', async (_name, args) => {
    const result = await run(['users', 'add', ...args, '--password-stdin'], { stdin: password });
    expect([result.code, result.stdout]).toEqual([code.usage, '']);
  });
});

describe('naming a user', () => {
  test('by username, e-mail address or subject, however it is typed', async () => {
    const username = newName();
    const email = `mail-of-${username}`;
    const subject = subjectOf(await add(username, '--email', email));
    for (const typed of [username.toUpperCase(), email, subject]) {
      expect(jsonOf(await run(['users', 'show', typed, '--json']))).toMatchObject([{ subject, username, email }]);
    }
  });

  test('by what is the name of one and the subject of another: refused, naming both', async () => {
    const owner = newName();
    const subject = subjectOf(await add(owner));
    await service.table('PutItem', {
      Item: {
        ...{
          pk: { S: 'USER#tricky-name' },
          sk: { S: 'ACCOUNT' },
          username: { S: 'somebody' },
          status: { S: 'active' },
        },
        ...{ epoch: { N: '0' }, claims: { M: {} }, scope: { S: '' } },
      },
    });
    await add('tricky-name');
    const result = await run(['users', 'disable', 'tricky-name', '--yes']);
    expect(result).toMatchObject({ code: code.usage, stdout: '' });
    expect(result.stderr).toContain('subject of somebody');
    expect(subject).not.toBe('');
  });

  test.each([
    ['users', 'show'],
    ['users', 'disable', '--yes'],
    ['users', 'reset', '--yes'],
    ['sessions', 'list'],
    ['sessions', 'end-all', '--yes'],
  ])('%s %s of nobody: exit code 4', async (group, command, ...more) => {
    const result = await run([group, command, 'nobody', ...more]);
    expect(result).toMatchObject({ code: code.notFound, stdout: '' });
    expect(result.stderr).toMatch(/^there is no user nobody\n/);
  });
});

describe('what a user may do and is called', () => {
  test('set-scopes and set-claims count from the next refresh on, each without the other', async () => {
    const username = newName();
    await add(username, '--scope', 'read write');
    const own = session.tokensOf(await login(username));
    expect((await run(['users', 'set-claims', username, '{"role":"admin"}'])).code).toBe(code.ok);
    expect((await run(['users', 'set-scopes', username, 'read', 'admin'])).code).toBe(code.ok);
    const next = session.tokensOf(await session.refresh(service, own.refreshToken));
    expect(session.claimsOf(next.accessToken)).toMatchObject({ role: 'admin', scope: 'read' });
    expect((await run(['users', 'set-claims', username, '--stdin'], { stdin: '{}' })).code).toBe(code.ok);
    expect(jsonOf(await run(['users', 'show', username, '--json']))).toMatchObject([
      { claims: {}, scopes: ['read', 'admin'] },
    ]);
  });

  test.each([
    [['set-claims'], 'nonsense'],
    [['set-claims'], '[]'],
    [['set-scopes'], 'quo"te'],
  ])('%s %s is refused', async (command, value) => {
    const username = newName();
    await add(username);
    expect((await run(['users', ...command, username, value])).code).toBe(code.usage);
  });

  test('rename: sessions go on, the new name logs in, the old one is free', async () => {
    const [was, is] = [newName(), newName()];
    const subject = subjectOf(await add(was));
    const own = session.tokensOf(await login(was));
    expect((await run(['users', 'rename', was, is.toUpperCase()])).code).toBe(code.ok);
    expect((await session.refresh(service, own.refreshToken)).status).toBe(200);
    expect((await login(is)).status).toBe(200);
    session.expectError(await login(was), 400, 'invalid_grant');
    expect(subjectOf(await add(was))).not.toBe(subject);
  });

  test('rename to a name that is taken: exit code 3, and nobody is renamed', async () => {
    const [one, other] = [newName(), newName()];
    await add(one);
    await add(other);
    expect((await run(['users', 'rename', one, other])).code).toBe(code.exists);
    expect((await login(one)).status).toBe(200);
    expect((await login(other)).status).toBe(200);
  });
});

describe('a forgotten password', () => {
  test('reset prints a new one once, which logs in; the old one and every session are dead', async () => {
    const username = newName();
    await add(username);
    const own = session.tokensOf(await login(username));
    const result = await pawl(service, ['users', 'reset', username, '--yes', '--json', '--local']);
    const [{ password: random = '' } = {}] = jsonOf(result) as { password?: string }[];
    expect(random).toMatch(/^([a-z2-9]{4}-){4}[a-z2-9]{4}$/);
    session.expectError(await session.refresh(service, own.refreshToken), 400, 'invalid_grant');
    session.expectError(await login(username), 400, 'invalid_grant');
    expect((await login(username, random)).status).toBe(200);
  });

  test('a password generated by a reset no longer works a day later', async () => {
    const username = newName();
    await add(username);
    const reset = ['users', 'reset', username, '--yes', '--json', '--local'];
    const [{ password: random = '' } = {}] = jsonOf(await pawl(service, reset)) as { password?: string }[];
    const { accessToken } = session.tokensOf(await login(username, random));
    const chosen = 'chosen battery staple';
    const body = { current_password: random, new_password: chosen };
    expect((await changePassword(service, accessToken, body)).status).toBe(200);
    const other = newName();
    await add(other);
    const [{ password: late = '' } = {}] = jsonOf(
      await pawl(
        service,
        reset.map((word) => (word === username ? other : word)),
      ),
    ) as { password?: string }[];
    service.local.advance(86_400 + 60);
    session.expectError(await login(other, late), 400, 'invalid_grant');
    expect((await login(username, chosen)).status).toBe(200);
  });

  test('set-password takes one from standard input, judged as everywhere', async () => {
    const username = newName();
    await add(username);
    const set = (typed: string) =>
      run(['users', 'set-password', username, '--password-stdin', '--yes'], { stdin: `${typed}\n` });
    expect(await set('Short 7')).toMatchObject({ code: code.failed, stdout: '' });
    expect((await set('another battery staple')).code).toBe(code.ok);
    expect((await login(username, 'another battery staple')).status).toBe(200);
  });
});

test('delete: the user is gone, the name is free, sessions are dead, listeners are told', async () => {
  const username = newName();
  const subject = subjectOf(await add(username));
  const own = session.tokensOf(await login(username));
  expect(await run(['users', 'delete', username])).toMatchObject({ code: code.usage, stdout: '' });
  expect(await run(['users', 'delete', username, '--yes'])).toMatchObject({ code: code.ok, stderr: '' });
  session.expectError(await session.refresh(service, own.refreshToken), 400, 'invalid_grant');
  session.expectError(await login(username), 400, 'invalid_grant');
  const told = service.local.events.filter(({ detail }) => (detail as { subject?: string }).subject === subject);
  expect(told.map((event) => event['detail-type'])).toContain('SubjectDeleted');
  expect((await run(['users', 'delete', username, '--yes'])).code).toBe(code.notFound);
  expect(subjectOf(await add(username))).not.toBe(subject);
});

test('users list shows everybody, or those of one status', async () => {
  const username = newName();
  const subject = subjectOf(await add(username, '--scope', 'read'));
  await run(['users', 'disable', username, '--yes']);
  const disabled = jsonOf(await run(['users', 'list', '--status', 'disabled', '--json']));
  expect(disabled).toContainEqual({ subject, username, status: 'disabled', scopes: ['read'] });
  expect(disabled.every(({ status }) => status === 'disabled')).toBe(true);
  const table = (await run(['users', 'list'])).stdout;
  expect(table).toMatch(/^subject +username/);
  expect(table).toMatch(/\d+ users\n$/);
});

test('no command said a password, nor did any function', () => {
  expect(said.length).toBeGreaterThan(1000);
  for (const text of [said, JSON.stringify(service.local.logs)]) expect(text).not.toMatch(/battery staple|Football1/);
});
