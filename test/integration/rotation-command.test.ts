import { afterAll, beforeAll, expect, test } from 'vitest';
import { pawl } from './support/account.ts';
import { type ProxiedService, startProxied, type User } from './support/service.ts';
import * as session from './support/session.ts';

/** `pawl keys` against the local service. */

let service: ProxiedService;
let user: User;

const kidOf = (accessToken: string) =>
  (JSON.parse(Buffer.from(accessToken.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid;

beforeAll(async () => {
  service = await startProxied();
  user = await service.addUser();
}, 60_000);
afterAll(() => service.stop());

const keys = (...args: readonly string[]) => pawl(service, ['keys', ...args]);

/** As CloudFormation would call it: the stack and the logical id. */
function name(): string {
  const id = service.local.logs.find((line) => line.function.startsWith('TokenServiceKeyRotation'))?.function;
  return `Pawl-${id}`;
}

test('rotates now, says what it did, and refuses to do it again at once', async () => {
  const { accessToken, refreshToken } = await session.openSession(service, user);
  expect((await service.local.invoke('TokenServiceKeyRotation', {})).ok).toBe(true);
  service.local.advance(1200);
  const first = await keys('rotate', '--local');
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toMatch(
    /^signing: rotated; [\w-]{43} in use for 0 days, 1 old key kept, 0 dropped; next is [\w-]{43}\nratchet: rotated; [\w-]{8} in use/,
  );
  const second = await keys('rotate', '--function', name());
  expect(second).toMatchObject({ code: 1, stderr: expect.stringMatching(/^not rotated: signing, ratchet\n/) });
  expect(second.stdout).toContain('signing: not rotated: the next key is not yet known everywhere');
  service.local.advance(301);
  const next = session.tokensOf(await session.refresh(service, refreshToken));
  expect(kidOf(next.accessToken)).not.toBe(kidOf(accessToken));
  expect((await session.me(service, next.accessToken)).status).toBe(200);
});

test('withdraws the key in use: waits for the next one, goes on where it stopped, and says until when', async () => {
  const { accessToken } = session.tokensOf(await session.login(service, user));
  const kid = kidOf(accessToken);
  const early = await keys('withdraw', kid, '--no-wait', '--yes', '--local');
  expect(early.code).toBe(1);
  expect(early.stderr).toMatch(
    new RegExp(`^${kid} is in use until [\\w-]{43} can be fetched everywhere: run this again in \\d+ s`),
  );
  service.local.advance(360);
  const done = await keys('withdraw', kid, '--yes', '--local');
  expect(done).toMatchObject({ code: 0, stderr: '' });
  expect(done.stdout).toMatch(
    new RegExp(`^withdrawn: ${kid}\nfrom \\d{4}-.*Z on, no verifier that reaches the issuer`),
  );
  const unknown = await keys('withdraw', kid, '--yes', '--local');
  expect(unknown.stderr).toMatch(new RegExp(`^the ring has no such key: ${kid}; it has`));
});

test.each([
  [[], 2, /--stack <name>, --local/],
  [['--force'], 2, /unknown option/],
  [['--table', 'any'], 2, /name it with --function/],
  [['--function', 'nobody'], 4, /there is no function nobody/],
] as const)('%j: exit code %i', async (args, code, message) => {
  const answer = await keys('rotate', ...args);
  expect([answer.code, answer.stdout]).toEqual([code, '']);
  expect(answer.stderr).toMatch(message);
});
