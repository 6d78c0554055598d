import type { Env } from '../contract/env.ts';
import type { functions } from '../contract/functions.ts';
import type { RotateDeps } from './rotate.ts';
import { rotationPolicy } from './rotation.ts';
import { insistShown } from './shown-keys.ts';

type OfEnv = Pick<RotateDeps, 'signingSecret' | 'ratchetSecret' | 'jwksParameter' | 'policy' | 'insistShown'>;

/** The rotation settings from the environment: what is rotated, and how long keys are used and kept. */
export function rotationOf(env: Env<typeof functions.rotateKeys.env>): OfEnv {
  return {
    signingSecret: env.SIGNING_KEYS_SECRET,
    ratchetSecret: env.RATCHET_KEYS_SECRET,
    jwksParameter: env.JWKS_PARAMETER,
    insistShown: insistShown(env.ISSUER),
    policy: rotationPolicy({
      rotationDays: env.KEY_ROTATION_DAYS,
      accessTtlMs: env.ACCESS_TOKEN_TTL_SECONDS * 1000,
      idleMs: env.REFRESH_IDLE_TTL_SECONDS * 1000,
      absoluteMs: env.REFRESH_ABSOLUTE_TTL_SECONDS * 1000,
      graceMs: env.GRACE_SECONDS * 1000,
      // No session is bound to a client key yet. Change this together with that feature, or retries lose their key.
      boundSessions: false,
    }),
  };
}
