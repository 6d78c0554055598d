import { describe, expect, test } from 'vitest';
import { only, resources, synth, target } from './support/synth.ts';

const { template } = synth();
const [functionId, rotation] = only(template, 'AWS::Lambda::Function', /KeyRotation/);
const [, schedule] = only(template, 'AWS::Scheduler::Schedule', /KeyRotation/);
const [queueId] = only(template, 'AWS::SQS::Queue', /DeadLetters/);
const [roleId, role] = only(template, 'AWS::IAM::Role', /KeyRotationScheduleRole/);
const queueArn = { 'Fn::GetAtt': [queueId, 'Arn'] };

describe('the schedule', () => {
  test('calls the rotation function once a day, without force, and sends failed calls to the dead-letter queue', () => {
    expect(schedule.Properties).toMatchObject({
      ScheduleExpression: 'rate(1 day)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: { 'Fn::GetAtt': [functionId, 'Arn'] },
        RoleArn: { 'Fn::GetAtt': [roleId, 'Arn'] },
        Input: '{"force":false}',
        RetryPolicy: { MaximumRetryAttempts: 20, MaximumEventAgeInSeconds: 43_200 },
        DeadLetterConfig: { Arn: queueArn },
      },
    });
    expect(rotation.Properties.DeadLetterConfig).toEqual({ TargetArn: queueArn });
  });

  test('comes after the keys and its own permissions: its first call is at once', () => {
    const [created] = only(template, 'Custom::PawlKeys', /./);
    const [policy] = only(template, 'AWS::IAM::Policy', /KeyRotationScheduleRole/);
    expect(schedule.DependsOn).toEqual(expect.arrayContaining([created, policy, roleId]));
  });

  test('has a role that may call this function and fill that queue; only the Scheduler of this account may assume it', () => {
    const [, policy] = only(template, 'AWS::IAM::Policy', /KeyRotationScheduleRole/);
    expect((policy.Properties.PolicyDocument as { Statement: unknown }).Statement).toEqual([
      { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: { 'Fn::GetAtt': [functionId, 'Arn'] } },
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queueArn },
    ]);
    expect(role.Properties.AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ],
    });
  });
});

test('no other role may move a ring, and one other may write it: the one that creates the first', () => {
  const holders = (action: string) =>
    [...resources(template, 'AWS::IAM::Policy').values()]
      .filter(({ Properties }) => JSON.stringify(Properties.PolicyDocument).includes(action))
      .map(({ Properties }) => target((Properties.Roles as unknown[])[0]).replace(/[0-9A-F]{8}$/, ''));
  expect(holders('secretsmanager:UpdateSecretVersionStage')).toEqual(['TokenServiceKeyRotationRole']);
  expect(holders('secretsmanager:PutSecretValue').sort()).toEqual([
    'TokenServiceKeyRotationRole',
    'TokenServiceSigningKeysRole',
  ]);
  expect(holders('secretsmanager:*')).toEqual([]);
});

test('the setting and the lifetimes that keys must outlive reach the function', () => {
  const own = synth({ keyRotationDays: 7, accessTokenTtlSeconds: 60, refreshIdleTtlSeconds: 9999, graceSeconds: 5 });
  const [, { Properties }] = only(own.template, 'AWS::Lambda::Function', /KeyRotation/);
  expect((Properties.Environment as { Variables: unknown }).Variables).toMatchObject({
    KEY_ROTATION_DAYS: '7',
    ACCESS_TOKEN_TTL_SECONDS: '60',
    REFRESH_IDLE_TTL_SECONDS: '9999',
    GRACE_SECONDS: '5',
  });
});

test('each deployment hands the authorizers the present keys: the custom resource runs again', () => {
  const deploymentOf = (found: typeof template) => only(found, 'Custom::PawlKeys', /./)[1].Properties.Deployment;
  expect(new Date(String(deploymentOf(template))).toISOString()).toBe(deploymentOf(template));
  expect(deploymentOf(synth().template)).not.toBe(deploymentOf(template));
});

test('the command line finds the function', () => {
  template.hasOutput('KeysFunctionName', { Value: { Ref: functionId } });
});
