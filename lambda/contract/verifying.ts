import { jwks, text } from './env.ts';

/** The environment of what checks access tokens. By itself, so that an authorizer's bundle holds no other function's. */
export const verifying = { ISSUER: text, AUDIENCE: text, JWKS: jwks } as const;
