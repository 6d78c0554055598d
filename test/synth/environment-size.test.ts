import { App, Aws, CfnCondition, CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import { describe, expect, test } from 'vitest';
import { newSigningKey } from '../../lambda/keys/new-keys.ts';
import { deployedJwks } from '../../lambda/keys/publish.ts';
import { environmentSizes, totalBytes } from '../../lib/environment-size.ts';
import { ServiceFunction } from '../../lib/service-function.ts';
import { TokenService, type TokenServiceProps } from '../../lib/token-service.ts';
import { bundles, resources, synth } from './support/synth.ts';
import { outcome, usersOf } from './support/team.ts';

const host = (bytes: number) => `${'label.'.repeat(50)}example`.slice(-bytes);
const origins = (count: number) =>
  Array.from({ length: count }, (_, index) => `https://customer-${`${index}`.padStart(3, '0')}.example.com`);

/** A stack with every prop as long as it may be. */
function extreme(allowedOrigins: readonly string[]): Stack {
  const stack = new Stack(new App(), 'Stack', { stackName: 'S'.repeat(128) });
  const text = AttributeType.STRING;
  const keys = { partitionKey: { name: 'pk', type: text }, sortKey: { name: 'sk', type: text } };
  const props: TokenServiceProps = {
    accessTokenTtlSeconds: 3600,
    refreshIdleTtlSeconds: 34_560_000,
    refreshAbsoluteTtlSeconds: 34_560_000,
    graceSeconds: 600,
    rotationFloorSeconds: 34_559_999,
    maxSessionsPerUser: 1000,
    authorizerCacheSeconds: 3600,
    maxRevocationDelaySeconds: 86_400,
    sessionsNotBefore: 1_700_000_000,
    loginReservedConcurrency: 1000,
    keyRotationDays: 365,
    allowedOrigins: [...allowedOrigins],
    domainName: host(253),
    certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012',
    issuer: `https://${host(253)}`,
    audience: 'a'.repeat(256),
    table: new Table(stack, 'Own', { tableName: 'T'.repeat(255), timeToLiveAttribute: 'expiresAt', ...keys }),
    eventBus: EventBus.fromEventBusName(stack, 'Events', 'E'.repeat(256)),
    encryptionKey: new Key(stack, 'Key'),
    users: usersOf(stack),
    logAllowedCalls: true,
    tracing: true,
    bundles,
  };
  new TokenService(stack, 'TokenService', props);
  return stack;
}

const functionsOf = (stack: Stack) => stack.node.findAll().filter((one) => one instanceof ServiceFunction);

function sizesOf(stack: Stack): ReadonlyMap<string, number> {
  return new Map(functionsOf(stack).map(({ row, lambda }) => [row, totalBytes(environmentSizes(lambda))]));
}

describe('with every prop at its extreme', () => {
  const base = sizesOf(extreme(origins(0))).get('login') ?? 0;
  // A space parts them.
  const most = Math.floor((4096 - base + 1) / (origins(1).join().length + 1));

  test('every environment fits, with dozens of origins', () => {
    expect(most).toBeGreaterThanOrEqual(40);
    expect(outcome(() => Template.fromStack(extreme(origins(most))))).toBeUndefined();
  });

  test('one origin more stops the synthesis: which function, how large, what is large, what to do', () => {
    const { message } = outcome(() => Template.fromStack(extreme(origins(most + 1)))) as Error;
    expect(message).toMatch(
      /Stack\/TokenService\/Login\/Function may have up to 4\d{3} bytes, more than Lambda's 4096\. Its largest variables: ALLOWED_ORIGINS \d+, \w+ \d+, \w+ \d+\. To shorten it, list fewer or shorter allowedOrigins\./,
    );
  });

  /** `PRINT_TABLES=1` prints the sizes. */
  if (process.env.PRINT_TABLES !== undefined) {
    const columns = [0, most].map((count) => sizesOf(extreme(origins(count))));
    const lines = [...(columns[0]?.keys() ?? [])].map((row) => {
      return `${row.padEnd(12)}${columns.map((sizes) => `${sizes.get(row)}`.padStart(14)).join('')}`;
    });
    const head = `${'bytes'.padEnd(12)}${'no origins'.padStart(14)}${`${most} origins`.padStart(14)}`;
    process.stdout.write(`${[head, ...lines].join('\n')}\n`);
  }
});

test('50 origins of 32 characters fit in a stack with defaults; 70 are refused with the numbers', () => {
  expect(outcome(() => synth({ allowedOrigins: origins(50) }))).toBeUndefined();
  const { message } = outcome(() => synth({ allowedOrigins: origins(70) })) as Error;
  expect(message).toMatch(/may have up to 4\d{3} bytes, more than Lambda's 4096.*list fewer or shorter allowedOrigins/);
});

/** What AWS puts in place of what is known at deployment only, each as long as AWS makes it. */
const deployed: Readonly<Record<string, (id: string) => string>> = {
  'AWS::DynamoDB::Table': (id) => `Pawl-${id}-1ABCDEFGHIJKL`,
  'AWS::SecretsManager::Secret': (id) =>
    `arn:aws-us-gov:secretsmanager:us-gov-east-1:111122223333:secret:${id}-AbCdEfGhIjKl-AbCdEf`,
  'AWS::Events::EventBus': () => 'Pawl-TokenService-Security-12345678',
  'AWS::ApiGatewayV2::Api': () => 'https://abcdefghij.execute-api.us-gov-east-1.amazonaws.com',
};

test('what is not known before the deployment is estimated upward', async () => {
  const { stack, template } = synth();
  const [next, current] = await Promise.all([newSigningKey(Date.now()), newSigningKey(Date.now())]);
  const ring = { version: 1 as const, next, current, previous: [] };
  const now = Date.now();
  const jwks = JSON.stringify(deployedJwks(ring, { periodMs: 2_592_000_000, signingKeptMs: 7_200_000 }, now));
  const types = new Map(Object.entries(template.toJSON().Resources as Record<string, { Type: string }>));
  const real = (value: unknown): string => {
    if (typeof value === 'string') return value;
    const { 'Fn::Join': join } = value as { 'Fn::Join'?: [string, readonly unknown[]] };
    if (join !== undefined) return join[1].map(real).join(join[0]);
    const [id = ''] = [(value as { Ref?: string }).Ref ?? (value as { 'Fn::GetAtt'?: string[] })['Fn::GetAtt']].flat();
    if (id === 'AWS::StackName') return stack.stackName;
    const type = types.get(id)?.Type ?? '';
    if (type === 'Custom::PawlKeys') return jwks;
    const made = deployed[type];
    if (made === undefined) throw new Error(`what does AWS make of ${JSON.stringify(value)}?`);
    return made(id);
  };
  const estimates = sizesOf(stack);
  for (const { row, lambda } of functionsOf(stack)) {
    const { Properties } =
      resources(template, 'AWS::Lambda::Function').get(stack.getLogicalId(lambda.node.defaultChild as never)) ?? {};
    const { Variables } = (Properties as { Environment: { Variables: Record<string, unknown> } }).Environment;
    const variables = Object.fromEntries(Object.entries(Variables).map(([name, value]) => [name, real(value)]));
    expect(Buffer.byteLength(JSON.stringify(variables)), row).toBeLessThanOrEqual(estimates.get(row) ?? 0);
  }
});

test.each<[string, (text: string) => string]>([
  ['Fn::Sub', (text) => Fn.sub(`https://\${AWS::Region}.${text}`)],
  ['Fn::If', (text) => Fn.conditionIf('IsProduction', text, 'b').toString()],
  ['Fn::Join of Fn::Split', (text) => Fn.join('.', Fn.split(',', text))],
  ['Fn::Select of Fn::Split', (text) => `https://${Fn.select(0, Fn.split(',', text))}`],
])('all the text in %s counts', (_, make) => {
  const stack = new Stack(new App(), 'Stack');
  new CfnCondition(stack, 'IsProduction', { expression: Fn.conditionEquals(Aws.REGION, 'eu-central-1') });
  const text = `${Aws.ACCOUNT_ID},${'a'.repeat(2000)}`;
  new TokenService(stack, 'TokenService', { bundles, issuer: 'https://a.example', audience: make(text) });
  const login = functionsOf(stack).find(({ row }) => row === 'login');
  const bytes = login && environmentSizes(login.lambda).find(({ name }) => name === 'AUDIENCE')?.bytes;
  expect(bytes).toBeGreaterThan(2000);
});

test('a value unknown at synth counts as a long one', () => {
  const stack = new Stack(new App(), 'Stack');
  const issuer = new CfnParameter(stack, 'Issuer').valueAsString;
  new TokenService(stack, 'TokenService', { bundles, issuer, audience: 'orders' });
  const metadata = functionsOf(stack).find(({ row }) => row === 'metadata');
  const sizes = metadata === undefined ? [] : environmentSizes(metadata.lambda);
  const bytes = sizes.find(({ name }) => name === 'ISSUER')?.bytes;
  expect(bytes).toBeGreaterThan('https://'.length + 253);
});
