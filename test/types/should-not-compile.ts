import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { readEnv } from '../../lambda/contract/env.ts';
import { functions } from '../../lambda/contract/functions.ts';
import { invalidGrant, type PrivateReason, Refusal, Unavailable } from '../../lambda/core/errors.ts';
import type { Outcome } from '../../lambda/core/outcome.ts';
import type { Rotation } from '../../lambda/core/rotation.ts';
import type { Session } from '../../lambda/core/session.ts';
import type { RotationResult, SessionStore } from '../../lambda/core/session-store.ts';
import { log } from '../../lambda/log.ts';
import { ServiceFunction } from '../../lib/service-function.ts';

/** Misuse that the types forbid. An expectation that is not met is itself an error: nothing here is ever run. */

export function environments(scope: Construct): void {
  const shared = { bundles: 'dist', logRetention: RetentionDays.ONE_DAY };
  const environment = { ISSUER: 'i', BASE_URL: 'b', JWKS_PARAMETER: 'p' };
  new ServiceFunction(scope, 'Right', { ...shared, row: 'metadata', environment });
  // @ts-expect-error a name is missing
  new ServiceFunction(scope, 'Missing', { ...shared, row: 'metadata', environment: { ISSUER: 'i' } });
  // @ts-expect-error a name is misspelt
  new ServiceFunction(scope, 'Spelt', { ...shared, row: 'metadata', environment: { ISUER: 'i', JWKS_PARAMETER: 'p' } });
  const surplus = { ...shared, row: 'metadata' as const };
  // @ts-expect-error a name too many
  new ServiceFunction(scope, 'Surplus', { ...surplus, environment: { ISSUER: 'i', JWKS_PARAMETER: 'p', X: 'x' } });
  // @ts-expect-error the environment of another function
  new ServiceFunction(scope, 'Other', { ...shared, row: 'authorizer', environment });
  // @ts-expect-error no such function
  new ServiceFunction(scope, 'Unknown', { ...shared, row: 'nothing', environment: {} });
}

export function envValues(): void {
  const env = readEnv(functions.authorizer.env, {});
  env.ISSUER satisfies string;
  // @ts-expect-error not in the row
  env.TABLE_NAME;
  // @ts-expect-error a number is not a text
  readEnv(functions.refresh.env, {}).GRACE_SECONDS satisfies string;
}

export function reasons(token: string): void {
  // @ts-expect-error a reason outside the closed list
  invalidGrant('because');
  // @ts-expect-error so no value of a request gets into the log by this way
  new Unavailable(token);
  // @ts-expect-error a public code outside the RFCs
  new Refusal('nope', 'token_expired', 'words');
  // @ts-expect-error the code and the reason, the wrong way round
  new Refusal('token_expired', 'invalid_grant', 'words');
  const reason: PrivateReason = 'token_reused';
  // @ts-expect-error a field that is not on the list
  log({ level: 'info', route: 'refresh', outcome: 'ok', reason, refreshToken: token });
}

export async function stores(store: SessionStore, session: Session, rotation: Rotation): Promise<void> {
  // @ts-expect-error a session is not changed in place
  session.absoluteExpiry = 0;
  // @ts-expect-error the store takes no session to write over another
  await store.rotate(session);
  // @ts-expect-error a tombstone has one of the known reasons
  await store.revoke('s', 'i', 'boredom', 0);
  const result: RotationResult = await store.rotate(rotation);
  // @ts-expect-error a failed rotation may have found nothing
  result.session.generation;
}

export function rows(outcome: Outcome): string {
  // @ts-expect-error 'dead' and 'impossible' have no session
  outcome.session;
  switch (outcome.row) {
    case 'dead':
    case 'impossible':
      return outcome.reason;
    case 'reuse':
    case 'rotated':
    case 'own_write':
    case 'too_soon':
      return outcome.session.sessionId;
    default:
      // @ts-expect-error a row was forgotten: retry
      return outcome.row satisfies never;
  }
}
