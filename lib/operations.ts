import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { functions } from '../lambda/contract/functions.ts';
import type { AlarmThresholds } from './alarm-thresholds.ts';
import { Alarms } from './alarms.ts';
import { Dashboard } from './dashboard.ts';
import { ServiceFunction } from './service-function.ts';
import type { Watched } from './service-metrics.ts';

/** Props for monitoring. */
export interface WatchProps {
  /**
   * Notified of every alarm, when it begins and when it ends. Its policy must allow cloudwatch.amazonaws.com to
   * publish.
   *
   * @default a new topic
   */
  readonly alarmTopic?: ITopic;
  /**
   * Thresholds that differ from docs/operate.md, by alarm name. Setting one also enables an alarm that is off by
   * default. False disables all alarms.
   *
   * @default the thresholds of docs/operate.md
   */
  readonly alarms?: false | AlarmThresholds;
}

export interface OperationsProps extends WatchProps, Omit<Watched, 'functions'> {
  /** Rotation period, in days. */
  readonly keyRotationDays: number;
  /** Whether to add the dashboard and the alarms that identify a cause. */
  readonly detailed: boolean;
}

/**
 * The alarms, and the optional dashboard, for everything in the scope. Created last, so that they find all functions.
 */
export class Operations extends Construct {
  /** Undefined without detailed monitoring. */
  readonly dashboard: Dashboard | undefined;
  /** Undefined if alarms are disabled. */
  readonly alarms: Alarms | undefined;

  constructor(scope: Construct, id: string, props: OperationsProps) {
    super(scope, id);
    const { service, api, table, deadLetters, keyRotationDays, detailed, alarms, alarmTopic } = props;
    const watched: Watched = { service, api, table, deadLetters, functions: functionsOf(scope) };
    if (detailed) this.dashboard = new Dashboard(this, 'Dashboard', watched);
    if (alarms === false) return;
    this.alarms = new Alarms(this, 'Alarms', {
      ...watched,
      keyRotationDays,
      detailed,
      topic: alarmTopic,
      thresholds: alarms,
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
