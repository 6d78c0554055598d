import { createVerifier } from '../access-tokens/verifier.ts';
import { readEnv } from '../contract/env.ts';
import { verifying } from '../contract/verifying.ts';
import { bearerToken } from '../core/authorize.ts';
import { headerValues, policyAuthorizer } from '../http/policy-authorizer.ts';
import { offeredTokens } from '../http/subprotocol.ts';

const env = readEnv(verifying, process.env);
const verifier = createVerifier({ issuer: env.ISSUER, audience: env.AUDIENCE, jwks: env.JWKS });

/** Guards `$connect` of a WebSocket API. */
export const handler = policyAuthorizer({
  verifier,
  // From a header, never from the query string: URLs end up in logs and histories (ASVS 14.2.1).
  tokenOf(event) {
    const [token, ...more] = [
      ...headerValues(event, 'authorization').map((value) => bearerToken(value) ?? ''),
      ...offeredTokens(headerValues(event, 'sec-websocket-protocol')),
    ];
    return more.length === 0 && token !== '' ? token : undefined;
  },
  resourceOf: (stage) => `${stage}/$connect`,
});
