import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CommandResult, pawl } from './support/account.ts';
import { type ProxiedService, startProxied, type User } from './support/service.ts';
import * as session from './support/session.ts';

/** What an operator reads, and in which order. */

const password = 'another battery staple';
let service: ProxiedService;
let user: User;

beforeAll(async () => {
  service = await startProxied();
  user = await service.addUser();
}, 60_000);
afterAll(() => service.stop());

const run = (line: readonly string[], options: Parameters<typeof pawl>[2] = {}): Promise<CommandResult> =>
  pawl(service, [...line, '--local'], options);

test.each([
  ['users', 'disable', '<user>', '--yes'],
  ['users', 'set-password', '<user>', '--yes', '--password-stdin'],
  ['users', 'reset', '<user>', '--yes'],
  ['users', 'delete', '<user>', '--yes'],
  ['sessions', 'end', '<user>', '<session>', '--yes'],
  ['sessions', 'end-all', '<user>', '--yes'],
  ['events', 'send', 'PasswordChanged', '<user>', '--yes'],
])('%s %s says how long access tokens live on', async (...words) => {
  const own = await service.addUser();
  const { accessToken } = await session.openSession(service, own);
  const sid = String(session.claimsOf(accessToken).sid);
  const line = words.map((word) => word.replace('<user>', own.username).replace('<session>', sid));
  const { code, stdout } = await run(line, { stdin: password });
  expect(code).toBe(0);
  expect(stdout).toMatch(/\naccess tokens already issued stay valid until they expire, within 10 minutes\n$/);
});

test('set-scopes and set-claims say how long access tokens keep the old values', async () => {
  const kept = 'access tokens already issued keep the old values until they expire, within 10 minutes\n';
  expect((await run(['users', 'set-scopes', user.username, 'read'])).stdout).toContain(kept);
  expect((await run(['users', 'set-claims', user.username, '{}'])).stdout).toContain(kept);
});

test('a comma between scopes: exit code 2, and the scopes stay', async () => {
  await run(['users', 'set-scopes', user.username, 'read', 'write']);
  const refused = await run(['users', 'set-scopes', user.username, 'read,admin']);
  const stderr = 'the scope read,admin contains a comma: separate scopes with spaces, as in read admin\n';
  expect(refused).toEqual({ code: 2, stdout: '', stderr });
  expect((await run(['users', 'show', user.username, '--json'])).stdout).toContain('"scopes":["read","write"]');
});

test('users add takes --scope several times', async () => {
  const line = ['users', 'add', 'twice@example.com', '--password-stdin', '--scope', 'read', '--scope', 'write pay'];
  const { code, stdout } = await run([...line, '--json'], { stdin: password });
  expect([code, (JSON.parse(stdout) as { scopes: unknown }).scopes]).toEqual([0, ['read', 'write', 'pay']]);
});

test.each([
  ['the username', (name: string) => [name]],
  ['the e-mail address', (name: string) => ['fresh@example.com', '--email', name]],
])('users add: %s is taken: no password is asked for', { timeout: 10_000 }, async (_name, args) => {
  const taken = `${user.username}@example.com`;
  await run(['users', 'add', taken, '--password-stdin'], { stdin: password });
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin });
  const stderr = `${taken} is taken; nothing was changed\n`;
  expect(await run(['users', 'add', ...args(taken)], { stdin })).toEqual({ code: 3, stdout: '', stderr });
});

test('users add: a name that is taken while the password is typed is refused by the write', async () => {
  const line = ['users', 'add', 'late@example.com', '--password-stdin'];
  const stdin = Readable.from(
    (async function* () {
      await run(line, { stdin: password });
      yield Buffer.from(password);
    })(),
  );
  const stderr = 'late@example.com is taken; nothing was changed\n';
  expect(await run(line, { stdin })).toEqual({ code: 3, stdout: '', stderr });
});

test('rename to the same name says that nothing was changed', async () => {
  const { code, stdout } = await run(['users', 'rename', user.username, user.username.toUpperCase()]);
  expect([code, stdout]).toEqual([0, `the username is already ${user.username}; nothing was changed\n`]);
});
