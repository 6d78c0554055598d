import { type AwsEndpoints, type AwsService, startAwsEndpoints } from './aws/aws-endpoints.ts';
import { startDynamoDb } from './aws/dynamodb.ts';
import type { DynamoDb } from './aws/engine.ts';
import { type BusEvent, eventBridge } from './aws/event-bridge.ts';
import { ExternalResources } from './aws/external-account.ts';
import { invokeByApi } from './aws/lambda-api.ts';
import { parameterStore } from './aws/parameter-store.ts';
import { Queues } from './aws/queues.ts';
import { secretsManager } from './aws/secrets-manager.ts';
import { openState } from './aws/state.ts';
import { startTableCalls } from './aws/table-calls.ts';
import { createClock } from './clock.ts';
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
import { type Gateway, startGateway } from './gateway/gateway.ts';
import { readHttpApi } from './gateway/http-api.ts';
import { stackPage } from './gateway/stack-page.ts';
import { objectOf } from './json.ts';
import type { LocalOptions, LocalService } from './local-service.ts';
import { awsEnvironment } from './runtime/environment.ts';
import { Functions, type LogLine } from './runtime/functions.ts';
import { behindStalePeers } from './runtime/stale-connections.ts';

export type { LocalOptions, LocalService } from './local-service.ts';

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
    nowMs: () => clock.now(),
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

/** The caller's own engine, which this process neither monitors nor stops. */
function runsAlready(endpoint: string): Pick<DynamoDb, 'endpoint' | 'pid' | 'exited' | 'stop'> {
  if (!URL.canParse(endpoint)) throw new LocalError(`the DynamoDB endpoint ${endpoint} is not a URL`);
  return { endpoint, exited: new Promise(() => {}), stop: async () => {} };
}
