import { createVerifier } from '../access-tokens/verifier.ts';
import { readEnv } from '../contract/env.ts';
import { verifying } from '../contract/verifying.ts';
import { bearerToken } from '../core/authorize.ts';
import { headerValues, policyAuthorizer } from '../http/policy-authorizer.ts';

const env = readEnv(verifying, process.env);
const verifier = createVerifier({ issuer: env.ISSUER, audience: env.AUDIENCE, jwks: env.JWKS });

/** Guards the methods of a REST API: type REQUEST, returns an IAM policy. */
export const handler = policyAuthorizer({
  verifier,
  tokenOf(event) {
    const [authorization, ...more] = headerValues(event, 'authorization');
    return more.length === 0 ? bearerToken(authorization) : undefined;
  },
  // API Gateway caches the policy by token and applies it to every method, so a policy for a single method would deny
  // all other methods.
  resourceOf: (stage) => `${stage}/*/*`,
});
