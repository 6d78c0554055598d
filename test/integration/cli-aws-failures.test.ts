import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { readPage, section, tableRows } from '../docs/support/pages.ts';
import { runCommand } from './support/account.ts';
import {
  type FakeAnswer,
  type FakeAws,
  type FakeService,
  jsonError,
  startFakeAws,
  xmlError,
} from './support/fake-aws.ts';

/** Runs every row of docs/cli.md, "When AWS fails": the real SDK, against a server that fails in the same way. */

let aws: FakeAws;
beforeAll(async () => {
  aws = await startFakeAws();
});
afterEach(() => {
  for (const service of ['cloudformation', 'dynamodb', 'lambda', 'events'] as const) aws.fail(service, undefined);
});
afterAll(() => aws.stop());

const who = 'arn:aws:iam::111122223333:user/bob';
const arn = (service: string, name: string) => `arn:aws:${service}:eu-west-1:111122223333:${name}`;
const denied = (action: string, resource: string) =>
  `User: ${who} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;

interface Case {
  readonly line: string;
  /** Which service fails, and how. */
  readonly fails?: readonly [FakeService, FakeAnswer];
  /** Environment variables besides the endpoint and credentials; `undefined` removes one. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const list = 'users list --stack Pawl';
const noKeys = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };

/** Keyed by the first column. */
const cases: Readonly<Record<string, Case>> = {
  'no region': { line: list, env: { AWS_REGION: undefined } },
  'no credentials': { line: list, env: noKeys },
  'no such profile': { line: `${list} --profile nobody`, env: noKeys },
  'expired credentials': {
    line: list,
    fails: ['cloudformation', xmlError('ExpiredToken', 'The security token included in the request is expired', 403)],
  },
  'unknown credentials': {
    line: list,
    fails: [
      'cloudformation',
      xmlError('InvalidClientTokenId', 'The security token included in the request is invalid', 403),
    ],
  },
  'a wrong secret key, or a wrong clock': {
    line: list,
    fails: [
      'cloudformation',
      xmlError('SignatureDoesNotMatch', 'Signature expired: 20261125T000000Z is now earlier', 403),
    ],
  },
  'the stack may not be read': {
    line: list,
    fails: [
      'cloudformation',
      xmlError('AccessDenied', denied('cloudformation:DescribeStacks', arn('cloudformation', 'stack/Pawl/*')), 403),
    ],
  },
  'the table may not be read': {
    line: list,
    fails: [
      'dynamodb',
      jsonError('AccessDeniedException', denied('dynamodb:Scan', arn('dynamodb', 'table/Pawl-table'))),
    ],
  },
  'a policy of the organization denies it': {
    line: list,
    fails: [
      'dynamodb',
      jsonError(
        'AccessDeniedException',
        denied('dynamodb:Scan', arn('dynamodb', 'table/Pawl-table')).replace(
          /because.*/,
          'with an explicit deny in a service control policy',
        ),
      ),
    ],
  },
  'the table is encrypted with a key that may not be used': {
    line: 'users disable alice --stack Pawl',
    fails: ['dynamodb', jsonError('AccessDeniedException', denied('kms:Decrypt', arn('kms', 'key/1234')))],
  },
  'the request is throttled': {
    line: 'users disable alice --stack Pawl',
    fails: ['dynamodb', jsonError('ThrottlingException', 'Rate of requests exceeds the allowed throughput.')],
  },
  'no such stack, or another account or region': {
    line: list,
    fails: ['cloudformation', xmlError('ValidationError', 'Stack with id Pawl does not exist')],
  },
  'the table is gone': {
    line: list,
    fails: ['dynamodb', jsonError('ResourceNotFoundException', 'Requested resource not found')],
  },
  'the function is gone': {
    line: 'keys rotate --stack Pawl',
    fails: [
      'lambda',
      jsonError('ResourceNotFoundException', `Function not found: ${arn('lambda', 'function:Pawl-keys')}`, 404),
    ],
  },
  'the function may not be called': {
    line: 'keys rotate --stack Pawl',
    fails: [
      'lambda',
      jsonError('AccessDeniedException', denied('lambda:InvokeFunction', arn('lambda', 'function:Pawl-keys')), 403),
    ],
  },
  'the bus may not be used': {
    line: 'sessions end-all alice --yes --stack Pawl',
    fails: [
      'events',
      jsonError('AccessDeniedException', denied('events:PutEvents', arn('events', 'event-bus/Pawl-bus'))),
    ],
  },
  'the bus is gone': {
    line: 'sessions end-all alice --yes --stack Pawl',
    fails: ['events', jsonError('ResourceNotFoundException', 'Event bus Pawl-bus does not exist.')],
  },
  'the endpoint cannot be reached': { line: list, env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' } },
  'AWS has an outage': {
    line: 'users disable alice --stack Pawl',
    fails: ['dynamodb', jsonError('InternalServerError', 'The request could not be completed', 500)],
  },
  'the bus has an outage': {
    line: 'sessions end-all alice --yes --stack Pawl',
    fails: ['events', jsonError('InternalException', 'x', 500)],
  },
};

const written = tableRows(section(readPage('docs/cli.md'), 'When AWS fails')).slice(1);

test('docs/cli.md has a row for every case, and no other', () => {
  expect(written.map(([name]) => name)).toEqual(Object.keys(cases));
  expect(written.length).toBeGreaterThan(10);
});

test.each(Object.entries(cases))('%s', async (name, { line, fails, env }) => {
  if (fails !== undefined) aws.fail(...fails);
  const result = await runCommand(line.split(' '), {
    env: {
      ...{ AWS_ENDPOINT_URL: aws.endpoint, AWS_REGION: 'eu-west-1', AWS_EC2_METADATA_DISABLED: 'true' },
      ...{ AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret of a test' },
      ...{ AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null', HOME: '/nonexistent' },
      ...env,
    },
  });
  const [, command = '', says = ''] = written.find(([first]) => first === name) ?? [];
  expect(command).toBe(`\`${line}\``);
  const lines = says.split('<br>').map((each) => each.replaceAll('`', ''));
  expect(result.stderr.trimEnd().split('\n')).toEqual(lines);
  expect(result).toMatchObject({
    stdout: '',
    code: name.startsWith('no such stack') || name === 'the function is gone' ? 4 : 1,
  });
});
