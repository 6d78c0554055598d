import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { TokenService, type TokenServiceProps } from './token-service.ts';

export interface PawlStackProps extends StackProps {
  readonly service?: TokenServiceProps;
}

/** A stack of nothing but the service, with outputs for people, the command line and other stacks. */
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
      'An access token outlives the revocation of its session by at most so many seconds',
    );
    output('EventBusName', bus.eventBusName, 'Bus of security events, in and out');
    output('DeadLetterQueueUrl', deadLetters.queueUrl, 'Signals and key rotations that could not be carried out');
    output('KeysFunctionName', keyRotation.functionName, 'Rotates the keys, for the command line');
    if (alarmTopic !== undefined) output('AlarmTopicArn', alarmTopic.topicArn, 'Subscribe here to hear of alarms');
    if (trustedProxySecret !== undefined) {
      output('TrustedProxySecretArn', trustedProxySecret.secretArn, 'Secret that the trusted proxy sends along');
    }
    if (domainTarget !== undefined) output('DomainTarget', domainTarget, 'Point an alias record of the domain here');
  }
}
