import type { Env } from './contract/env.ts';
import type { functions } from './contract/functions.ts';
import type { SessionPolicy } from './core/session.ts';
import { nodeCodec, nodeCrypto, nodeRandom, systemClock } from './crypto/node-crypto.ts';
import { CachedRing, secretLoader } from './keys/cached-ring.ts';
import { RingRatchetKeys } from './keys/ratchet-keys.ts';
import type { RatchetKeyRecord, SigningKey } from './keys/rings.ts';
import { RingSigner } from './keys/signer.ts';
import { openTable } from './store/dynamo.ts';
import { DynamoAccounts } from './store/dynamo-accounts.ts';
import { DynamoSessionStore } from './store/dynamo-session-store.ts';

/** The parts that handlers are put together from, each built once at cold start. */

type IssuingEnv = Env<(typeof functions)['refresh']['env']>;

/** What every function needs that touches a session. */
export function sessionTools(
  env: Pick<IssuingEnv, 'TABLE_NAME' | 'RATCHET_KEYS_SECRET'>,
  policy: Pick<SessionPolicy, 'graceMs'> & Partial<SessionPolicy>,
) {
  const table = openTable(env.TABLE_NAME);
  const sessionPolicy: SessionPolicy = { idleMs: 0, absoluteMs: 0, floorMs: 0, notBefore: 0, ...policy };
  const ratchetRing = new CachedRing<RatchetKeyRecord>(secretLoader(env.RATCHET_KEYS_SECRET), systemClock);
  return {
    clock: systemClock,
    random: nodeRandom,
    crypto: nodeCrypto,
    codec: nodeCodec,
    ratchetKeys: new RingRatchetKeys(ratchetRing),
    sessions: new DynamoSessionStore(table, sessionPolicy),
    accounts: new DynamoAccounts(table, () => nodeCodec.toBase64url(nodeRandom.bytes(16))),
    sessionPolicy,
  };
}

/** The same, and what signs access tokens. */
export function issuingTools(env: IssuingEnv) {
  const signingRing = new CachedRing<SigningKey>(secretLoader(env.SIGNING_KEYS_SECRET), systemClock);
  return {
    ...sessionTools(env, {
      idleMs: env.REFRESH_IDLE_TTL_SECONDS * 1000,
      absoluteMs: env.REFRESH_ABSOLUTE_TTL_SECONDS * 1000,
      graceMs: env.GRACE_SECONDS * 1000,
      floorMs: env.ROTATION_FLOOR_SECONDS * 1000,
      notBefore: env.SESSIONS_NOT_BEFORE * 1000,
    }),
    signer: new RingSigner(signingRing),
    accessTokenPolicy: {
      issuer: env.ISSUER,
      audience: env.AUDIENCE,
      ttlSeconds: env.ACCESS_TOKEN_TTL_SECONDS,
    },
  };
}
