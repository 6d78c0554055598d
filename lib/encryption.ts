import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/**
 * The permissions that a caller needs on the key of an encrypted resource; the AWS service calls KMS on the caller's
 * behalf.
 */
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

/** Grants a role the use of the key, for this purpose and only through that AWS service. */
export function mayUseKey(scope: Construct, key: IKey, use: KeyUse): PolicyStatement {
  const { service, actions } = uses[use];
  return new PolicyStatement({
    actions: actions.map((action) => `kms:${action}`),
    resources: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `${service}.${Stack.of(scope).region}.amazonaws.com` } },
  });
}

/**
 * Lets CloudWatch Logs use a key for log groups of this account. For an imported key, you must add this to its policy.
 */
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
      // With wildcards, as AWS documents it: CloudWatch Logs does not specify which variants it calls.
      actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': groups } },
    }),
  );
}

/** Lets EventBridge send undelivered events to a queue that the key encrypts. */
export function admitEvents(scope: Construct, key: IKey): void {
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      // Not the rule's ARN, which would be a circular dependency of key, rule and queue.
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  );
}
