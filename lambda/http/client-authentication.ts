import { Refusal } from '../core/errors.ts';
import { clientIdOf } from './oauth-params.ts';
import type { Params } from './params.ts';
import type { HttpRequest } from './request.ts';

/** Which client sends a request. All clients are public: naming it is all that a client can do. */
export interface Client {
  readonly id: string;
  /** The request carries Basic credentials of another name, and its parameters name no client. */
  readonly namedElsewhere: boolean;
}

/**
 * The client of a request, from `client_id`.
 *
 * `Authorization` is not looked at unless it authenticates a client of ours (RFC 6749 §2.3.1): the Bearer token of an
 * interceptor and the Basic credentials of a proxy in front say nothing to routes that take their token elsewhere.
 *
 * @param known the team's clients; empty where it lists none
 * @throws Refusal `invalid_client` for an unknown client and for client authentication: it would rely on a secret that
 *   nobody checks
 */
export function clientOf(request: HttpRequest, params: Params, known: readonly string[]): Client {
  const id = clientIdOf(params);
  if (known.length > 0 && !known.includes(id)) throw invalidClient('client_unknown', 'The client is not known here.');
  if (params.has('client_secret') || params.has('client_assertion')) throw authenticated();
  const names = basicNames(request.headers.authorization);
  if (names.some((name) => name === id || known.includes(name))) throw authenticated();
  return { id, namedElsewhere: names.length > 0 && !params.has('client_id') };
}

/** Runs a use case. Where the session belongs to another client, the Basic credentials were meant as that client's. */
export async function asClient<T>(client: Client, run: (clientId: string) => Promise<T>): Promise<T> {
  try {
    return await run(client.id);
  } catch (error) {
    const mismatch = error instanceof Refusal && error.reason === 'client_mismatch';
    throw mismatch && client.namedElsewhere ? authenticated() : error;
  }
}

/**
 * The user-id of Basic credentials (RFC 7617): as it is, and decoded as RFC 6749 §2.3.1 has clients encode it. None where
 * the password is empty, as nothing is proved by that.
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
