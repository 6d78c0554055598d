import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/**
 * Refuses a scope from another copy of aws-cdk-lib or constructs: two copies do not know each other's classes, and fail
 * later, far from the cause.
 *
 * @throws Error
 */
export function requireOneCdk(scope: Construct): void {
  const foreign = scope instanceof Construct ? 'aws-cdk-lib' : 'constructs';
  if (foreign === 'aws-cdk-lib' && Stack.of(scope) instanceof Stack) return;
  throw new Error(
    `Pawl and your app use two copies of ${foreign}: list them with npm ls ${foreign}, and remove one with npm dedupe ` +
      'or by requiring a single version',
  );
}
