import { RingSigner } from './access-tokens/signer.ts';
import { createVerifier } from './access-tokens/verifier.ts';
import { type Env, EnvError } from './contract/env.ts';
import type { functions } from './contract/functions.ts';
import { RefreshTokens } from './core/refresh-tokens.ts';
import { nodeCodec, nodeCrypto, nodeRandom } from './crypto/node-crypto.ts';
import { eventBridgeEvents } from './events/event-bridge.ts';
import { eventsOnDemand } from './events/events-on-demand.ts';
import { gatewayAddress, proxiedAddress } from './http/client-address.ts';
import { isRatchetKey, isSigningKey } from './keys/new-keys.ts';
import { proxySecrets } from './keys/proxy-secrets.ts';
import { RingRatchetKeys } from './keys/ratchet-keys.ts';
import { cachedRing, secretLoader } from './keys/ring-source.ts';
import { openTable } from './store/dynamo.ts';
import { DynamoAccounts } from './store/dynamo-accounts.ts';
import { DynamoSessionStore } from './store/dynamo-session-store.ts';
import { DynamoThrottle } from './store/dynamo-throttle.ts';
import { systemClock } from './system-clock.ts';

/** Shared parts of the handlers, each created once at cold start. */

type EnvOf<Name extends keyof typeof functions> = Env<(typeof functions)[Name]['env']>;

/** For every function that uses accounts and sessions. */
export function accountTools(env: EnvOf<'signals'>) {
  const table = openTable(env.TABLE_NAME);
  const newOperationId = () => nodeCodec.toBase64url(nodeRandom.bytes(16));
  const sessionPolicy = {
    idleMs: env.REFRESH_IDLE_TTL_SECONDS * 1000,
    absoluteMs: env.REFRESH_ABSOLUTE_TTL_SECONDS * 1000,
    graceMs: env.GRACE_SECONDS * 1000,
    floorMs: env.ROTATION_FLOOR_SECONDS * 1000,
    notBefore: env.SESSIONS_NOT_BEFORE * 1000,
  };
  return {
    clock: systemClock,
    random: nodeRandom,
    crypto: nodeCrypto,
    codec: nodeCodec,
    table,
    sessions: new DynamoSessionStore(table, newOperationId),
    accounts: new DynamoAccounts(table, newOperationId),
    throttle: new DynamoThrottle(table, newOperationId),
    sessionPolicy,
  };
}

/** For functions that publish an event with most requests. */
export function eventTools(env: Pick<EnvOf<'signals'>, 'EVENT_BUS_NAME'>) {
  return { events: eventBridgeEvents(env.EVENT_BUS_NAME) };
}

/** For functions that seldom publish an event. */
export function rareEventTools(env: Pick<EnvOf<'signals'>, 'EVENT_BUS_NAME'>) {
  return { events: eventsOnDemand(env.EVENT_BUS_NAME) };
}

/** For counting password attempts. */
export function guessingTools(env: Pick<EnvOf<'login'>, keyof EnvOf<'login'> & keyof EnvOf<'sessions'>>) {
  const addressLimits = { triesPerAddress: env.TRIES_PER_ADDRESS, knownTriesPerAddress: env.KNOWN_TRIES_PER_ADDRESS };
  const { TRUSTED_PROXY_HEADER: header, TRUSTED_PROXY_SECRET: secret } = env;
  if (header === undefined && secret === undefined) return { addressLimits, findAddress: gatewayAddress };
  if (header === undefined || secret === undefined) {
    throw new EnvError('TRUSTED_PROXY_HEADER and TRUSTED_PROXY_SECRET must be set together');
  }
  return { addressLimits, findAddress: proxiedAddress(header, proxySecrets(secret, systemClock)) };
}

/** The above, plus verification of access tokens. */
export function callerTools(env: EnvOf<'sessions'>) {
  const { ISSUER: issuer, AUDIENCE: audience, JWKS: jwks } = env;
  return { ...accountTools(env), verifier: createVerifier({ issuer, audience, jwks }) };
}

/** The above, plus authentication of refresh tokens. */
export function ratchetTools(env: EnvOf<'revoke'>) {
  const ring = cachedRing(secretLoader(env.RATCHET_KEYS_SECRET, isRatchetKey), systemClock);
  const ratchetKeys = new RingRatchetKeys(ring);
  const refreshTokens = new RefreshTokens({ crypto: nodeCrypto, codec: nodeCodec, random: nodeRandom, ratchetKeys });
  return { ...accountTools(env), refreshTokens };
}

/** The above, plus signing of access tokens. */
export function issuingTools(env: EnvOf<'refresh'>) {
  const ring = cachedRing(secretLoader(env.SIGNING_KEYS_SECRET, isSigningKey), systemClock);
  const { ISSUER: issuer, AUDIENCE: audience, ACCESS_TOKEN_TTL_SECONDS: ttlSeconds } = env;
  return {
    ...ratchetTools(env),
    signer: new RingSigner(ring),
    accessTokenPolicy: { issuer, audience, ttlSeconds },
  };
}

/** The above, plus verification: for routes that take one access token and return another. */
export function ownerTools(env: EnvOf<'credentials'>) {
  return { ...issuingTools(env), verifier: callerTools(env).verifier };
}
