import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { explain } from '../../../cli/frame/explain.ts';
import { exitCodes, Failure } from '../../../cli/frame/failure.ts';
import { Steps } from '../../../cli/frame/steps.ts';
import { Fault, Unavailable } from '../../../lambda/core/errors.ts';

/** An error as the SDK throws it for an answer. */
const answered = (name: string, message: string, httpStatusCode = 400) =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
const system = (code: string, message: string) => Object.assign(new Error(message), { code });
const named = (name: string, message: string) => Object.assign(new Error(message), { name });

const who = 'arn:aws:iam::111122223333:user/bob';
const denied = `User: ${who} is not authorized to perform: dynamodb:Scan on resource: arn:aws:dynamodb:eu-west-1:111122223333:table/T because no identity-based policy allows the dynamodb:Scan action`;

test.each([
  ['no region', new Error('Region is missing'), /^no AWS region is set: give --region/],
  [
    'no credentials',
    named('CredentialsProviderError', 'Could not load credentials from any providers'),
    /^no AWS credentials were found/,
  ],
  [
    'no such profile',
    named('CredentialsProviderError', 'Could not resolve credentials using profile: [x]'),
    /^there are no credentials for the profile x/,
  ],
  [
    'SSO over',
    named('CredentialsProviderError', 'The SSO session associated with this profile has expired.'),
    /^the SSO session has expired: run aws sso login/,
  ],
  [
    'keys expired',
    answered('ExpiredTokenException', 'The security token included in the request is expired'),
    /^your AWS credentials have expired/,
  ],
  [
    'an unknown key',
    answered('UnrecognizedClientException', 'The security token included in the request is invalid.'),
    /^AWS does not know these credentials/,
  ],
  [
    'a wrong secret',
    answered('InvalidSignatureException', 'The request signature we calculated does not match'),
    /^AWS refused the signature/,
  ],
  [
    'not allowed',
    answered('AccessDeniedException', denied),
    /^arn:aws:iam::111122223333:user\/bob is not allowed dynamodb:Scan on arn:aws:dynamodb:eu-west-1:111122223333:table\/T: add it/,
  ],
  [
    'throttled',
    answered('ThrottlingException', 'Rate exceeded'),
    /^AWS throttled the request \(ThrottlingException\): wait/,
  ],
  ['no such queue', answered('QueueDoesNotExist', 'x'), /^there is no such resource/],
  [
    'no such host',
    system('ENOTFOUND', 'getaddrinfo ENOTFOUND dynamodb.eu-nowhere-1.amazonaws.com'),
    /^dynamodb\.eu-nowhere-1\.amazonaws\.com cannot be reached \(ENOTFOUND\)/,
  ],
  [
    'nobody there',
    system('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:9'),
    /^127\.0\.0\.1:9 cannot be reached \(ECONNREFUSED\)/,
  ],
  ['no answer', named('TimeoutError', 'socket hang up'), /^AWS did not answer in time/],
  ['AWS is broken', answered('InternalServerError', 'x', 500), /^AWS failed with 500/],
] as const)('%s', (_name, error, line) => {
  for (const thrown of [
    error,
    new Unavailable('store_unavailable', { cause: error }),
    new Fault('store_refused', {}, { cause: error }),
  ]) {
    const { text, exitCode } = explain(thrown, new Steps(), false);
    expect(text).toMatch(line);
    expect(text).not.toContain('\n');
    expect(exitCode).toBe(1);
  }
});

test('a local service is not called AWS', () => {
  for (const error of [
    named('TimeoutError', 'socket hang up'),
    system('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:9'),
    system('ECONNRESET', 'read ECONNRESET'),
    answered('InternalServerError', 'x', 500),
  ]) {
    expect(explain(error, new Steps(), false, { isLocal: true }).text).not.toMatch(/AWS|region/);
  }
});

test('the SDK itself: no region, and no credentials', async () => {
  const nothing = {
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, nothing);
  const send = (region?: string) =>
    new DynamoDBClient({ ...(region && { region }), endpoint: 'http://127.0.0.1:9', maxAttempts: 1 })
      .send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'x' } } }))
      .then(
        () => '',
        (error: unknown) => explain(error, new Steps(), true).text,
      );
  expect(await send()).toMatch(/^no AWS region is set.*\nnothing was changed$/);
  expect(await send('eu-west-1')).toMatch(/^no AWS credentials were found.*\nnothing was changed$/);
});

test('what is done, what is not, and what may be', async () => {
  const steps = new Steps();
  await steps.run('end the sessions', async () => {});
  const broken = steps.run('put the event', () => Promise.reject(system('ECONNRESET', 'x')));
  const error = await broken.catch((reason: unknown) => reason);
  expect(explain(error, steps, true).text.split('\n')).toEqual([
    'the connection to AWS broke (ECONNRESET)',
    'done: end the sessions',
    'may or may not be done: put the event',
    'run the same command again: repeating the steps that are done does no harm',
  ]);
});

test('an error that nobody foresaw shows its place and never its message', () => {
  const { text } = explain(new TypeError('canary of a value'), new Steps(), true);
  expect(text).toMatch(/^failed: TypeError\n +at /);
  expect(text).not.toContain('canary');
  expect(explain(new Failure('said', exitCodes.exists), new Steps(), true)).toEqual({ text: 'said', exitCode: 3 });
});
