import { RingSigner } from './access-tokens/signer.ts';
import { createVerifier } from './access-tokens/verifier.ts';
import type { Env } from './contract/env.ts';
import type { functions } from './contract/functions.ts';
import { nodeCodec, nodeCrypto, nodeRandom, systemClock } from './crypto/node-crypto.ts';
import { eventBridgeEvents } from './events/event-bridge.ts';
import { gatewayAddress, proxiedAddress } from './http/client-address.ts';
import { proxySecrets } from './keys/proxy-secrets.ts';
import { RingRatchetKeys } from './keys/ratchet-keys.ts';
import { cachedRing, secretLoader } from './keys/ring-source.ts';
import type { RatchetKeyRecord, SigningKey } from './keys/rings.ts';
import { openTable } from './store/dynamo.ts';
import { DynamoAccounts } from './store/dynamo-accounts.ts';
import { DynamoSessionStore } from './store/dynamo-session-store.ts';
import { DynamoThrottle } from './store/dynamo-throttle.ts';

/** The parts that handlers are put together from, each built once at cold start. */

type EnvOf<Name extends keyof typeof functions> = Env<(typeof functions)[Name]['env']>;

/** What every function needs that touches accounts and sessions. */
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
    sessions: new DynamoSessionStore(table, sessionPolicy, newOperationId),
    accounts: new DynamoAccounts(table, newOperationId),
    throttle: new DynamoThrottle(table, newOperationId),
    events: eventBridgeEvents(env.EVENT_BUS_NAME),
    sessionPolicy,
  };
}

/** What counts tries of passwords. */
export function guessingTools(env: Pick<EnvOf<'login'>, keyof EnvOf<'login'> & keyof EnvOf<'sessions'>>) {
  const addressLimits = { triesPerAddress: env.TRIES_PER_ADDRESS, knownTriesPerAddress: env.KNOWN_TRIES_PER_ADDRESS };
  const { TRUSTED_PROXY_HEADER: header, TRUSTED_PROXY_SECRET: secret } = env;
  const findAddress = header === '-' ? gatewayAddress : proxiedAddress(header, proxySecrets(secret, systemClock));
  return { addressLimits, findAddress };
}

/** The same, and what checks access tokens. */
export function callerTools(env: EnvOf<'sessions'>) {
  const { ISSUER: issuer, AUDIENCE: audience, JWKS: jwks } = env;
  return { ...accountTools(env), verifier: createVerifier({ issuer, audience, jwks, codec: nodeCodec }) };
}

/** The same, and what checks refresh tokens. */
export function ratchetTools(env: EnvOf<'revoke'>) {
  const ring = cachedRing<RatchetKeyRecord>(secretLoader(env.RATCHET_KEYS_SECRET), systemClock);
  return { ...accountTools(env), ratchetKeys: new RingRatchetKeys(ring) };
}

/** The same, and what signs access tokens. */
export function issuingTools(env: EnvOf<'refresh'>) {
  const ring = cachedRing<SigningKey>(secretLoader(env.SIGNING_KEYS_SECRET), systemClock);
  const { ISSUER: issuer, AUDIENCE: audience, ACCESS_TOKEN_TTL_SECONDS: ttlSeconds } = env;
  return {
    ...ratchetTools(env),
    signer: new RingSigner(ring),
    accessTokenPolicy: { issuer, audience, ttlSeconds },
  };
}

/** The same, and what checks them: for routes that take one access token and answer with another. */
export function ownerTools(env: EnvOf<'credentials'>) {
  return { ...issuingTools(env), verifier: callerTools(env).verifier };
}
