import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pawl } from './support/account.ts';
import { createTable } from './support/restored-table.ts';
import { type ProxiedService, startProxied } from './support/service.ts';
import * as session from './support/session.ts';

/** Accounts out of a service, into another one, and out of a restored table. */

let one: ProxiedService;
let other: ProxiedService;
const directory = mkdtempSync(join(tmpdir(), 'pawl-transfer-'));
const file = join(directory, 'accounts.jsonl');

beforeAll(async () => {
  [one, other] = [await startProxied(), await startProxied()];
}, 60_000);
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await one.stop();
  await other.stop();
});

const exported = async (service: ProxiedService) => {
  const { code, stdout } = await pawl(service, ['export', '--local']);
  expect(code).toBe(0);
  return stdout.split('\n').toSorted();
};

test('import(export) is the identity, also when it is run again; users log in with their passwords', async () => {
  const user = await one.addUser();
  for (let count = 0; count < 40; count += 1) await one.addUser({ cost: { memoryKib: 8, passes: 1, lanes: 1 } });
  await pawl(one, ['users', 'set-claims', user.username, '{"role":"admin"}', '--local']);
  await session.login(one, user);
  const before = await exported(one);
  writeFileSync(file, before.join('\n'));
  const dry = await pawl(other, ['import', file, '--dry-run', '--local', '--json']);
  expect(JSON.parse(dry.stdout)).toEqual({
    ...{ created: 41, present: 0, refused: 0, withoutPassword: 0, leftOut: {}, dryRun: true },
  });
  expect(await exported(other)).toEqual(['']);
  for (const counts of [
    { created: 41, present: 0 },
    { created: 0, present: 41 },
  ]) {
    const result = await pawl(other, ['import', file, '--local', '--json']);
    const none = { refused: 0, withoutPassword: 0, leftOut: {} };
    expect([result.code, JSON.parse(result.stdout)]).toEqual([0, { ...counts, ...none, dryRun: false }]);
    expect(await exported(other)).toEqual(before);
  }
  expect((await session.login(other, user)).status).toBe(200);
});

test('a line that cannot be taken is named with its number and reason, and the others are taken', async () => {
  const hash = '$argon2id$v=19$m=9000000,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
  const lines = [
    '{"username":"first@example.com","scopes":["read"]}',
    'nonsense',
    '{"username":"FIRST@example.com"}',
    '{"username":"bcrypt@example.com","passwordHash":"$2b$10$abcdefghijklmnopqrstuv"}',
    `{"username":"costly@example.com","passwordHash":"${hash}"}`,
    '{"username":"claims@example.com","claims":[]}',
    '{"username":"more@example.com","admin":true}',
    '{"username":"last@example.com"}',
  ];
  const stdin = lines.join('\r\n');
  const result = await pawl(other, ['import', '-', '--local', '--json'], { stdin });
  const rows = result.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect([result.code, rows.at(-1)]).toMatchObject([1, { created: 2, present: 0, refused: 6, withoutPassword: 2 }]);
  expect(rows).toContainEqual({ from: 'line 2', reason: 'not JSON' });
  expect(
    result.stderr
      .split('\n')
      .filter((line) => line.startsWith('line'))
      .toSorted(),
  ).toEqual([
    'line 2: not JSON',
    'line 3: first@example.com is also in line 1',
    'line 4: passwordHash is a hash of a kind that is not supported, or malformed',
    'line 5: passwordHash is argon2id of memory above 262144 KiB, more than a login can spend',
    'line 6: claims is not a JSON object',
    'line 7: unknown field admin',
  ]);
  const { stdout } = await pawl(other, ['users', 'show', 'first@example.com', '--local', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ scopes: ['read'], password: 'none' });
});

test('restore brings back what is missing, and neither changes nor revives anything', async () => {
  const [kept, lost, deleted] = [await one.addUser(), await one.addUser(), await one.addUser()];
  await createTable(one, 'restored');
  for (const { subject } of [kept, lost, deleted]) {
    const { Item } = await one.table('GetItem', { Key: { pk: { S: `USER#${subject}` }, sk: { S: 'ACCOUNT' } } });
    await one.table('PutItem', { TableName: 'restored', Item });
  }
  await pawl(one, ['users', 'disable', kept.username, '--yes', '--local']);
  await pawl(one, ['users', 'delete', deleted.username, '--yes', '--local']);
  await one.table('DeleteItem', { Key: { pk: { S: `USER#${lost.subject}` }, sk: { S: 'ACCOUNT' } } });
  await one.table('DeleteItem', { Key: { pk: { S: `LOGIN#${lost.username}` }, sk: { S: 'LOGIN' } } });
  const restore = ['restore', '--from', 'restored', '--local', '--json'];
  const expected = { created: 1, present: 1, refused: 1 };
  const dry = await pawl(one, [...restore, '--dry-run']);
  expect(JSON.parse(dry.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ ...expected, dryRun: true });
  session.expectError(await session.login(one, lost), 400, 'invalid_grant');
  expect((await pawl(one, restore)).code).toBe(2);
  const result = await pawl(one, [...restore, '--yes']);
  expect(JSON.parse(result.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ ...expected, dryRun: false });
  expect(result.stderr).toContain(`${deleted.subject}: the subject ${deleted.subject} was deleted\n`);
  expect((await session.login(one, lost)).status).toBe(200);
  session.expectError(await session.login(one, kept), 400, 'invalid_grant');
  session.expectError(await session.login(one, deleted), 400, 'invalid_grant');
});
