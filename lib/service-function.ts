import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { RawEnv } from '../lambda/contract/env.ts';
import { type FunctionName, functions } from '../lambda/contract/functions.ts';
import { allowedCallsVariable } from '../lambda/contract/logging.ts';
import { serviceVariable } from '../lambda/contract/metrics.ts';
import { type KeyUse, mayUseKey } from './encryption.ts';
import { environmentFaults } from './environment-size.ts';
import { functionMemoryMb } from './function-memory.ts';

/** Props shared by all functions of the service. */
export interface FunctionDefaults {
  /** Directory with one `<entry>/index.js` per function, as `npm run build` writes it. */
  readonly bundles: string;
  readonly logRetention: RetentionDays;
  /**
   * Value of the dimension `service` of all metrics.
   * @default the stack's name
   */
  readonly service?: string;
  /**
   * Traces requests with X-Ray.
   * @default false
   */
  readonly tracing?: boolean;
  /**
   * Your key for the log group.
   *
   * @default CloudWatch's own
   */
  readonly encryptionKey?: IKey;
}

export interface ServiceFunctionProps<N extends FunctionName> extends FunctionDefaults {
  /** Row of lambda/contract/functions.ts. */
  readonly row: N;
  /** Exactly the names of the row; a missing or an extra one does not compile. */
  readonly environment: RawEnv<(typeof functions)[N]['env']>;
  /**
   * In MB. CPU is proportional: one full core at 1,769.
   *
   * @default 512
   */
  readonly memorySize?: number;
  /**
   * Reserved concurrency, which is also the function's limit.
   *
   * @default none: shares the account's concurrency
   */
  readonly reservedConcurrency?: number;
  /**
   * Log a line for every allowed call; for authorizers only.
   *
   * @default false
   */
  readonly logAllowedCalls?: boolean;
  /**
   * Receives events that failed asynchronous processing.
   *
   * @default none
   */
  readonly deadLetterQueue?: IQueue;
}

/** A Lambda function for a row of the contract. Its role may write its own logs, and what {@link allow} adds. */
export class ServiceFunction<N extends FunctionName> extends Construct {
  readonly lambda: LambdaFunction;
  /** Row of lambda/contract/functions.ts. */
  readonly row: N;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps<N>) {
    super(scope, id);
    const row = functions[props.row];
    this.row = props.row;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(props.encryptionKey && { encryptionKey: props.encryptionKey }),
    });
    // An explicit role: the CDK's default role has a managed policy for the log groups of the whole account.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    this.lambda = new LambdaFunction(this, 'Function', {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(join(props.bundles, row.entry)),
      handler: 'index.handler',
      timeout: Duration.seconds(row.timeoutSeconds),
      memorySize: props.memorySize ?? functionMemoryMb.usual,
      environment: {
        ...props.environment,
        [serviceVariable]: props.service ?? Stack.of(this).stackName,
        ...(props.logAllowedCalls === true && { [allowedCallsVariable]: 'true' }),
      },
      logGroup,
      // Lambda's own three lines per call would cost more than a call of the authorizer. What remains are faults: a
      // timeout, a crash, a failed start. In text format they cannot be omitted.
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      role,
      ...(props.reservedConcurrency !== undefined && { reservedConcurrentExecutions: props.reservedConcurrency }),
      ...(props.deadLetterQueue && { deadLetterQueue: props.deadLetterQueue }),
      ...(props.tracing === true && { tracing: Tracing.ACTIVE }),
    });
    // At synthesis, after all variables were added.
    this.node.addValidation({ validate: () => environmentFaults(this.lambda) });
    if (props.tracing === true) {
      Validations.of(role).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'X-Ray has no resource-level permissions for its two write actions.',
      });
    }
  }

  /** Allows the function exactly these actions on these resources. */
  allow(actions: readonly string[], resources: readonly string[]): void {
    this.lambda.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
  }

  /** Allows the function to use resources encrypted with your key; does nothing without such a key. */
  allowKey(use: KeyUse, key: IKey | undefined): void {
    if (key !== undefined) this.lambda.addToRolePolicy(mayUseKey(this, key, use));
  }
}
