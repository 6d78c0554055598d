import { Refusal } from '../core/errors.ts';
import { clientIdOf } from './oauth-params.ts';
import type { Params } from './params.ts';
import type { HttpRequest } from './request.ts';

/** The client that sends a request. All clients are public, so a client only names itself. */
export interface Client {
  readonly id: string;
  /** The request carries Basic credentials with another name, and its parameters name no client. */
  readonly namedElsewhere: boolean;
}

/**
 * The client of a request, from `client_id`.
 *
 * `Authorization` is ignored unless it authenticates one of this service's clients (RFC 6749 §2.3.1). A Bearer token
 * added by an interceptor, or the Basic credentials of a proxy in front, are irrelevant to routes that take their token
 * elsewhere.
 *
 * @param known the configured clients; empty if none are configured
 * @throws Refusal `invalid_client` for an unknown client, and for client authentication, which would rely on a secret
 *   that is never checked
 */
export function clientOf(request: HttpRequest, params: Params, known: readonly string[]): Client {
  const id = clientIdOf(params);
  if (known.length > 0 && !known.includes(id)) throw invalidClient('client_unknown', 'The client_id is unknown.');
  if (params.has('client_secret') || params.has('client_assertion')) throw authenticated();
  const names = basicNames(request.headers.authorization);
  if (names.some((name) => name === id || known.includes(name))) throw authenticated();
  return { id, namedElsewhere: names.length > 0 && !params.has('client_id') };
}

/** Runs a use case. If the session belongs to another client, the Basic credentials were meant as that client's. */
export async function asClient<T>(client: Client, run: (clientId: string) => Promise<T>): Promise<T> {
  try {
    return await run(client.id);
  } catch (error) {
    const mismatch = error instanceof Refusal && error.reason === 'client_mismatch';
    throw mismatch && client.namedElsewhere ? authenticated() : error;
  }
}

/**
 * The user-id of Basic credentials (RFC 7617), both as is and decoded as RFC 6749 §2.3.1 requires. None if the password
 * is empty, because that proves nothing.
 */
function basicNames(authorization: string | undefined): readonly string[] {
  const [, encoded] = /^Basic +([\w+/-]+=*) *$/i.exec(authorization ?? '') ?? [];
  const [, name, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString('utf8')) ?? [];
  if (name === undefined || password === '') return [];
  const [decoded = ''] = new URLSearchParams(name.replaceAll(/[&=]/g, encodeURIComponent)).keys();
  return [name, decoded];
}

function authenticated(): Refusal {
  return invalidClient('client_authentication', 'Client authentication is not supported.');
}

function invalidClient(reason: 'client_unknown' | 'client_authentication', description: string): Refusal {
  return new Refusal('invalid_client', reason, description);
}
