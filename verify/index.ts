/**
 * `pawl-verify`: access tokens of Pawl in any Node service and on edge runtimes. Its one dependency is aws-jwt-verify.
 *
 * @module
 */
export type { Caller } from './caller.ts';
export { type AccessTokenClaims, createVerifier, type Verifier, type VerifyOptions } from './create-verifier.ts';
export { KeysUnavailableError, VerifyError, type VerifyErrorCode, type VerifyErrorReason } from './errors.ts';
export { type AuthorizedEvent, callerOf, requireScope } from './scopes.ts';
