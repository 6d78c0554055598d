import type { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { resources, synth, target } from './support/synth.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

const short: readonly (readonly [RegExp, string])[] = [
  [/AuthTable/, 'table'],
  [/SigningSecret/, 'signing secret'],
  [/RatchetSecret/, 'ratchet secret'],
  [/\/jwks/, 'jwks parameter'],
  [/SecurityBus/, 'bus'],
  [/DeadLetters/, 'dead letters'],
  [/Logs/, 'own logs'],
];

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

function nameOf(resource: unknown): string {
  const text = JSON.stringify(resource);
  return text.includes('*') ? text : (short.find(([pattern]) => pattern.test(text))?.[1] ?? text);
}

/** Every permission of every function: `function: action on resource`. */
function permissions(template: Template): readonly string[] {
  const policies = [...resources(template, 'AWS::IAM::Policy').values()];
  return [...resources(template, 'AWS::Lambda::Function')]
    .flatMap(([id, { Properties }]) => {
      const role = target(Properties.Role);
      const logs = target((Properties.LoggingConfig as { LogGroup: unknown }).LogGroup);
      const name = /^TokenService(\w+?)Function/.exec(id)?.[1] ?? id;
      return policies
        .filter((policy) => list(policy.Properties.Roles).some((one) => target(one) === role))
        .flatMap((policy) => (policy.Properties.PolicyDocument as { Statement: readonly Statement[] }).Statement)
        .flatMap(({ Effect, Action, Resource }) =>
          list(Action).flatMap((action) =>
            list(Resource).map((resource) => {
              const foreignLogs = /Logs/.test(target(resource)) && target(resource) !== logs;
              return `${name}: ${Effect} ${action} on ${foreignLogs ? 'the logs of another' : nameOf(resource)}`;
            }),
          ),
        );
    })
    .sort();
}

const { template } = synth();
const found = permissions(template);
const ownLogs = ['logs:CreateLogStream', 'logs:PutLogEvents'];

const mayRotate = ['GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'].map(
  (action) => `secretsmanager:${action}`,
);

const granted: Readonly<Record<string, readonly (readonly [resource: string, ...actions: string[]])[]>> = {
  Authorizer: [],
  Me: [],
  Metadata: [['jwks parameter', 'ssm:GetParameter']],
  Login: [
    [
      'table',
      ...['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
    ],
    ['bus', 'events:PutEvents'],
    ['signing secret', 'secretsmanager:GetSecretValue'],
    ['ratchet secret', 'secretsmanager:GetSecretValue'],
  ],
  Refresh: [
    ['table', 'dynamodb:GetItem', 'dynamodb:UpdateItem'],
    ['bus', 'events:PutEvents'],
    ['signing secret', 'secretsmanager:GetSecretValue'],
    ['ratchet secret', 'secretsmanager:GetSecretValue'],
  ],
  Revoke: [
    ['table', 'dynamodb:GetItem', 'dynamodb:UpdateItem'],
    ['bus', 'events:PutEvents'],
    ['ratchet secret', 'secretsmanager:GetSecretValue'],
  ],
  Sessions: [
    ['table', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
    ['bus', 'events:PutEvents'],
  ],
  Credentials: [
    [
      'table',
      ...['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
    ],
    ['bus', 'events:PutEvents'],
    ['signing secret', 'secretsmanager:GetSecretValue'],
    ['ratchet secret', 'secretsmanager:GetSecretValue'],
  ],
  Signals: [
    ['table', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    ['bus', 'events:PutEvents'],
    ['dead letters', 'sqs:SendMessage'],
  ],
  KeyRotation: [
    ...['signing secret', 'ratchet secret'].map((secret) => [secret, ...mayRotate] as const),
    ['jwks parameter', 'ssm:GetParameter', 'ssm:PutParameter'],
    ['dead letters', 'sqs:SendMessage'],
  ],
  SigningKeys: [
    ['signing secret', 'secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
    ['ratchet secret', 'secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
    ['jwks parameter', 'ssm:GetParameter', 'ssm:PutParameter', 'ssm:DeleteParameter'],
  ],
};

/** `PRINT_TABLES=1` prints them: function, action, resource. */
if (process.env.PRINT_TABLES !== undefined) {
  const row = (line: string) => /^(\w+): (\w+) (\S+) on (.*)$/.exec(line)?.slice(1) ?? [line];
  const lines = found.map(row).map(([name = '', , action = '', on = '']) => name.padEnd(14) + action.padEnd(44) + on);
  process.stdout.write(`${lines.join('\n')}\n`);
}

test('every function has exactly these permissions', () => {
  const expected = Object.entries(granted).flatMap(([name, grants]) =>
    [...grants, ['own logs', ...ownLogs] as const].flatMap(([resource, ...actions]) =>
      actions.map((action) => `${name}: Allow ${action} on ${resource}`),
    ),
  );
  expect(found).toEqual(expected.sort());
});

test('the authorizer has no permission on the table, nor on anything but its logs', () => {
  const authorizer = found.filter((line) => line.startsWith('Authorizer:'));
  expect(authorizer.filter((line) => line.includes('dynamodb'))).toEqual([]);
  expect(authorizer).toEqual(ownLogs.map((action) => `Authorizer: Allow ${action} on own logs`));
});

test('no function has a managed policy, an inline one, or a role that it shares', () => {
  const roles = [...resources(template, 'AWS::IAM::Role').values()].map(({ Properties }) => Properties);
  for (const role of roles) expect(Object.keys(role)).toEqual(['AssumeRolePolicyDocument']);
  const used = [...resources(template, 'AWS::Lambda::Function').values()].map(({ Properties }) =>
    target(Properties.Role),
  );
  expect(new Set(used).size).toBe(used.length);
  // And one for the schedule of the key rotation, see rotation.test.ts.
  expect(roles).toHaveLength(used.length + 1);
});
