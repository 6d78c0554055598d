import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ProxiedService, startProxied, type User } from './support/service.ts';
import * as session from './support/session.ts';

/** `npm run keys` against the local service. */

let service: ProxiedService;
let user: User;
let group: 'rotate' | 'withdraw' = 'rotate';

const kidOf = (accessToken: string) =>
  (JSON.parse(Buffer.from(accessToken.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid;

beforeAll(async () => {
  service = await startProxied();
  user = await service.addUser();
}, 60_000);
afterAll(() => service.stop());

async function command(...args: readonly string[]) {
  const main = join(import.meta.dirname, '../../cli/main.ts');
  const env = { PATH: process.env.PATH, ...service.local.endpoints };
  const child = spawn(process.execPath, [main, 'keys', group, ...args], { env });
  const [code, stdout, stderr] = await Promise.all([
    new Promise((resolve) => child.once('close', resolve)),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, stdout, stderr };
}

/** As CloudFormation would call it: the stack and the logical id. */
function name(): string {
  const id = service.local.logs.find((line) => line.function.startsWith('TokenServiceKeyRotation'))?.function;
  return `Pawl-${id}`;
}

test('rotates now, says what it did, and refuses to do it again at once', async () => {
  const { accessToken, refreshToken } = await session.openSession(service, user);
  expect((await service.local.invoke('TokenServiceKeyRotation', {})).ok).toBe(true);
  service.local.advance(1200);
  const first = await command('--function', name());
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toMatch(
    /^signing: rotated; [\w-]{43} in use for 0 days, 1 old key kept, 0 dropped; next is [\w-]{43}\nratchet: rotated; [\w-]{8} in use/,
  );
  const second = await command('--function', name());
  expect(second).toMatchObject({ code: 1, stderr: 'not rotated: signing, ratchet\n' });
  expect(second.stdout).toContain('signing: not rotated: the next key is not yet known everywhere');
  service.local.advance(301);
  const next = session.tokensOf(await session.refresh(service, refreshToken));
  expect(kidOf(next.accessToken)).not.toBe(kidOf(accessToken));
  expect((await session.me(service, next.accessToken)).status).toBe(200);
});

async function keys(...args: readonly string[]) {
  return command('--function', name(), ...args);
}

test('withdraws the key in use: waits for the next one, goes on where it stopped, and says until when', async () => {
  const { accessToken } = session.tokensOf(await session.login(service, user));
  const kid = kidOf(accessToken);
  group = 'withdraw';
  const early = await keys(kid, '--no-wait');
  expect(early.code).toBe(1);
  expect(early.stderr).toMatch(
    new RegExp(`^${kid} is in use until [\\w-]{43} can be fetched everywhere: run this again in \\d+ s`),
  );
  service.local.advance(360);
  const done = await keys(kid);
  expect(done).toMatchObject({ code: 0, stderr: '' });
  expect(done.stdout).toMatch(
    new RegExp(`^withdrawn: ${kid}\nFrom \\d{4}-.*Z on, no verifier that reaches the issuer`),
  );
  const unknown = await keys(kid);
  expect(unknown.stderr).toMatch(new RegExp(`^the ring has no such key: ${kid}; it has`));
  group = 'rotate';
});

test.each([
  [[], 2, /--function <name> is missing/],
  [['--force'], 2, /Unknown option/],
  [['--function', 'nobody'], 1, /there is none of that name/],
] as const)('%j: exit code %i', async (args, code, message) => {
  const answer = await command(...args);
  expect([answer.code, answer.stdout]).toEqual([code, '']);
  expect(answer.stderr).toMatch(message);
});
