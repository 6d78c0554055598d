import { type IResource, Stack, Token } from 'aws-cdk-lib';
import type { HttpApi, IHttpApi, ThrottleSettings } from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnGlobalTable, CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { type FunctionName, functions } from '../lambda/contract/functions.ts';
import { shown } from '../lambda/contract/shown.ts';
import { table as names } from '../lambda/contract/table.ts';
import { alarmThresholds } from './alarm-thresholds.ts';
import { defaultBundles, requireBundles } from './bundles.ts';
import { tunable } from './function-memory.ts';
import { resolveSettings } from './resolve-settings.ts';
import { serviceShapeFaults } from './service-shapes.ts';
import { SettingsError } from './settings-reader.ts';
import type { ResolvedSettings } from './settings-table.ts';
import type { TokenServiceProps } from './token-service-props.ts';

/** The functions of a service; the other two authorizers belong to `TokenAuthorizer` only. */
const ofService = (Object.keys(functions) as FunctionName[]).filter(
  (name) => name !== 'restAuthorizer' && name !== 'websocketAuthorizer',
);

/**
 * Validates all props and fills in the defaults of the settings.
 *
 * @throws SettingsError listing all faults
 */
export function resolveProps(props: TokenServiceProps, stack: Stack): ResolvedSettings {
  const wrong = serviceShapeFaults(props);
  const faults = [...wrong];
  const settings = collect(faults, () => resolveSettings({ ...props }));
  if (wrong.length === 0) faults.push(...valueFaults(props));
  if (settings?.domain !== undefined) faults.push(...certificateFaults(settings.domain.certificateArn, stack));
  if (settings === undefined || faults.length > 0) throw new SettingsError(faults);
  requireBundles(props.bundles ?? defaultBundles, ofService);
  return settings;
}

function valueFaults(props: TokenServiceProps): readonly string[] {
  const faults: string[] = [];
  if (props.httpApi !== undefined) faults.push(...apiFaults(props.httpApi, props));
  if (props.table !== undefined) faults.push(...tableFaults(props.table));
  if (props.users !== undefined && props.migrate !== undefined) {
    faults.push(
      'migrate cannot be set together with users: it moves users into the table, and users keeps them elsewhere',
    );
  }
  faults.push(...memoryFaults({ ...props.memorySize }), ...throttleFaults({ ...props.throttle }));
  if (typeof props.alarms === 'object') faults.push(...alarmFaults({ ...props.alarms }));
  return faults;
}

/** A certificate for CloudFront, in us-east-1, is a common mistake that only the deployment would show. */
function certificateFaults(arn: string, { region, account }: Stack): readonly string[] {
  if (Token.isUnresolved(arn)) return [];
  const [, , , certificateRegion, certificateAccount] = arn.split(':');
  const differs = (known: string, theirs: string | undefined) => !Token.isUnresolved(known) && known !== theirs;
  return [
    ...(differs(region, certificateRegion)
      ? [`certificateArn is in the region ${certificateRegion}, but must be in that of the stack, ${region}`]
      : []),
    ...(differs(account, certificateAccount)
      ? [`certificateArn is in the account ${certificateAccount}, but must be in that of the stack, ${account}`]
      : []),
  ];
}

/** The API's own URL, or undefined if it is disabled or unknown. */
export function endpointOf(httpApi: HttpApi | IHttpApi): string | undefined {
  if ((httpApi as Partial<HttpApi>).disableExecuteApiEndpoint === true) return undefined;
  try {
    return httpApi.apiEndpoint;
  } catch {
    // The CDK throws if an imported API has no endpoint.
    return undefined;
  }
}

function apiFaults(httpApi: HttpApi | IHttpApi, props: TokenServiceProps): readonly string[] {
  const theirs = (['throttle', 'domainName', 'certificateArn'] as const).filter((name) => props[name] !== undefined);
  const faults = theirs.map(
    (name) => `${name} cannot be set together with httpApi: that API has its own stage, throttling and domain`,
  );
  const theirCors = (['allowedHeaders', 'allowedMethods', 'exposedHeaders'] as const).filter(
    (name) => (props[name] ?? []).length > 0,
  );
  faults.push(...theirCors.map((name) => `${name} cannot be set together with httpApi: that API has its own CORS`));
  if (props.publicUrl === undefined && props.issuer === undefined && endpointOf(httpApi) === undefined) {
    faults.push('publicUrl is required with this httpApi, because its generated URL is disabled or unknown');
  }
  return faults;
}

/** Checks a table defined in the app, which would otherwise fail at the first request. An imported one is unknown. */
function tableFaults(table: IResource): readonly string[] {
  const cfn = table.node.defaultChild;
  if (!(cfn instanceof CfnTable || cfn instanceof CfnGlobalTable)) return [];
  const { keySchema, attributeDefinitions, timeToLiveSpecification } = Stack.of(table).resolve({
    keySchema: cfn.keySchema,
    attributeDefinitions: cfn.attributeDefinitions,
    timeToLiveSpecification: cfn.timeToLiveSpecification,
  }) as TableShape;
  const typeOf = (name: string | undefined) =>
    attributeDefinitions?.find(({ attributeName }) => attributeName === name)?.attributeType;
  const keys = (keySchema ?? []).map(
    ({ keyType, attributeName }) => `${keyType} ${attributeName} ${typeOf(attributeName)}`,
  );
  const wanted = [`HASH ${names.partitionKey} S`, `RANGE ${names.sortKey} S`];
  const faults: string[] = [];
  if (keys.join() !== wanted.join()) {
    faults.push(
      `table must have the partition key ${names.partitionKey} and the sort key ${names.sortKey}, both of type string`,
    );
  }
  if (timeToLiveSpecification?.enabled !== true || timeToLiveSpecification.attributeName !== names.timeToLive) {
    faults.push(`table must have TTL enabled on ${names.timeToLive}, or expired items accumulate`);
  }
  return faults;
}

interface TableShape {
  readonly keySchema?: readonly { readonly attributeName: string; readonly keyType: string }[];
  readonly attributeDefinitions?: readonly { readonly attributeName: string; readonly attributeType: string }[];
  readonly timeToLiveSpecification?: { readonly attributeName?: string; readonly enabled: boolean };
}

function memoryFaults(sizes: Readonly<Record<string, number | undefined>>): readonly string[] {
  return Object.entries(sizes).flatMap(([name, size]) => {
    if (!(tunable as readonly string[]).includes(name))
      return [`memorySize has ${name}, which is not one of ${tunable.join(', ')}`];
    const fits =
      size === undefined || Token.isUnresolved(size) || (Number.isInteger(size) && size >= 128 && size <= 10_240);
    return fits ? [] : [`memorySize of ${name} must be a whole number from 128 to 10240, not ${shown(size)}`];
  });
}

/** The limits of single routes are computed from these at synth. */
function throttleFaults({ rateLimit = 1, burstLimit = 1 }: ThrottleSettings): readonly string[] {
  const usable = (value: number) =>
    typeof value === 'number' && !Token.isUnresolved(value) && Number.isFinite(value) && value > 0;
  return [
    ...(usable(rateLimit)
      ? []
      : [`rateLimit of throttle must be a number above 0 that is known at synth${given(rateLimit)}`]),
    ...(usable(burstLimit) && Number.isInteger(burstLimit)
      ? []
      : [`burstLimit of throttle must be a whole number above 0 that is known at synth${given(burstLimit)}`]),
  ];
}

const given = (value: unknown) => (Token.isUnresolved(value) ? '' : `, not ${shown(value)}`);

function alarmFaults(thresholds: Readonly<Record<string, unknown>>): readonly string[] {
  const names = Object.keys(alarmThresholds);
  return Object.entries(thresholds).flatMap(([name, value]) => {
    if (!names.includes(name)) return [`alarms has ${name}, which is not one of ${names.join(', ')}`];
    const fits =
      value === undefined ||
      Token.isUnresolved(value) ||
      (typeof value === 'number' && Number.isFinite(value) && value > 0);
    return fits ? [] : [`the alarm threshold ${name} must be a number above 0, not ${shown(value)}`];
  });
}

function collect<T>(faults: string[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    faults.push(...error.faults);
    return undefined;
  }
}
