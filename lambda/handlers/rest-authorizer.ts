import { createVerifier } from '../access-tokens/verifier.ts';
import { readEnv } from '../contract/env.ts';
import { verifying } from '../contract/verifying.ts';
import { bearerToken } from '../core/authorize.ts';
import { nodeCodec } from '../crypto/node-crypto.ts';
import { headerValues, policyAuthorizer } from '../http/policy-authorizer.ts';

const env = readEnv(verifying, process.env);
const verifier = createVerifier({ issuer: env.ISSUER, audience: env.AUDIENCE, jwks: env.JWKS, codec: nodeCodec });

/** Guards the methods of a REST API: type REQUEST, answers with an IAM policy. */
export const handler = policyAuthorizer({
  verifier,
  tokenOf(event) {
    const [authorization, ...more] = headerValues(event, 'authorization');
    return more.length === 0 ? bearerToken(authorization) : undefined;
  },
  // API Gateway caches the answer by the token and applies it to whatever method comes next: one that names a single
  // method would refuse all the others.
  resourceOf: (stage) => `${stage}/*/*`,
});
