import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { connections } from '../connections.ts';
import { readEnv } from '../contract/env.ts';
import { functions } from '../contract/functions.ts';
import type { KeyList, RingReport, RotationRequest, WithdrawalReport } from '../contract/key-rotation.ts';
import { listKeys } from '../keys/list-keys.ts';
import { rotateKeys } from '../keys/rotate-all.ts';
import { rotationOf } from '../keys/rotation-env.ts';
import { withdrawSigning } from '../keys/withdraw-signing.ts';

const env = readEnv(functions.rotateKeys.env, process.env);
const limits = { connectionTimeout: 1000, requestTimeout: 3000 };
const deps = {
  ...rotationOf(env),
  secrets: new SecretsManagerClient({ requestHandler: connections(limits) }),
  parameters: new SSMClient({ requestHandler: connections(limits) }),
  now: Date.now,
};

type Answer = readonly RingReport[] | WithdrawalReport | KeyList;

/** Rotates both key rings when they are due (daily schedule) or immediately (`{"force": true}`); withdraws or lists keys. */
export async function handler(request?: Partial<RotationRequest>): Promise<Answer> {
  if (request?.list === true) return listKeys(deps);
  const kids = request?.withdraw;
  if (kids !== undefined) return withdrawSigning(deps, kids, env.JWKS);
  return rotateKeys(deps, env.KEY_ROTATION_DAYS, request?.force === true);
}
