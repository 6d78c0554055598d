import { construct, flag, object, removal, retention, type Shape, shapeFaults, text } from './prop-shapes.ts';
import type { Settings } from './settings.ts';
import { settingNames } from './settings-table.ts';
import type { TokenServiceProps } from './token-service-props.ts';

const shapes: Readonly<Record<Exclude<keyof TokenServiceProps, keyof Settings>, Shape>> = {
  httpApi: construct('an HttpApi', 'apiId'),
  table: construct('a Table', 'tableName'),
  encryptionKey: construct('a Key', 'keyArn'),
  permissionsBoundary: construct('a ManagedPolicy', 'managedPolicyArn'),
  // Their members are checked in props-rules.ts.
  memorySize: ['an object of MB by function', (value) => typeof value === 'object'],
  alarms: ['false, or an object of thresholds', (value) => ['object', 'boolean'].includes(typeof value)],
  removalPolicy: removal,
  logRetention: retention,
  throttle: object('rateLimit', 'burstLimit'),
  eventBus: construct('an EventBus', 'eventBusArn'),
  alarmTopic: construct('a Topic', 'topicArn'),
  users: construct('a Lambda function', 'functionArn'),
  migrate: construct('a Lambda function', 'functionArn'),
  exampleRoute: flag,
  tracing: flag,
  bundles: text,
};

/** Names and kinds of the props of a service. @returns faults */
export const serviceShapeFaults = (props: TokenServiceProps): string[] =>
  shapeFaults('TokenService', props, shapes, settingNames);
