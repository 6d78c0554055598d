import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { type AlarmRule, alarmRules } from './alarm-rules.ts';
import { type AlarmThresholds, alarmThresholds, essentialAlarms } from './alarm-thresholds.ts';
import type { Watched } from './service-metrics.ts';

export interface AlarmsProps extends Watched {
  /** Rotation period, in days. */
  readonly keyRotationDays: number;
  /** Whether to add the alarms that identify a cause. */
  readonly detailed: boolean;
  /**
   * The topic to notify.
   *
   * @default a new topic
   */
  readonly topic?: ITopic | undefined;
  /**
   * Overrides of {@link alarmThresholds}, in their units.
   *
   * @default none
   */
  readonly thresholds?: AlarmThresholds | undefined;
}

/** One or two failed daily runs do not justify an alarm. */
const keyAgeSlackDays = 3;

/** The alarms of a service, and the topic that they notify when they begin and when they end. */
export class Alarms extends Construct {
  readonly topic: ITopic;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.topic = props.topic ?? this.#ownTopic();
    const thresholds = {
      ...alarmThresholds,
      keyAge: props.keyRotationDays + keyAgeSlackDays,
      ...definedOf(props.thresholds ?? {}),
    };
    for (const rule of alarmRules(props)) {
      const wanted =
        props.detailed || essentialAlarms.includes(rule.name) || props.thresholds?.[rule.name] !== undefined;
      if (wanted) this.#add(rule, thresholds[rule.name]);
    }
  }

  #add(rule: AlarmRule, threshold: number): void {
    const { name, of = '', metric, comparison, periods, missing, section, meaning } = rule;
    const id = capital(name) + capital(of);
    const alarm = new Alarm(this, id, {
      metric,
      threshold,
      comparisonOperator: comparison,
      evaluationPeriods: periods,
      datapointsToAlarm: periods,
      treatMissingData: missing,
      alarmDescription: `${meaning} What to do: docs/operate.md, "${section}".`,
    });
    const tell = new SnsAction(this.topic);
    alarm.addAlarmAction(tell);
    alarm.addOkAction(tell);
  }

  #ownTopic(): Topic {
    const topic = new Topic(this, 'Topic', { displayName: 'Alarms of login sessions', enforceSSL: true });
    // A topic with its own policy has lost the default one, which lets alarms of the account publish.
    const stack = Stack.of(this);
    const alarms = {
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName: '*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    };
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnLike: { 'aws:SourceArn': stack.formatArn(alarms) },
        },
      }),
    );
    return topic;
  }
}

/** Without members that are undefined, which would replace a default. */
function definedOf(thresholds: AlarmThresholds): AlarmThresholds {
  return Object.fromEntries(Object.entries(thresholds).filter(([, value]) => value !== undefined));
}

const capital = (text: string) => text.replace(/^./, (first) => first.toUpperCase());
