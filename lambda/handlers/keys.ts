import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { readEnv } from '../contract/env.ts';
import { functions } from '../contract/functions.ts';
import { createKeys } from '../keys/create-keys.ts';
import { answerCloudFormation, type CustomResourceRequest } from '../keys/create-keys-answer.ts';

const env = readEnv(functions.keys.env, process.env);
// The SDK has no useful default; without throwOnRequestTimeout it only warns.
const requestHandler = { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true };
const secrets = new SecretsManagerClient({ requestHandler });
const parameters = new SSMClient({ requestHandler });

/** Custom resource of CloudFormation: creates the key rings at the first deployment and publishes the public keys. */
export async function handler(request: CustomResourceRequest): Promise<void> {
  const outcome = await answerCloudFormation(request, async () => {
    const jwks = await createKeys({
      secrets,
      parameters,
      signingSecret: env.SIGNING_KEYS_SECRET,
      ratchetSecret: env.RATCHET_KEYS_SECRET,
      jwksParameter: env.JWKS_PARAMETER,
      now: Date.now,
    });
    return { Jwks: JSON.stringify(jwks) };
  });
  console.log(JSON.stringify({ event: 'keys', request: request.RequestType, ...withoutData(outcome) }));
}

function withoutData(outcome: Awaited<ReturnType<typeof answerCloudFormation>>) {
  return outcome.Status === 'FAILED' ? outcome : { Status: outcome.Status };
}
