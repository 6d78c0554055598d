import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { connections } from '../connections.ts';
import { readEnv } from '../contract/env.ts';
import { functions } from '../contract/functions.ts';
import { createKeys } from '../keys/create-keys.ts';
import { answerCloudFormation, type CustomResourceRequest } from '../keys/create-keys-answer.ts';
import { proveArgon2 } from '../keys/prove-argon2.ts';
import { unpublish } from '../keys/publish.ts';
import { keyLife } from '../keys/rotation.ts';

const env = readEnv(functions.keys.env, process.env);
const limits = { connectionTimeout: 1000, requestTimeout: 3000 };
const secrets = new SecretsManagerClient({ requestHandler: connections(limits) });
const parameters = new SSMClient({ requestHandler: connections(limits) });

const deps = {
  secrets,
  parameters,
  now: Date.now,
  signingSecret: env.SIGNING_KEYS_SECRET,
  ratchetSecret: env.RATCHET_KEYS_SECRET,
  jwksParameter: env.JWKS_PARAMETER,
};
const life = keyLife(env.KEY_ROTATION_DAYS, env.ACCESS_TOKEN_TTL_SECONDS * 1000);

/** CloudFormation custom resource: checks the runtime, creates the key rings and publishes the public keys. */
export async function handler(request: CustomResourceRequest): Promise<void> {
  const create = async () => {
    await proveArgon2();
    return { Jwks: JSON.stringify(await createKeys(deps, life)) };
  };
  const outcome = await answerCloudFormation(request, create, () => unpublish(deps));
  console.log(JSON.stringify({ event: 'keys', request: request.RequestType, ...withoutData(outcome) }));
}

function withoutData(outcome: Awaited<ReturnType<typeof answerCloudFormation>>) {
  return outcome.Status === 'FAILED' ? outcome : { Status: outcome.Status };
}
