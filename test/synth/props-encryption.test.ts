import { App, type Stack, Validations } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { AttributeType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test, vi } from 'vitest';
import type { TokenServiceProps } from '../../lib/token-service.ts';
import { only, resources, target } from './support/synth.ts';
import { TeamStack, withTeam } from './support/team.ts';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Principal?: { readonly Service?: unknown };
  readonly Condition?: { readonly StringEquals?: Readonly<Record<string, unknown>>; readonly ArnLike?: object };
}

const actionsOf = ({ Action }: Statement) => [Action].flat().map((action) => action.replace(/^kms:/, ''));
const serviceOf = ({ Condition }: Statement) =>
  /(\w+)\./.exec(JSON.stringify(Condition?.StringEquals?.['kms:ViaService'] ?? '.'))?.[1] ?? 'anything';

/** What every role may do with keys: `role: key by way of service: actions`. */
function keyPermissions(template: Template): readonly string[] {
  return [...resources(template, 'AWS::IAM::Policy')]
    .flatMap(([id, { Properties }]) => {
      const role = id.replace(/^TokenService/, '').replace(/(Role)?DefaultPolicy\w{8}$/, '');
      return (Properties.PolicyDocument as { Statement: readonly Statement[] }).Statement.filter((statement) =>
        /"kms:/.test(JSON.stringify(statement.Action)),
      ).map((one) => `${role}: ${target(one.Resource).slice(0, -8)} ${serviceOf(one)}: ${actionsOf(one).join(' ')}`);
    })
    .sort();
}

const data = 'Decrypt DescribeKey Encrypt GenerateDataKey ReEncryptFrom ReEncryptTo';
const write = 'Decrypt GenerateDataKey';
const onTable = (role: string, key: string) => `${role}: ${key} dynamodb: ${data}`;
const users = ['Credentials', 'Login', 'Refresh', 'Revoke', 'Sessions', 'Signals'];
const onRest = [
  'Credentials: Own secretsmanager: Decrypt',
  'KeyRotation: Own secretsmanager: Decrypt GenerateDataKey',
  'KeyRotation: Own sqs: Decrypt GenerateDataKey',
  `KeyRotationSchedule: Own sqs: ${write}`,
  'Login: Own secretsmanager: Decrypt',
  'Refresh: Own secretsmanager: Decrypt',
  'Revoke: Own secretsmanager: Decrypt',
  `Signals: Own sqs: ${write}`,
  `SigningKeys: Own secretsmanager: ${write}`,
];

describe('encryptionKey', () => {
  const { template } = withTeam((stack) => ({ encryptionKey: new Key(stack, 'Own') }));
  const [key, { Properties }] = only(template, 'AWS::KMS::Key', /^Own/);
  const arn = { 'Fn::GetAtt': [key, 'Arn'] };

  test('encrypts table, secrets, logs and queue', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: arn },
    });
    template.allResourcesProperties('AWS::SecretsManager::Secret', { KmsKeyId: arn });
    template.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: arn });
    template.allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: arn });
  });

  test('each function may use it for what it does, by way of that service alone', () => {
    expect(keyPermissions(template)).toEqual([...users.map((role) => onTable(role, 'Own')), ...onRest].sort());
  });

  test('it admits Logs for log groups of this account, and EventBridge of this account', () => {
    const statements = (Properties.KeyPolicy as { Statement: readonly Statement[] }).Statement;
    const by = (service: string) =>
      statements.filter(({ Principal }) => JSON.stringify(Principal?.Service ?? '').includes(service));
    // As in AWS's "Encrypt log data in CloudWatch Logs using AWS KMS".
    expect(by('logs.').map(actionsOf)).toEqual([
      ['Encrypt*', 'Decrypt*', 'ReEncrypt*', 'GenerateDataKey*', 'Describe*'],
    ]);
    expect(Object.keys(by('logs.')[0]?.Condition ?? {})).toEqual(['ArnLike']);
    expect(JSON.stringify(by('logs.')[0]?.Condition)).toMatch(
      /EncryptionContext:aws:logs:arn.*:logs:.*AWS::Region.*AWS::AccountId.*:log-group:\*/,
    );
    expect(by('events.').map(actionsOf)).toEqual([write.split(' ')]);
    expect(by('events.')[0]?.Condition).toEqual({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } });
  });

  test('changes no logical id', () => {
    const others = (found: Template) => Object.keys(found.toJSON().Resources).filter((id) => /^TokenService/.test(id));
    expect(others(template)).toEqual(others(withTeam(() => ({})).template));
  });

  test('may be imported: then the grants are the same', () => {
    const imported = 'arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-1234-1234-123456789012';
    const found = withTeam((stack) => ({ encryptionKey: Key.fromKeyArn(stack, 'Own', imported) }));
    found.template.resourceCountIs('AWS::KMS::Key', 0);
    const withoutKey = (lines: readonly string[]) => lines.map((line) => line.replace(/: \S+ /, ': '));
    expect(withoutKey(keyPermissions(found.template))).toEqual(withoutKey(keyPermissions(template)));
  });

  test('a table of the team keeps the key that it has, which the functions may use', () => {
    const { template: found } = withTeam((stack) => ({
      encryptionKey: new Key(stack, 'Own'),
      table: tableOf(stack, new Key(stack, 'Its')),
    }));
    expect(keyPermissions(found)).toEqual([...users.map((role) => onTable(role, 'Its')), ...onRest].sort());
  });
});

const tableOf = (stack: Stack, encryptionKey: Key) =>
  new Table(stack, 'Table', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    timeToLiveAttribute: 'expiresAt',
    encryption: TableEncryption.CUSTOMER_MANAGED,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    encryptionKey,
  });

test.each<[string, (stack: Stack) => TokenServiceProps]>([
  ['a key', (stack) => ({ encryptionKey: new Key(stack, 'Own', { enableKeyRotation: true }) })],
  ['a table', (stack) => ({ table: tableOf(stack, new Key(stack, 'Own', { enableKeyRotation: true })) })],
  ['an API', (stack) => ({ httpApi: new HttpApi(stack, 'Own', { createDefaultStage: false }) })],
  [
    'a boundary',
    (stack) => ({
      permissionsBoundary: ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'Boundary'),
      memorySize: { login: 3008 },
    }),
  ],
])('cdk-nag has nothing to say about the service with %s of the team', (_, team) => {
  const app = new App();
  new TeamStack(app, team);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
  let text = '';
  try {
    app.synth();
  } catch (error) {
    text = `${(error as Error).message}\n${printed.mock.calls.flat().join('\n')}`;
  }
  printed.mockRestore();
  expect(text).toBe('');
});
