import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { TokenService, type TokenServiceProps } from './token-service.ts';

export interface PawlStackProps extends StackProps {
  readonly service?: TokenServiceProps;
}

/** A stack that contains only the service, with outputs for operators, the command line and other stacks. */
export class PawlStack extends Stack {
  readonly service: TokenService;

  constructor(scope: Construct, id: string, props: PawlStackProps = {}) {
    super(scope, id, props);
    this.service = new TokenService(this, 'TokenService', props.service);
    const {
      apiUrl,
      issuer,
      audience,
      table,
      bus,
      deadLetters,
      domainTarget,
      trustedProxySecret,
      keyRotation,
      alarmTopic,
      maxRevocationDelaySeconds,
    } = this.service;
    const output = (name: string, value: string, description: string) =>
      new CfnOutput(this, name, { value, description });
    output('ApiUrl', apiUrl, 'Base URL of the API');
    output('Issuer', issuer, 'iss of the access tokens');
    output('Audience', audience, 'aud of the access tokens');
    output('TableName', table.tableName, 'Table of accounts and sessions, for the command line');
    output(
      'MaxRevocationDelaySeconds',
      `${maxRevocationDelaySeconds}`,
      'Maximum seconds that an access token outlives the revocation of its session',
    );
    output('EventBusName', bus.eventBusName, 'Event bus for security events and signals');
    output('DeadLetterQueueUrl', deadLetters.queueUrl, 'Queue of failed signals and key rotations');
    output('KeysFunctionName', keyRotation.functionName, 'Function that rotates the keys, for the command line');
    if (alarmTopic !== undefined) output('AlarmTopicArn', alarmTopic.topicArn, 'Topic of the alarms, to subscribe to');
    if (trustedProxySecret !== undefined) {
      output('TrustedProxySecretArn', trustedProxySecret.secretArn, 'Secret that the trusted proxy sends');
    }
    if (domainTarget !== undefined) output('DomainTarget', domainTarget, 'Target of the domain alias record');
  }
}
