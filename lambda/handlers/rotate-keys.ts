import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { readEnv } from '../contract/env.ts';
import { functions } from '../contract/functions.ts';
import type { RingReport, RotationRequest } from '../contract/key-rotation.ts';
import { rotateKeys } from '../keys/rotate-all.ts';
import { rotationPolicy } from '../keys/rotation.ts';

const env = readEnv(functions.rotateKeys.env, process.env);
// The SDK has no useful default; without throwOnRequestTimeout it only warns.
const requestHandler = { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true };
const deps = {
  secrets: new SecretsManagerClient({ requestHandler }),
  parameters: new SSMClient({ requestHandler }),
  signingSecret: env.SIGNING_KEYS_SECRET,
  ratchetSecret: env.RATCHET_KEYS_SECRET,
  jwksParameter: env.JWKS_PARAMETER,
  now: Date.now,
  policy: rotationPolicy({
    rotationDays: env.KEY_ROTATION_DAYS,
    accessTtlMs: env.ACCESS_TOKEN_TTL_SECONDS * 1000,
    idleMs: env.REFRESH_IDLE_TTL_SECONDS * 1000,
    absoluteMs: env.REFRESH_ABSOLUTE_TTL_SECONDS * 1000,
    graceMs: env.GRACE_SECONDS * 1000,
    // No session is: whoever binds one to a client key says so here, or its retries lose their key.
    boundSessions: false,
  }),
};

/** Rotates both key rings if it is time: daily by the schedule, or by hand with `{"force": true}`. */
export async function handler(request?: Partial<RotationRequest>): Promise<readonly RingReport[]> {
  return rotateKeys(deps, env.KEY_ROTATION_DAYS, request?.force === true);
}
