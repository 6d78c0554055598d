import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** The properties of a service that become outputs. */
interface OutputSource {
  readonly apiUrl: string;
  readonly issuer: string;
  readonly audience: string;
  readonly table: { readonly tableName: string };
  readonly maxRevocationDelaySeconds: number;
  readonly bus: { readonly eventBusName: string };
  readonly deadLetters: { readonly queueUrl: string };
  readonly keyRotation: { readonly functionName: string };
  readonly alarmTopic: { readonly topicArn: string } | undefined;
  readonly trustedProxySecret: { readonly secretArn: string } | undefined;
  readonly domainTarget: string | undefined;
}

type Outputs = Readonly<Record<string, readonly [value: string | undefined, description: string]>>;

/** Value and description of each stack output, by name. One without a value is left out. */
export function serviceOutputs(service: OutputSource): Outputs {
  return {
    ApiUrl: [service.apiUrl, 'Base URL of the API'],
    Issuer: [service.issuer, 'iss of the access tokens'],
    Audience: [service.audience, 'aud of the access tokens'],
    TableName: [service.table.tableName, 'Table of accounts and sessions, for the command line'],
    MaxRevocationDelaySeconds: [
      `${service.maxRevocationDelaySeconds}`,
      'Maximum seconds that an access token outlives the revocation of its session',
    ],
    EventBusName: [service.bus.eventBusName, 'Event bus for security events and signals'],
    DeadLetterQueueUrl: [service.deadLetters.queueUrl, 'Queue of failed signals and key rotations'],
    KeysFunctionName: [service.keyRotation.functionName, 'Function that rotates the keys, for the command line'],
    AlarmTopicArn: [service.alarmTopic?.topicArn, 'Topic of the alarms, to subscribe to'],
    TrustedProxySecretArn: [service.trustedProxySecret?.secretArn, 'Secret that the trusted proxy sends'],
    DomainTarget: [service.domainTarget, 'Target of the domain alias record'],
  };
}

/** Adds outputs to the stack. @throws Error if it already has one of the names */
export function addOutputs(service: Construct, outputs: Outputs): void {
  const stack = Stack.of(service);
  for (const [name, [value, description]] of Object.entries(outputs)) {
    if (value === undefined) continue;
    if (stack.node.tryFindChild(name) !== undefined) {
      throw new Error(
        `outputs() of ${service.node.path}: the stack already has ${name}. Call it once, for one service of a stack`,
      );
    }
    new CfnOutput(stack, name, { value, description });
  }
}
