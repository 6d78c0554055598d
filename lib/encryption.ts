import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/** What a caller needs of the key that encrypts something it uses; the service behind it asks KMS in the caller's name. */
const uses = {
  table: {
    service: 'dynamodb',
    actions: ['Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey', 'ReEncryptFrom', 'ReEncryptTo'],
  },
  readSecret: { service: 'secretsmanager', actions: ['Decrypt'] },
  writeSecret: { service: 'secretsmanager', actions: ['Decrypt', 'GenerateDataKey'] },
  sendMessage: { service: 'sqs', actions: ['Decrypt', 'GenerateDataKey'] },
} as const;

export type KeyUse = keyof typeof uses;

/** For the role of whoever uses something encrypted: the key, for that purpose and by way of that service alone. */
export function mayUseKey(scope: Construct, key: IKey, use: KeyUse): PolicyStatement {
  const { service, actions } = uses[use];
  return new PolicyStatement({
    actions: actions.map((action) => `kms:${action}`),
    resources: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `${service}.${Stack.of(scope).region}.amazonaws.com` } },
  });
}

/** Lets CloudWatch Logs use a key for log groups of this account. Of an imported key the policy is the team's to write. */
export function admitLogs(scope: Construct, key: IKey): void {
  const stack = Stack.of(scope);
  const groups = stack.formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
      // With wildcards as AWS documents it: CloudWatch Logs does not say which of the variants it calls.
      actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': groups } },
    }),
  );
}

/** Lets EventBridge put what it could not deliver into a queue that the key encrypts. */
export function admitEvents(scope: Construct, key: IKey): void {
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      // Not the rule's ARN: the key would need the rule, which needs the queue, which needs the key.
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  );
}
