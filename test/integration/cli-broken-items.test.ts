import { afterAll, beforeAll, expect, test } from 'vitest';
import { pawl } from './support/account.ts';
import { createTable } from './support/restored-table.ts';
import { type ProxiedService, startProxied, type User } from './support/service.ts';

/** One account that another tool damaged: the others are exported, listed, imported and restored. */

let service: ProxiedService;
let good: User;
let bad: User;

beforeAll(async () => {
  service = await startProxied();
  const cost = { memoryKib: 8, passes: 1, lanes: 1 };
  [good, bad] = [await service.addUser({ cost }), await service.addUser({ cost })];
  await createTable(service, 'restored');
  await service.table('PutItem', { Item: { ...(await itemOf(bad)), epoch: { S: 'one' } } });
}, 60_000);
afterAll(() => service.stop());

async function itemOf({ subject }: User): Promise<Readonly<Record<string, unknown>>> {
  const { Item } = await service.table('GetItem', { Key: { pk: { S: `USER#${subject}` }, sk: { S: 'ACCOUNT' } } });
  return Item as Readonly<Record<string, unknown>>;
}

const rowsOf = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test.each([[['export']], [['users', 'list', '--json']]])('%j: the others, and exit code 1', async (command) => {
  const { code, stdout, stderr } = await pawl(service, [...command, '--local']);
  expect(rowsOf(stdout).map(({ username }) => username)).toEqual([good.username]);
  expect(stderr).toContain(`this account cannot be read: USER#${bad.subject} ACCOUNT: epoch\n`);
  expect(stderr).toContain('1 account could not be read');
  expect(code).toBe(1);
});

test.each([[[]], [['--dry-run']]])('import %j: the line of that user is refused', async (options) => {
  const username = `new-${options.length}`;
  const lines = [bad, good, { username }].map((user) => JSON.stringify({ ...user, password: undefined }));
  const stdin = lines.join('\n');
  const result = await pawl(service, ['import', '-', '--local', '--json', ...options], { stdin });
  const because = `an item of the table cannot be read: USER#${bad.subject} ACCOUNT: epoch`;
  expect(rowsOf(result.stdout)).toMatchObject([
    { from: 'line 1', reason: because },
    { created: 1, present: 1, refused: 1, dryRun: options.length > 0 },
  ]);
  expect(result.code).toBe(1);
});

test('restore: the others', async () => {
  for (const user of [good, bad]) await service.table('PutItem', { TableName: 'restored', Item: await itemOf(user) });
  const result = await pawl(service, ['restore', '--from', 'restored', '--local', '--json', '--yes']);
  expect(rowsOf(result.stdout)).toMatchObject([
    { from: 'restored', reason: `USER#${bad.subject} ACCOUNT: epoch cannot be read` },
    { created: 0, present: 1, refused: 1, dryRun: false },
  ]);
});
