import { Names, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * A physical name derived from the stack: `<stack name>-<construct path>-<hash>`, letters, digits and hyphens. Only for
 * resources that must be named in the template; CloudFormation generates better names where it can.
 *
 * @param maxLength of the result, at least 20 characters; the hash is kept when the rest is cut
 */
export function physicalName(scope: Construct, maxLength: number): string {
  return Names.uniqueResourceName(scope, { maxLength, separator: '-', allowedSpecialCharacters: '-' });
}

/**
 * Value of the dimension `service` of all metrics: the stack's name and the construct's path below it. CloudWatch takes
 * only ASCII, and the dashboard's search expression quotes the value, so other characters are percent-encoded.
 */
export function serviceName(scope: Construct): string {
  let stack = Stack.of(scope);
  // The name of a nested stack is known only at deployment.
  while (stack.nestedStackParent !== undefined) stack = stack.nestedStackParent;
  const path = Names.stackRelativeConstructPath(scope);
  return `${stack.stackName}/${path.replace(/[^ !#-&(-[\]-~]/gu, percentEncoded)}`;
}

const percentEncoded = (character: string) =>
  Buffer.from(character).toString('hex').toUpperCase().replace(/../g, '%$&');
