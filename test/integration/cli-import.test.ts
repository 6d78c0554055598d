import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { pawl } from './support/account.ts';
import { type ProxiedService, startProxied } from './support/service.ts';

/** `pawl import` with an invalid file, a failing table or invalid lines. */

let service: ProxiedService;
const directory = mkdtempSync(join(tmpdir(), 'pawl-import-'));
const file = join(directory, 'accounts.jsonl');
const report = join(directory, 'refused.jsonl');

beforeAll(async () => {
  service = await startProxied();
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await service.stop();
});
let run = 0;
beforeEach(() => {
  run += 1;
  service.dynamo.intercept(undefined);
  service.dynamo.clear();
});

const line = (number: number) => `{"username":"user-${run}-${number}"}\n`;
const lines = (count: number) => Array.from({ length: count }, (_, number) => line(number)).join('');
const importFile = (...options: string[]) => pawl(service, ['import', file, '--local', '--json', ...options]);
const countsOf = (stdout: string) => JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as Record<string, unknown>;

test.each([
  ['no such file', ['none.jsonl'], 'none.jsonl cannot be read: no such file or directory\n'],
  ['no such system', [file, '--format', 'okta'], '--format okta is not supported: use cognito, auth0,'],
  [
    'a report that cannot be written',
    [file, '--report', '/none/refused.jsonl'],
    '/none/refused.jsonl cannot be written',
  ],
])('%s: exit code 2, without a request to the table', async (_, args, said) => {
  writeFileSync(file, lines(1));
  const result = await pawl(service, ['import', ...args, '--local']);
  expect([result.code, result.stdout, service.dynamo.calls.length]).toEqual([2, '', 0]);
  expect(result.stderr).toContain(said);
});

test('refusals go to the report, which only its owner can read', async () => {
  writeFileSync(file, `${lines(2)}nonsense\n${line(0).toUpperCase().replace('USERNAME', 'username')}`);
  const { code, stdout, stderr } = await importFile('--report', report);
  const refusals = [
    { from: 'line 3', reason: 'not JSON' },
    { from: 'line 4', reason: `user-${run}-0 is also in line 1` },
  ];
  const written = readFileSync(report, 'utf8')
    .trim()
    .split('\n')
    .map((each) => JSON.parse(each) as unknown);
  expect(written).toEqual(refusals);
  const printed = stdout
    .trim()
    .split('\n')
    .map((each) => JSON.parse(each) as unknown);
  const none = { withoutPassword: 2, leftOut: {} };
  expect(printed).toEqual([...refusals, { created: 2, present: 0, refused: 2, ...none, dryRun: false }]);
  const shown = refusals.map(({ from, reason }) => `${from}: ${reason}\n`).join('');
  expect([code, stderr]).toEqual([1, `${shown}2 refused: see ${report}\n`]);
});

test('refusals are grouped by reason at the end, and counts say what was left out', async () => {
  const unverified = '{"user_id":"auth0|1","email":"a@example.com","email_verified":false,"username":"auth0-user"}\n';
  writeFileSync(file, unverified + 'nonsense\n'.repeat(7));
  const { code, stdout, stderr } = await pawl(service, ['import', file, '--dry-run', '--local']);
  expect([code, stdout, stderr]).toEqual([
    1,
    [
      '1 to create, 0 already present, 7 refused',
      '1 of 1 have no password: these users cannot log in until users reset or users set-password',
      'left out, because the address is not verified: email of 1\n',
    ].join('\n'),
    '7 lines: not JSON (lines 2, 3, 4, 5, 6, ...)\n7 refused: for the whole list, add --report <file>\n',
  ]);
});

test.each([
  ['an empty file', '', 'is empty'],
  ['only a header', 'username,email\n', 'has a header, but no rows'],
  ['another format than the given one', 'username,email\nalice,\n', 'does not look like an export of Auth0'],
])('%s: exit code 2, and nothing is written', async (_, text, fault) => {
  writeFileSync(file, text);
  const { code, stdout, stderr } = await importFile(...(fault.includes('Auth0') ? ['--format', 'auth0'] : []));
  expect([code, stdout, service.dynamo.calls.length]).toEqual([2, '', 0]);
  expect(stderr).toContain(`${file} ${fault}`);
});

test('accounts before an unreadable line are imported, and the rest once the file is repaired', async () => {
  // More than is read to detect the format.
  const padded = lines(40).replaceAll('}', `,"claims":{"pad":"${'x'.repeat(2000)}"}}`);
  writeFileSync(file, Buffer.concat([Buffer.from(padded), Buffer.from('{"username":"j\u00fcrgen"}\n', 'latin1')]));
  const first = await importFile();
  expect([first.code, countsOf(first.stdout)]).toMatchObject([1, { refused: 0 }]);
  expect(first.stderr).toContain('is not UTF-8 in line 41: convert it, for example with iconv -f WINDOWS-1252');
  const { created: before } = countsOf(first.stdout);
  writeFileSync(file, `${padded}{"username":"j\u00fcrgen-${run}"}\n`);
  expect(countsOf((await importFile()).stdout)).toMatchObject({ created: 41 - Number(before), present: before });
  expect(before).toBeGreaterThan(30);
});

test('a list with a trailing comma: the users before it are imported, the refused ones counted, and a repeat goes on', async () => {
  const users = [{ username: `ann-${run}` }, { username: 'two words' }, { username: `ben-${run}` }];
  const list = JSON.stringify(users);
  writeFileSync(file, list.replace(/]$/, ',]'));
  const again = 'it continues where this one stopped';
  const { code, stdout, stderr } = await importFile();
  expect([code, countsOf(stdout)]).toMatchObject([1, { created: 2, refused: 1 }]);
  expect(stderr.split('\n').slice(1)).toEqual([
    '1 refused: see above',
    `${file} is not JSON after user 3: a comma before a closing bracket`,
    `the accounts before it are imported: correct the file and run the same command again; ${again}`,
    '',
  ]);
  const dry = await importFile('--dry-run');
  expect(dry.stderr).toContain('\nthe accounts after it were not checked: correct the file and run this again\n');
  writeFileSync(file, list);
  expect(countsOf((await importFile()).stdout)).toMatchObject({ created: 0, present: 2, refused: 1 });
});

test('a small file that cannot be read changes nothing', async () => {
  writeFileSync(file, Buffer.concat([Buffer.from(lines(2)), Buffer.from('{"username":"j\u00fcrgen"}\n', 'latin1')]));
  const { code, stdout, stderr } = await importFile();
  expect([code, stdout, service.dynamo.calls.length]).toEqual([2, '', 0]);
  expect(stderr).toContain('is not UTF-8 in line 3');
});

test('waits for a table that throttles, and creates every account once', async () => {
  writeFileSync(file, lines(70));
  let left = 8;
  const body = {
    __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
    message: 'slow down',
  };
  service.dynamo.intercept(async (call, forward) => {
    if (call.operation !== 'TransactWriteItems' || left === 0) return forward();
    left -= 1;
    return { status: 400, body };
  });
  const { code, stdout } = await importFile();
  expect([code, countsOf(stdout)]).toMatchObject([0, { created: 70, present: 0, refused: 0, dryRun: false }]);
  expect(left).toBe(0);
});

test('after lost responses, accounts that were written count as created', async () => {
  writeFileSync(file, lines(40));
  const seen = new Set<unknown>();
  service.dynamo.intercept(async (call, forward) => {
    const answer = await forward();
    if (call.operation !== 'TransactWriteItems' || seen.has(call.input.ClientRequestToken)) return answer;
    seen.add(call.input.ClientRequestToken);
    return 'reset';
  });
  const { code, stdout } = await importFile();
  expect([code, countsOf(stdout)]).toMatchObject([0, { created: 40, present: 0, refused: 0, dryRun: false }]);
});

test('a missing permission is named, and no step is reported as done', async () => {
  writeFileSync(file, lines(1));
  const message =
    'User: arn:aws:iam::123456789012:user/ops is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:eu-central-1:123456789012:table/T because no identity-based policy allows the dynamodb:PutItem action';
  service.dynamo.intercept(async (call, forward) =>
    call.operation === 'TransactWriteItems'
      ? { status: 400, body: { __type: 'com.amazon.coral.service#AccessDeniedException', message } }
      : forward(),
  );
  const { code, stdout, stderr } = await importFile();
  expect([code, countsOf(stdout)]).toMatchObject([1, { created: 0, present: 0, refused: 0 }]);
  expect(stderr).toContain('dynamodb:PutItem');
  expect(stderr).toContain(`not done: import ${file}\nrun the same command again`);
});
