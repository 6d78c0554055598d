import { type Caller, toCaller } from './caller.ts';
import { VerifyError } from './errors.ts';

/** The part of an HTTP API's event (payload 2.0) that an authorizer with simple responses fills. */
export interface AuthorizedEvent {
  readonly requestContext: { readonly authorizer: { readonly lambda: object | null } };
}

/**
 * Requires all named scopes.
 *
 * ```ts
 * requireScope(claims, 'orders:write');
 * ```
 *
 * @param caller claims from `verify`, or the result of {@link callerOf}
 * @throws {VerifyError} `insufficient_scope`, 403; its challenge names all scopes that the route needs (RFC 6750 §3.1)
 * @throws {TypeError} if a name is not a valid scope (RFC 6749 §3.3), or `caller` has no list of scopes: a promise, for
 *   example
 */
export function requireScope(caller: Pick<Caller, 'scopes'>, scope: string, ...more: readonly string[]): void {
  const needed = [scope, ...more];
  const wrong = needed.findIndex((name) => typeof name !== 'string' || !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(name));
  if (wrong >= 0) throw new TypeError(`${JSON.stringify(needed[wrong])} is not a scope`);
  if (!Array.isArray(caller?.scopes)) throw new TypeError('the caller has no scopes: await the result of verify');
  if (!needed.every((name) => caller.scopes.includes(name))) {
    throw new VerifyError('insufficient_scope', 'scope_missing', needed);
  }
}

/**
 * The caller of a route behind Pawl's authorizer. Nothing is verified again, because only the gateway can fill this
 * part of the event.
 *
 * ```ts
 * const caller = callerOf(event);
 * requireScope(caller, 'orders:read');
 * ```
 *
 * @param event of an HTTP API, payload format 2.0
 * @throws {TypeError} if no authorizer filled the event: the route is open, which is not the caller's fault
 */
export function callerOf(event: AuthorizedEvent): Caller {
  // The types do not show how a route was deployed.
  const context: { authorizer?: { lambda?: object | null } } | undefined = event?.requestContext;
  const { sub, sid, client_id, scope, exp } = { ...context?.authorizer?.lambda } as Readonly<Record<string, unknown>>;
  if (!isText(sub) || !isText(sid) || !isText(client_id) || !isText(exp) || typeof scope !== 'string') {
    throw new TypeError("this route is not behind Pawl's authorizer");
  }
  return toCaller({ sub, sid, client_id, scope, exp: Number(exp) });
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
