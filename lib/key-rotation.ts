import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { RotationRequest } from '../lambda/contract/key-rotation.ts';
import { mayUseKey } from './encryption.ts';
import { type FunctionDefaults, ServiceFunction } from './service-function.ts';
import { environmentOf, type ResolvedSettings } from './settings-table.ts';
import type { SigningKeys } from './signing-keys.ts';

export interface KeyRotationProps extends FunctionDefaults {
  readonly settings: ResolvedSettings;
  readonly keys: SigningKeys;
  /** Where verifiers fetch the keys. */
  readonly issuer: string;
  /** Receives runs that could not be started or that failed three times. */
  readonly deadLetters: IQueue;
}

/**
 * The only function that may change key rings, and a schedule that calls it daily. It decides by the age of the keys,
 * so the next run makes up for a failed one.
 */
export class KeyRotation extends Construct {
  readonly function: ServiceFunction<'rotateKeys'>;

  constructor(scope: Construct, id: string, props: KeyRotationProps) {
    super(scope, id);
    const { settings, keys, issuer, deadLetters, ...defaults } = props;
    this.function = new ServiceFunction(this, 'Rotation', {
      ...defaults,
      row: 'rotateKeys',
      environment: {
        SIGNING_KEYS_SECRET: keys.signingSecret.secretArn,
        RATCHET_KEYS_SECRET: keys.ratchetSecret.secretArn,
        JWKS_PARAMETER: keys.parameter.parameterName,
        ISSUER: issuer,
        JWKS: keys.jwks,
        ...environmentOf(settings, 'keyRotationDays', 'accessTokenTtlSeconds', 'graceSeconds'),
        ...environmentOf(settings, 'refreshIdleTtlSeconds', 'refreshAbsoluteTtlSeconds'),
      },
      deadLetterQueue: deadLetters,
    });
    this.function.allow(
      ['GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'].map((action) => `secretsmanager:${action}`),
      [keys.signingSecret.secretArn, keys.ratchetSecret.secretArn],
    );
    this.function.allow(['ssm:GetParameter', 'ssm:PutParameter'], [keys.parameter.parameterArn]);

    this.function.allowKey('writeSecret', keys.signingSecret.encryptionKey);
    this.function.allowKey('sendMessage', deadLetters.encryptionMasterKey);

    const { functionArn } = this.function.lambda;
    const role = new Role(this, 'ScheduleRole', {
      // Without the condition, another account's schedule could use the role (confused deputy).
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] }));
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] }));
    const queueKey = deadLetters.encryptionMasterKey;
    if (queueKey !== undefined) role.addToPolicy(mayUseKey(this, queueKey, 'sendMessage'));
    const request: RotationRequest = { force: false };
    const schedule = new CfnSchedule(this, 'Daily', {
      description: 'Rotates the keys when they are due',
      scheduleExpression: 'rate(1 day)',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: functionArn,
        roleArn: role.roleArn,
        input: JSON.stringify(request),
        // Half a day: after that, the next run is nearer.
        retryPolicy: { maximumRetryAttempts: 20, maximumEventAgeInSeconds: 43_200 },
        deadLetterConfig: { arn: deadLetters.queueArn },
      },
    });
    // The schedule's first call comes immediately, so the keys and the permissions must exist by then.
    schedule.node.addDependency(keys.created, role);
  }
}
