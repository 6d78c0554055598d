import { jwks, text } from './env.ts';

/**
 * The environment for verifying access tokens. A separate file, so that an authorizer's bundle contains no other
 * schema.
 */
export const verifying = { ISSUER: text, AUDIENCE: text, JWKS: jwks } as const;
