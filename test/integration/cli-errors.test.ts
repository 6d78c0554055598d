import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pawl } from './support/account.ts';
import { type ProxiedService, startProxied } from './support/service.ts';

/** What is wrong with a command line, with the table, or with what lies in it. */

let service: ProxiedService;

beforeAll(async () => {
  service = await startProxied();
}, 60_000);
afterAll(() => service.stop());

describe('a wrong command line: exit code 2, and nothing on standard output', () => {
  test.each([
    ['an unknown command', ['users', 'lst', '--local'], /unknown command 'lst'\n\(Did you mean list\?\)/],
    ['an unknown group', ['user', 'list', '--local'], /Did you mean users\?/],
    ['a name that every object has', ['users', 'constructor'], /unknown command/],
    ['no service', ['users', 'show', 'x'], /^name one service/],
    ['two services', ['users', 'show', 'x', '--local', '--stack', 'Pawl'], /^name one service/],
    ['nobody', ['users', 'show', '--local'], /missing required argument 'user'/],
    ['two names', ['users', 'enable', 'x', 'y', '--local'], /too many arguments/],
    ['an unknown option', ['users', 'enable', 'x', '--local', '--force'], /unknown option '--force'/],
    ['a password on it', ['users', 'add', 'x', '--local', '--password', 'secret'], /unknown option '--password'/],
  ])('%s', async (_name, line, said) => {
    const result = await pawl(service, line);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toMatch(said);
    expect(result.stderr).not.toContain('secret');
  });
});

describe('a service that cannot do it: exit code 1, in one or two lines', () => {
  const onTable = (...line: string[]) => [...line, '--table', service.local.tableName];

  test('a table that is not there', async () => {
    const result = await pawl(service, ['users', 'enable', 'x', '--table', 'missing']);
    expect(result).toEqual({
      code: 1,
      stdout: '',
      stderr: 'there is no such table: check its name, the account and the region\nnothing was changed\n',
    });
  });

  test('a table that does not answer', async () => {
    const env = { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9' };
    const result = await pawl(service, onTable('users', 'enable', 'x'), { env });
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/^127\.0\.0\.1:9 cannot be reached \(ECONNREFUSED\).*\nnothing was changed\n$/);
  });

  test('a refusal by AWS names who may not do what on what', async () => {
    const message =
      'User: arn:aws:iam::1:user/bob is not authorized to perform: dynamodb:GetItem on resource: arn:t because';
    service.dynamo.intercept(async () => ({ status: 400, body: { __type: 'x#AccessDeniedException', message } }));
    const env = { AWS_ENDPOINT_URL_DYNAMODB: service.dynamo.endpoint };
    const result = await pawl(service, onTable('users', 'show', 'x'), { env });
    service.dynamo.intercept(undefined);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/^arn:aws:iam::1:user\/bob is not allowed dynamodb:GetItem on arn:t: .*\n$/);
  });

  test('a broken item is named, and what it holds is not', async () => {
    const user = await service.addUser();
    await service.table('UpdateItem', {
      Key: { pk: { S: `USER#${user.subject}` }, sk: { S: 'ACCOUNT' } },
      UpdateExpression: 'SET epoch = :text',
      ExpressionAttributeValues: { ':text': { S: 'one' } },
    });
    const result = await pawl(service, ['users', 'show', user.username, '--local']);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/^failed: item_broken: USER#.* epoch\n$/);
  });

  test('no local service at that port', async () => {
    const result = await pawl(service, ['users', 'list', '--local'], { env: { PORT: '9' } });
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/^no local service answers at http:\/\/localhost:9: start it with npm start/);
  });
});
