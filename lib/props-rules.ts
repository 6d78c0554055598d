import { type IResource, Stack, Token } from 'aws-cdk-lib';
import type { HttpApi, IHttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnGlobalTable, CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { table as names } from '../lambda/contract/table.ts';
import { tunable } from './function-memory.ts';
import { type ResolvedSettings, resolveSettings } from './settings.ts';
import { SettingsError } from './settings-reader.ts';
import type { TokenServiceProps } from './token-service-props.ts';

/**
 * Checks all props and fills in the defaults of the settings.
 *
 * @throws SettingsError naming all faults at once
 */
export function resolveProps(props: TokenServiceProps): ResolvedSettings {
  const faults: string[] = [];
  const settings = collect(faults, () => resolveSettings({ ...props }));
  if (props.httpApi !== undefined) faults.push(...apiFaults(props.httpApi, props));
  if (props.table !== undefined) faults.push(...tableFaults(props.table));
  faults.push(...memoryFaults(props.memorySize ?? {}));
  if (settings === undefined || faults.length > 0) throw new SettingsError(faults);
  return settings;
}

/** The API's own URL, or undefined where nobody can call it or it is not known. */
export function endpointOf(httpApi: HttpApi | IHttpApi): string | undefined {
  if ((httpApi as Partial<HttpApi>).disableExecuteApiEndpoint === true) return undefined;
  try {
    return httpApi.apiEndpoint;
  } catch {
    // The CDK throws where an imported API came without its endpoint.
    return undefined;
  }
}

function apiFaults(httpApi: HttpApi | IHttpApi, props: TokenServiceProps): readonly string[] {
  const theirs = (['throttle', 'domainName', 'certificateArn'] as const).filter((name) => props[name] !== undefined);
  const faults = theirs.map(
    (name) => `${name} cannot be set together with httpApi: stage, throttling and domain are that API's own`,
  );
  const theirCors = (['allowedHeaders', 'allowedMethods', 'exposedHeaders'] as const).filter(
    (name) => (props[name] ?? []).length > 0,
  );
  faults.push(...theirCors.map((name) => `${name} cannot be set together with httpApi: its CORS is that API's own`));
  if (props.publicUrl === undefined && props.issuer === undefined && endpointOf(httpApi) === undefined) {
    faults.push('publicUrl is needed with this httpApi, as its generated URL is switched off or not known');
  }
  return faults;
}

/** Of an imported table nothing is known: its first request would tell. */
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
    faults.push(`table must have the partition key ${names.partitionKey} and the sort key ${names.sortKey}, both text`);
  }
  if (timeToLiveSpecification?.enabled !== true || timeToLiveSpecification.attributeName !== names.timeToLive) {
    faults.push(`table must have its time to live on ${names.timeToLive}: what is over would pile up`);
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
      return [`memorySize has ${name}, not one of ${tunable.join(', ')}`];
    const fits =
      size === undefined || Token.isUnresolved(size) || (Number.isInteger(size) && size >= 128 && size <= 10_240);
    return fits ? [] : [`memorySize of ${name} must be a whole number from 128 to 10240`];
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
