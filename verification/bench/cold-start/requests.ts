import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serviceVariable } from '../../../lambda/contract/metrics.ts';
import { login } from '../../../lambda/core/login.ts';
import { httpEvent } from '../../../test/support/http-event.ts';
import { audience, issuer, ratchetRing, signerAndVerifier } from '../../../test/support/keys.ts';
import { aliceLogin, openWorld } from '../../../test/support/world.ts';

/** A function, one event for it, and what its answer must hold. */
export interface Request {
  readonly entry: string;
  readonly event: unknown;
  readonly environment: Readonly<Record<string, string>>;
  readonly expected: string;
}

/**
 * An access token that is good, and a genuine refresh token whose session the table no longer has: every client is
 * loaded and called once. A server on this machine answers for AWS at once.
 */
export async function firstRequests(): Promise<{ readonly list: readonly Request[]; close(): Promise<void> }> {
  const aws = createServer((request, response) => {
    const target = String(request.headers['x-amz-target']);
    const [status, body] = target.startsWith('secretsmanager')
      ? [200, { SecretString: JSON.stringify(ratchetRing()) }]
      : target.endsWith('UpdateItem')
        ? [400, { __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException', message: '' }]
        : [200, {}];
    request.resume().on('end', () => response.writeHead(Number(status), type).end(JSON.stringify(body)));
  });
  const type = { 'content-type': 'application/x-amz-json-1.0' };
  await new Promise<void>((resolve) => aws.listen(0, '127.0.0.1', resolve));
  const world = openWorld();
  const { refreshToken, session } = await login(aliceLogin, world.tools);
  const { signer, jwks } = signerAndVerifier(world.clock);
  const seconds = Math.floor(Date.now() / 1000);
  const accessToken = await signer.sign({
    ...{ iss: issuer, aud: audience, sub: session.subject, sid: session.sessionId, client_id: 'app', scope: 'read' },
    ...{ iat: seconds, exp: seconds + 3600, jti: 'jti', auth_time: seconds },
  });
  const common = {
    ...{ PATH: '/usr/bin', AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' },
    ...{ AWS_ENDPOINT_URL: `http://127.0.0.1:${(aws.address() as AddressInfo).port}` },
    ...{ [serviceVariable]: 'Pawl/TokenService', ISSUER: issuer, AUDIENCE: audience },
  };
  const body = JSON.stringify({ grant_type: 'refresh_token', refresh_token: refreshToken, client_id: 'app' });
  const list: readonly Request[] = [
    {
      entry: 'authorizer',
      event: httpEvent({ path: '/me', headers: { authorization: `Bearer ${accessToken}` } }),
      environment: { ...common, JWKS: JSON.stringify(jwks) },
      expected: '"isAuthorized":true',
    },
    {
      entry: 'refresh',
      event: httpEvent({ body }),
      environment: {
        ...common,
        ...{
          TABLE_NAME: 'table',
          EVENT_BUS_NAME: 'bus',
          RATCHET_KEYS_SECRET: 'ratchet',
          SIGNING_KEYS_SECRET: 'signing',
        },
        ...{ REFRESH_IDLE_TTL_SECONDS: '1209600', REFRESH_ABSOLUTE_TTL_SECONDS: '7776000', GRACE_SECONDS: '30' },
        ...{
          ROTATION_FLOOR_SECONDS: '50',
          SESSIONS_NOT_BEFORE: '0',
          ALLOWED_ORIGINS: '',
          ACCESS_TOKEN_TTL_SECONDS: '600',
        },
      },
      expected: 'invalid_grant',
    },
  ];
  return { list, close: () => new Promise((resolve) => aws.close(() => resolve())) };
}
