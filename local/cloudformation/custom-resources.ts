import { randomUUID } from 'node:crypto';
import type { AwsEndpoints } from '../aws/aws-endpoints.ts';
import type { State } from '../aws/state.ts';
import { LocalError } from '../errors.ts';
import { type JsonObject, objectOf } from '../json.ts';
import type { Functions } from '../runtime/functions.ts';
import { place } from './resource-types.ts';
import type { Resource, Template } from './template.ts';

/** How long a custom resource may still send its response after its function has returned. */
const ANSWER_TIMEOUT_MS = 60_000;

/** The dependencies of custom resources. */
export interface CustomResourceOptions {
  readonly template: Template;
  readonly stackId: string;
  readonly functions: Functions;
  readonly endpoints: AwsEndpoints;
  readonly state: State;
}

/**
 * Runs custom resources as a deployment does: invokes the function, and receives its response by a PUT to the
 * ResponseURL.
 */
export class CustomResources {
  readonly #options: CustomResourceOptions;
  readonly #results = new Map<string, { readonly physicalId: string; readonly data: JsonObject }>();

  constructor(options: CustomResourceOptions) {
    this.#options = options;
  }

  /** The values of `Ref` and `Fn::GetAtt`, once it is deployed. */
  attribute(resource: Resource, attribute: string | undefined): unknown {
    const result = this.#results.get(resource.id);
    if (result === undefined)
      throw new LocalError(`the custom resource ${resource.id} is needed before it is deployed`);
    if (attribute === undefined) return result.physicalId;
    const value = result.data[attribute];
    if (value === undefined)
      throw new LocalError(`the custom resource ${resource.id} returned no attribute ${attribute}`);
    return value;
  }

  /** Creates it, or updates it if the kept data directory already contains it. */
  async deploy(resource: Resource): Promise<void> {
    const { template, stackId, functions, endpoints, state } = this.#options;
    const properties = stringify(objectOf(template.resolve(resource.properties)));
    const functionId = functions.byArn(String(properties.ServiceToken));
    const before = state.account.deployed[resource.id];
    const response = endpoints.responseUrl();
    const event = {
      RequestType: before === undefined ? 'Create' : 'Update',
      ServiceToken: properties.ServiceToken,
      ResponseURL: response.url,
      StackId: stackId,
      RequestId: randomUUID(),
      LogicalResourceId: resource.id,
      ResourceType: resource.type,
      ResourceProperties: properties,
      ...(before === undefined
        ? {}
        : { PhysicalResourceId: before.physicalId, OldResourceProperties: before.properties }),
    };
    const answer = await this.#answer(resource, functionId, event, response.answer).finally(() => response.close());
    // The function is no longer needed: free its memory.
    await functions.recycle(functionId);
    if (answer.Status !== 'SUCCESS')
      throw new LocalError(`the custom resource ${resource.id} failed: ${String(answer.Reason ?? 'no reason given')}`);
    const physicalId = String(answer.PhysicalResourceId ?? before?.physicalId ?? '');
    if (physicalId === '') throw new LocalError(`the custom resource ${resource.id} returned no PhysicalResourceId`);
    this.#results.set(resource.id, { physicalId, data: objectOf(answer.Data) });
    state.account.deployed[resource.id] = { physicalId, properties };
    state.save();
  }

  async #answer(
    resource: Resource,
    functionId: string,
    event: JsonObject,
    answer: Promise<JsonObject>,
  ): Promise<JsonObject> {
    // Wait for the function to finish even if its response came earlier, so that it can still write its log.
    const outcome = await this.#options.functions.invoke(functionId, event);
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<JsonObject>((resolve) => {
      const Reason = outcome.ok
        ? `${functionId} did not answer for ${resource.id}`
        : `${functionId}: ${outcome.error.errorMessage}`;
      timer = setTimeout(() => resolve({ Status: 'FAILED', Reason }), outcome.ok ? ANSWER_TIMEOUT_MS : 0);
    });
    return Promise.race([answer, silence]).finally(() => clearTimeout(timer));
  }
}

/** CloudFormation passes every property of a custom resource as text, at any depth. */
function stringify(properties: JsonObject): JsonObject {
  const convert = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(convert);
    if (typeof value === 'object' && value !== null) return stringify(objectOf(value));
    return String(value);
  };
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, convert(value)]));
}

/** The id of the local stack. */
export function stackIdOf(stackName: string): string {
  return `arn:${place.partition}:cloudformation:${place.region}:${place.accountId}:stack/${stackName}/local`;
}
