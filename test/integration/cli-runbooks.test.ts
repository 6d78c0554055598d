import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type CommandResult, pawl, sessionIds } from './support/account.ts';
import { createTable } from './support/restored-table.ts';
import { type ProxiedService, startProxied } from './support/service.ts';
import * as session from './support/session.ts';

/** Every command line of docs/operate.md, run against the local service as it is written, and the drill from end to end. */

const page = readFileSync(join(import.meta.dirname, '../../docs/operate.md'), 'utf8');
const lines = [...page.matchAll(/npm run -s pawl -- ([^`\n]+)/g)].map(([, line = '']) => line.trim());
const alice = { username: 'alice@example.com', password: 'Canary battery staple' };

let service: ProxiedService;

const run = (line: readonly string[], stdin = ''): Promise<CommandResult> =>
  pawl(service, [...line, '--local'], { stdin });

beforeAll(async () => {
  service = await startProxied();
  await createTable(service, 'restored');
}, 60_000);
afterAll(() => service.stop());

let subject = '';
let own: session.Tokens;
beforeEach(async () => {
  service.local.advance(3600);
  await run(['users', 'delete', alice.username, '--yes']);
  const added = await run(['users', 'add', alice.username, '--password-stdin', '--json'], alice.password);
  subject = String((JSON.parse(added.stdout) as { subject: unknown }).subject);
  own = session.tokensOf(await session.login(service, alice));
});

test('there are command lines to run', () => expect(lines.length).toBeGreaterThan(12));

test.each(lines)('pawl %s', async (line) => {
  const [sessionId = ''] = await sessionIds(service, own.accessToken);
  const words = line
    .replace('<subject>', subject)
    .replace('<sessionId>', sessionId)
    .replace('<restored table>', 'restored')
    .replace(/ ?--stack Pawl/, '')
    .split(' ');
  const asks = !/^(doctor|keys|users (enable|show)|sessions (list|show))/.test(line);
  const result = await run([...words, ...(asks ? ['--yes'] : [])]);
  // A rotation right after a deployment is declined, and says so.
  const declined = /^keys rotate/.test(line) && /try again in 20 minutes/.test(result.stdout);
  expect(result.code, result.stderr).toBe(declined ? 1 : 0);
});

test('the drill: from the log line of a reused token to the end of every session', async () => {
  service.local.advance(60);
  const next = session.tokensOf(await session.refresh(service, own.refreshToken));
  const second = session.tokensOf(await session.login(service, alice));
  service.local.advance(120);
  session.expectError(await session.refresh(service, own.refreshToken), 400, 'invalid_grant');
  const found = service.local.logs.map(({ line }) => line).findLast((line) => line.includes('"token_reused"'));
  const logged = JSON.parse(found ?? '{}') as { subject: string; sessionId: string };
  const who = JSON.parse((await run(['users', 'show', logged.subject, '--json'])).stdout) as { username: string };
  expect(who.username).toBe(alice.username);
  const stolen = JSON.parse((await run(['sessions', 'show', logged.subject, logged.sessionId, '--json'])).stdout);
  expect(stolen).toMatchObject({ state: 'reused' });
  session.expectError(await session.refresh(service, next.refreshToken), 400, 'invalid_grant');
  const ended = await run(['sessions', 'end-all', logged.subject, '--cause', 'TheftSuspected', '--yes']);
  expect(ended.stdout).toContain('access tokens already issued stay valid until they expire, within 10 minutes');
  session.expectError(await session.refresh(service, second.refreshToken), 400, 'invalid_grant');
  expect((await run(['sessions', 'list', logged.subject, '--json'])).stdout).toBe('');
  const told = service.local.events.findLast((event) => event['detail-type'] === 'SubjectRevoked');
  expect(told?.detail).toEqual({ subject: logged.subject, cause: 'TheftSuspected' });
  const disabled = await run(['users', 'disable', logged.subject, '--yes']);
  expect(disabled.code).toBe(0);
  session.expectError(await session.login(service, alice), 400, 'invalid_grant');
});
