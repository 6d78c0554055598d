import { place } from '../cloudformation/resource-types.ts';
import { LocalError } from '../errors.ts';
import { isObject, objectOf } from '../json.ts';
import type { Outcome } from '../runtime/function-worker.ts';
import type { AuthorizerCache, Verdict } from './authorizer-cache.ts';
import type { HttpEvent } from './events.ts';
import type { Authorizer } from './http-api.ts';

/** The gateway's action for the request. */
export type Decision = Verdict | 'unauthorized' | 'error';

/** API Gateway's own limit for an authorizer. */
export const AUTHORIZER_TIMEOUT_MS = 10_000;

/**
 * Gets the decision for a request from the cache or from the Lambda authorizer.
 *
 * @param call runs the authorizer's function
 */
export async function authorize(
  authorizer: Authorizer,
  event: HttpEvent,
  cache: AuthorizerCache,
  call: (event: unknown) => Promise<Outcome>,
): Promise<Decision> {
  const identity = authorizer.identitySources.map((source) => identityValue(source, event));
  // A request without the identity source never reaches the function.
  if (!identity.every((value) => value !== undefined && value !== '')) return 'unauthorized';
  const values = identity as string[];
  const kept = authorizer.cacheSeconds > 0 ? cache.get(authorizer.id, values) : undefined;
  if (kept !== undefined) return kept;
  const outcome = await call(authorizerEvent(event, values));
  if (!outcome.ok || !isObject(outcome.payload)) return 'error';
  const { isAuthorized, context } = outcome.payload;
  if (typeof isAuthorized !== 'boolean' || (context !== undefined && context !== null && !isObject(context)))
    return 'error';
  const verdict: Verdict = isAuthorized ? { allowed: true, context: context ?? null } : { allowed: false };
  cache.put(authorizer.id, values, verdict, authorizer.cacheSeconds);
  return verdict;
}

/** The authorizer's event: the request without its body, plus the identity source. */
function authorizerEvent(event: HttpEvent, identitySource: readonly string[]): object {
  const { body: _body, isBase64Encoded: _encoded, ...rest } = event;
  const { apiId, http } = event.requestContext;
  const { method } = objectOf(http);
  const routeArn = `arn:${place.partition}:execute-api:${place.region}:${place.accountId}:${String(apiId)}/$default/${String(method)}${event.rawPath}`;
  return { ...rest, type: 'REQUEST', routeArn, identitySource: identitySource.length === 0 ? null : identitySource };
}

function identityValue(source: string, event: HttpEvent): string | undefined {
  const [, kind = '', name = ''] = /^\$(request\.header|request\.querystring|context)\.(.+)$/.exec(source) ?? [];
  if (kind === 'request.header') return event.headers[name.toLowerCase()];
  if (kind === 'request.querystring') return event.queryStringParameters?.[name];
  if (kind === 'context') {
    const value = name.split('.').reduce<unknown>((part, key) => objectOf(part)[key], event.requestContext);
    return value === undefined ? undefined : String(value);
  }
  throw new LocalError(`the local run does not support the identity source ${source}`);
}
