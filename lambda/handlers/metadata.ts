import { readEnv } from '../contract/env.ts';
import { functions } from '../contract/functions.ts';
import { endpoint } from '../http/endpoint.ts';
import { serverMetadata } from '../http/server-metadata.ts';
import { publishedJwks } from '../keys/published-jwks.ts';
import { systemClock } from '../system-clock.ts';

const env = readEnv(functions.metadata.env, process.env);
const jwks = publishedJwks(env.JWKS_PARAMETER, systemClock);

/** `GET /.well-known/*`: the public keys (RFC 7517 §5) and the server metadata (RFC 8414) */
export const handler = endpoint('metadata', 1, async ({ path }) => ({
  status: 200,
  body: path.endsWith('/jwks.json') ? await jwks() : serverMetadata(env.ISSUER, env.BASE_URL),
  headers: { 'cache-control': 'public, max-age=300' },
}));
