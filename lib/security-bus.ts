import { Duration } from 'aws-cdk-lib';
import { EventBus, type IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { busSource } from '../lambda/contract/bus.ts';
import { admitEvents } from './encryption.ts';
import { physicalName } from './physical-names.ts';

export interface SecurityBusProps {
  /** @default a new bus */
  readonly bus?: IEventBus | undefined;
  /**
   * Key for the queue.
   *
   * @default SQS-managed
   */
  readonly encryptionKey?: IKey | undefined;
}

/** The bus of security events, and the dead-letter queue. */
export class SecurityBus extends Construct {
  readonly bus: IEventBus;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: SecurityBusProps = {}) {
    super(scope, id);
    this.bus = props.bus ?? this.#ownBus();
    const key = props.encryptionKey;
    this.deadLetters = new Queue(this, 'DeadLetters', {
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      ...(key && { encryption: QueueEncryption.KMS, encryptionMasterKey: key }),
    });
    if (key !== undefined) admitEvents(this, key);
  }

  #ownBus(): IEventBus {
    const description = 'Security events of login sessions';
    // A bus needs a name, and the CDK's default omits the stack's name, so a second stack could not be deployed.
    return new EventBus(this, 'Bus', { eventBusName: physicalName(this, 256), description }) as IEventBus;
  }

  /**
   * Delivers every signal to a function. The rule matches by source only, so that a signal with a misspelt type is
   * reported instead of ignored.
   */
  listen(handler: IFunction): void {
    const rule = new Rule(this, 'Signals', {
      eventBus: this.bus,
      eventPattern: { source: [busSource.in] },
      description: 'Signals that end all sessions of a subject',
    });
    rule.addTarget(new LambdaFunction(handler, { deadLetterQueue: this.deadLetters, retryAttempts: 8 }));
  }
}
