import { type AwsEndpoints, type AwsService, startAwsEndpoints } from './aws/aws-endpoints.ts';
import { startDynamoDb } from './aws/dynamodb.ts';
import type { DynamoDb } from './aws/engine.ts';
import { type BusEvent, eventBridge } from './aws/event-bridge.ts';
import { type ExternalAccount, ExternalResources } from './aws/external-account.ts';
import { invokeByApi } from './aws/lambda-api.ts';
import { parameterStore } from './aws/parameter-store.ts';
import { Queues } from './aws/queues.ts';
import { secretsManager } from './aws/secrets-manager.ts';
import { openState } from './aws/state.ts';
import { startTableCalls } from './aws/table-calls.ts';
import { type Clock, createClock } from './clock.ts';
import { readAssembly } from './cloudformation/assembly.ts';
import { CustomResources, stackIdOf } from './cloudformation/custom-resources.ts';
import { deployOrder } from './cloudformation/deploy-order.ts';
import { provision } from './cloudformation/provision.ts';
import {
  attributeOf,
  isCustomResource,
  localAddress,
  place,
  requireKnownTypes,
} from './cloudformation/resource-types.ts';
import { Template } from './cloudformation/template.ts';
import { LocalError } from './errors.ts';
import { type Gateway, type LocalName, startGateway } from './gateway/gateway.ts';
import { readHttpApi } from './gateway/http-api.ts';
import { stackPage } from './gateway/stack-page.ts';
import { objectOf } from './json.ts';
import { awsEnvironment } from './runtime/environment.ts';
import type { Outcome } from './runtime/function-worker.ts';
import { Functions, type LogLine } from './runtime/functions.ts';
import { behindStalePeers } from './runtime/stale-connections.ts';

/** How to serve a synthesized stack. */
export interface LocalOptions {
  /** The directory that `cdk synth` wrote, `cdk.out`. */
  readonly cloudAssembly: string;
  /** @default 0, any free port */
  readonly port?: number;
  /** Host name in the service's URL. @default 127.0.0.1 */
  readonly name?: LocalName;
  /** Where table, secrets and parameters are kept. @default memory */
  readonly dataDir?: string;
  /** A running DynamoDB. @default an embedded one */
  readonly dynamodbEndpoint?: string;
  /** Running Secrets Manager, Parameter Store and EventBridge. @default stand-ins in this process */
  readonly account?: ExternalAccount;
  /** @default the machine's time */
  readonly clock?: Clock;
  /** Names the table operations of each request in its response, `x-table-calls`. @default false */
  readonly countTableCalls?: boolean;
  /**
   * Resets a function's connection that is reused after this time, in milliseconds, as after a freeze. Infinity: only
   * by {@link LocalService.goStale}. @default connections are kept
   */
  readonly resetIdleMs?: number;
  /** Called for every line that a function writes. */
  readonly onLog?: (line: LogLine) => void;
}

/** A running local service. */
export interface LocalService extends Pick<Gateway, 'url' | 'openPages'> {
  readonly tableName: string;
  /** Process id of the embedded DynamoDB, where it is a process of its own. */
  readonly databasePid: number | undefined;
  /**
   * Environment for another process (AWS SDK or CLI) to reach this service's DynamoDB, Secrets Manager and Parameter
   * Store.
   */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Every line that the functions have written so far. */
  readonly logs: readonly LogLine[];
  /** Every event that was put on a bus so far. */
  readonly events: readonly BusEvent[];
  /** What waits in the queue whose name contains the text. */
  deadLetters(queue: string): readonly string[];
  /** Resolves with the reason if the service cannot continue; undefined after `stop()`. */
  readonly failed: Promise<string | undefined>;
  /** Moves the service's time: tokens expire, caches empty. */
  advance(seconds: number): void;
  /** A function's environment, by its logical id or the start of it. */
  environmentOf(functionId: string): Readonly<Record<string, string>>;
  /** Calls a function directly, by its logical id or the start of it. */
  invoke(functionId: string, event: unknown): Promise<Outcome>;
  /** Closes every open connection of the functions, as a long freeze does; needs `resetIdleMs`. */
  goStale(): void;
  /** How many connections have been reset so far. */
  resets(): number;
  /** Ends everything: gateway, workers, database. */
  stop(): Promise<void>;
}

/** Maximum number of lines and events kept, because a service may run for days. */
const MAX_KEPT = 5_000;

/** Deploys a synthesized stack on this machine and serves it. */
export async function startLocal(options: LocalOptions): Promise<LocalService> {
  const started: { stop(): Promise<void> }[] = [];
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= (async () => {
      for (const part of started.reverse()) await part.stop();
    })();
    return stopped;
  };
  try {
    return await start(options, (part) => started.push(part), stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  options: LocalOptions,
  own: (part: { stop(): Promise<void> }) => void,
  stop: () => Promise<void>,
): Promise<LocalService> {
  const { dataDir, account, clock = createClock() } = options;
  const assembly = readAssembly(options.cloudAssembly);
  const gateway: Gateway = await startGateway(options.port ?? 0, options.name);
  own(gateway);
  const state = openState(dataDir);
  const database =
    options.dynamodbEndpoint === undefined
      ? await startDynamoDb(dataDir === undefined ? {} : { dataDir })
      : runsAlready(options.dynamodbEndpoint);
  own(database);
  const services: Record<string, AwsService> = {
    secretsmanager: secretsManager(state, clock),
    AmazonSSM: parameterStore(state, clock),
  };
  const aws: AwsEndpoints = await startAwsEndpoints(services);
  own(aws);
  const others = account?.endpoint ?? aws.url;
  const endpoints = awsEnvironment(database.endpoint, others, aws.url);
  const tableCalls = options.countTableCalls ? await startTableCalls(database.endpoint) : undefined;
  if (tableCalls !== undefined) own(tableCalls);
  const counted = tableCalls === undefined ? endpoints : awsEnvironment(tableCalls.endpoint, others, aws.url);
  const { resetIdleMs } = options;
  const peers = resetIdleMs === undefined ? undefined : await behindStalePeers(counted, resetIdleMs);
  if (peers !== undefined) own(peers);
  const resourcesThere = new ExternalResources(account);

  const stackId = stackIdOf(assembly.stackName);
  const template: Template = new Template(assembly.template, {
    pseudoParameters: {
      'AWS::Region': place.region,
      'AWS::AccountId': place.accountId,
      'AWS::Partition': place.partition,
      'AWS::URLSuffix': place.urlSuffix,
      'AWS::StackName': assembly.stackName,
      'AWS::StackId': stackId,
    },
    attribute: (resource, attribute) =>
      isCustomResource(resource.type)
        ? customResources.attribute(resource, attribute)
        : (resourcesThere.ref(resource, attribute) ??
          attributeOf(template, assembly.stackName, gateway.url, resource, attribute)),
    rewrite: (text) => localAddress(text, gateway.url),
  });
  requireKnownTypes(template);
  const [table] = template.ofType('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable');
  const logs: LogLine[] = [];
  const onLog = (line: LogLine): void => {
    keepNewest(logs, line);
    options.onLog?.(line);
  };
  const functions = new Functions({ assembly, template, clock, awsEnvironment: peers?.environment ?? counted, onLog });
  own(functions);
  const customResources: CustomResources = new CustomResources({ template, stackId, functions, endpoints: aws, state });
  const api = readHttpApi(template, functions);
  const events: BusEvent[] = [];
  const onEvent = (event: BusEvent): void => keepNewest(events, event);
  const queues = new Queues(template);
  const onDeadLetter = (functionId: string, event: BusEvent, why: string): void => {
    const { TargetArn } = objectOf(template.property(template.resource(functionId), 'DeadLetterConfig'));
    if (TargetArn !== undefined) queues.send(String(TargetArn), JSON.stringify(event));
    onLog({ function: functionId, time: clock.now(), line: `gave up on event ${String(event.id)}: ${why}` });
  };
  const say = (line: string): void => onLog({ function: api.id, time: clock.now(), line });
  const onFault = (error: unknown): void => say(error instanceof Error ? String(error.stack) : String(error));
  services.AWSEvents = eventBridge({ template, functions, clock, onEvent, onDeadLetter });
  services.AmazonSQS = queues.service();
  aws.openPaths((path, body) => invokeByApi(functions, path, body));
  for (const id of deployOrder(template)) {
    const resource = template.resource(id);
    if (isCustomResource(resource.type)) await customResources.deploy(resource);
    else await provision(template, resource, { databaseEndpoint: database.endpoint, state, clock });
    await resourcesThere.create(template, resource);
  }
  functions.check();
  gateway.openPages(
    stackPage({
      ...{ stackName: assembly.stackName, document: assembly.template, template, endpoints },
      now: () => clock.now(),
    }),
  );
  gateway.open({ api, functions, clock, onFault, onOriginFault: say, tableCalls: tableCalls?.of });
  return {
    url: gateway.url,
    tableName: table === undefined ? '' : String(template.resolve({ Ref: table.id })),
    databasePid: database.pid,
    endpoints,
    logs,
    events,
    deadLetters: (queue) => queues.waiting(queue).map(({ body }) => body),
    failed: database.exited,
    openPages: gateway.openPages,
    advance: (seconds) => clock.advance(seconds),
    environmentOf: (functionId) => functions.environmentOf(functions.byPrefix(functionId)),
    invoke: async (functionId, event) => functions.invoke(functions.byPrefix(functionId), event),
    goStale: () => peers?.goStale(),
    resets: () => peers?.resets() ?? 0,
    stop,
  };
}

function keepNewest<T>(list: T[], entry: T): void {
  list.push(entry);
  if (list.length > MAX_KEPT) list.splice(0, list.length - MAX_KEPT);
}

/** The caller's own engine, which this process neither watches nor stops. */
function runsAlready(endpoint: string): Pick<DynamoDb, 'endpoint' | 'pid' | 'exited' | 'stop'> {
  if (!URL.canParse(endpoint)) throw new LocalError(`the DynamoDB endpoint ${endpoint} is not a URL`);
  return { endpoint, exited: new Promise(() => {}), stop: async () => {} };
}
