import { callDynamoDb } from '../../../local/aws/dynamodb-call.ts';
import { httpEvent } from '../../../test/support/http-event.ts';
import { newSession } from '../systems/pawl.ts';
import { putItems } from '../systems/put-items.ts';
import type { Stage } from '../systems/stage.ts';
import { authorizerBundles, type Bundle, functionBundle, sdkBundle } from './bundles.ts';
import { accessToken, guardedCall } from './tokens.ts';

/** A function in a fresh process and its first request. Without a file, the process exits immediately. */
export interface Candidate extends Partial<Bundle> {
  readonly name: string;
  /** Makes a new event for each run. The answer must contain `expected`. */
  readonly event: () => Promise<unknown>;
  readonly expected: string;
  readonly does: string;
}

/** The candidates whose first requests are compared, starting with the empty process. */
export async function firstCandidates(stage: Stage): Promise<readonly Candidate[]> {
  const form = (fields: Readonly<Record<string, string>>, path: string) =>
    httpEvent({
      path,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ client_id: 'app', ...fields }).toString(),
      base64: true,
    });
  const opened = async () => {
    const session = newSession();
    await putItems(stage.endpoint, 'pawl', session.items);
    return session;
  };
  const fresh = async () => (await opened()).refreshToken;
  const bearer = () => ({ authorization: `Bearer ${accessToken(stage, 1)}` });
  const own = (entry: string, does: string, event: Candidate['event'], expected: string): Candidate => ({
    ...functionBundle(stage, entry),
    does,
    event,
    expected,
  });
  const login = { username: 'nobody@example.com', password: 'wrong horse', client_id: 'app' };
  const sessions = { method: 'GET', path: '/auth/sessions', routeKey: 'GET /auth/sessions' };
  const jwks = { method: 'GET', path: '/.well-known/jwks.json' };
  const rotating = async () => form({ grant_type: 'refresh_token', refresh_token: await fresh() }, '/auth/refresh');
  const guarded = async () => guardedCall(accessToken(stage, 1));
  // Earlier login attempts must not throttle the next one.
  const unknownUser = async () => {
    await forgetTries(stage);
    return httpEvent({ path: '/auth/login', body: JSON.stringify(login) });
  };
  return [
    { name: 'empty', does: '-', event: async () => ({}), expected: 'nothing' },
    own('authorizer', 'a good token', guarded, '"isAuthorized":true'),
    own('refresh', 'a rotation', rotating, '"statusCode":200'),
    {
      ...(await sdkBundle(stage)),
      does: 'the requests of a rotation',
      event: async () => (await opened()).items[1],
      expected: '{"generation":"1","account":"active"}',
    },
    own('login', 'an unknown user, argon2id included', unknownUser, 'invalid_grant'),
    own('revoke', 'a live session', async () => form({ token: await fresh() }, '/auth/revoke'), '"statusCode":200'),
    own('sessions', 'a dead session', async () => httpEvent({ ...sessions, headers: bearer() }), 'invalid_token'),
    own('metadata', 'the JWKS', async () => httpEvent(jwks), '"statusCode":200'),
    ...(await authorizerBundles(stage)).slice(3).map((bundle) => ({
      ...bundle,
      name: `authorizer: ${bundle.name}`,
      does: 'a good token',
      event: guarded,
      expected: '"isAuthorized":true',
    })),
  ];
}

async function forgetTries({ endpoint }: Stage): Promise<void> {
  const { Items = [] } = (await callDynamoDb(endpoint, 'Scan', {
    TableName: 'pawl',
    FilterExpression: 'begins_with(pk, :throttle)',
    ExpressionAttributeValues: { ':throttle': { S: 'THROTTLE#' } },
    ProjectionExpression: 'pk, sk',
  })) as { Items?: readonly object[] };
  for (const Key of Items) await callDynamoDb(endpoint, 'DeleteItem', { TableName: 'pawl', Key });
}
