import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { functions } from '../lambda/contract/functions.ts';
import type { AlarmName } from './alarm-rules.ts';
import { Alarms } from './alarms.ts';
import { Dashboard } from './dashboard.ts';
import { ServiceFunction } from './service-function.ts';
import type { Watched } from './service-metrics.ts';

/** What a team says about watching its service. */
export interface WatchProps {
  /**
   * Hears of every alarm, when it begins and when it ends. Its policy must let cloudwatch.amazonaws.com publish.
   * @default a topic of the service's own, to subscribe to
   */
  readonly alarmTopic?: ITopic;
  /**
   * Other thresholds than those of docs/operate.md, by the alarm's name; an alarm that is off by default is on when it
   * has one here. False for no alarms at all.
   * @default the thresholds of docs/operate.md
   */
  readonly alarms?: false | Readonly<Partial<Record<AlarmName, number>>>;
}

export interface OperationsProps extends WatchProps, Omit<Watched, 'functions'> {
  /** How long a key is used, days. */
  readonly keyRotationDays: number;
  /** Whether there is a dashboard, and an alarm for each cause. */
  readonly detailed: boolean;
}

/** Alarms, and the dashboard if asked for, over everything in the scope; made last, so that they find all functions. */
export class Operations extends Construct {
  /** Undefined without detailed monitoring. */
  readonly dashboard: Dashboard | undefined;
  /** Undefined where the team wants no alarms. */
  readonly alarms: Alarms | undefined;

  constructor(scope: Construct, id: string, props: OperationsProps) {
    super(scope, id);
    const { service, api, table, deadLetters, keyRotationDays, detailed, alarms, alarmTopic } = props;
    const watched: Watched = { service, api, table, deadLetters, functions: functionsOf(scope) };
    if (detailed) this.dashboard = new Dashboard(this, 'Dashboard', watched);
    if (alarms === false) return;
    this.alarms = new Alarms(this, 'Alarms', {
      ...watched,
      ...{ keyRotationDays, detailed, topic: alarmTopic, thresholds: alarms },
    });
  }
}

/** The functions below a construct, in the order of the contract. */
function functionsOf(scope: Construct): Watched['functions'] {
  const found = scope.node.findAll().filter((construct) => construct instanceof ServiceFunction);
  const rows = Object.keys(functions) as (keyof typeof functions)[];
  return new Map(
    rows.flatMap((row) => found.filter((one) => one.row === row).map((one) => [row, one.lambda] as const)),
  );
}
