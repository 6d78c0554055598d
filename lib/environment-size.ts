import { CfnElement, CfnParameter, CfnResource, Stack, Token } from 'aws-cdk-lib';
import type { CfnFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';

/** Lambda's limit: 4 KB for all environment variables of a function. */
const maxBytes = 4096;

/** How to shorten a variable. */
const advice: Readonly<Record<string, string>> = {
  ALLOWED_ORIGINS: 'list fewer or shorter allowedOrigins',
  JWKS: 'omit jwks, or list fewer keys',
  ISSUER: 'choose a shorter issuer',
  AUDIENCE: 'choose a shorter audience',
};

/**
 * Checks the size of a function's environment, as Lambda would at deployment. Values known only at deployment are
 * estimated upward.
 *
 * @returns the fault, or undefined
 */
export function environmentFaults(lambda: LambdaFunction): string[] {
  const sizes = environmentSizes(lambda);
  const total = totalBytes(sizes);
  if (total <= maxBytes) return [];
  const largest = [...sizes].sort((one, other) => other.bytes - one.bytes).slice(0, 3);
  const what = advice[largest[0]?.name ?? ''] ?? 'choose a shorter stack name';
  return [
    `The environment of the function ${lambda.node.path} may have up to ${total} bytes, more than Lambda's ${maxBytes}. ` +
      `Its largest variables: ${largest.map(({ name, bytes }) => `${name} ${bytes}`).join(', ')}. To shorten it, ${what}.`,
  ];
}

export interface VariableSize {
  readonly name: string;
  readonly bytes: number;
}

/** The size of an environment, including one brace that belongs to no variable. */
export const totalBytes = (sizes: readonly VariableSize[]) => sizes.reduce((sum, { bytes }) => sum + bytes, 1);

/**
 * The size of each variable as a member of a JSON object. The AWS documentation does not say what Lambda counts; names
 * and values alone are never more than this.
 */
export function environmentSizes(lambda: LambdaFunction): readonly VariableSize[] {
  const stack = Stack.of(lambda);
  const { environment } = lambda.node.defaultChild as CfnFunction;
  const { variables = {} } = (stack.resolve(environment) ?? {}) as { variables?: Readonly<Record<string, unknown>> };
  // Two pairs of quotes, a colon, a comma or a brace.
  return Object.entries(variables).map(([name, value]) => ({ name, bytes: text(name) + size(value, stack) + 6 }));
}

/** The size of a text in JSON without its quotes, in bytes. */
const text = (value: string) => Buffer.byteLength(JSON.stringify(value)) - 2;

const pseudoParameters: Readonly<Record<string, number>> = {
  'AWS::AccountId': 12,
  'AWS::Partition': 12,
  'AWS::Region': 20,
  'AWS::StackName': 128,
  'AWS::URLSuffix': 20,
};

/** Attributes that are neither a name nor an ARN. `Jwks` is two public keys. */
const attributes: Readonly<Record<string, number>> = { ApiEndpoint: 80, Jwks: 1024 };

/** Longer than any name or ARN known only at deployment. */
const unknown = 300;

/** Everything in an ARN except the name. */
const arnBytes = 80;

/** The maximum size of a resolved value. */
function size(value: unknown, stack: Stack): number {
  if (typeof value !== 'object' || value === null) return text(String(value));
  const [[intrinsic, argument] = []] = Object.entries(value);
  if (intrinsic === 'Ref') return pseudoParameters[argument] ?? physicalId(argument, stack, false);
  if (intrinsic === 'Fn::GetAtt') {
    const [id, attribute] = argument as [string, string];
    return attributes[attribute] ?? physicalId(id, stack, attribute === 'Arn');
  }
  if (intrinsic === 'Fn::Join' && Array.isArray(argument[1])) {
    const [separator, parts] = argument as [string, readonly unknown[]];
    return parts.reduce<number>((sum, part) => sum + size(part, stack) + text(separator), 0);
  }
  // Another function, such as Fn::Sub or Fn::If: it may return all of its literal text, and a value.
  return unknown + text(JSON.stringify(argument));
}

/**
 * The maximum size of a resource's name or ARN; for a name that CloudFormation generates, including its random part.
 */
function physicalId(logicalId: string, stack: Stack, isArn: boolean): number {
  const element = stack.node.findAll().find((one) => {
    return CfnElement.isCfnElement(one) && one.stack === stack && stack.resolve(one.logicalId) === logicalId;
  });
  if (!(element instanceof CfnResource) || element instanceof CfnParameter) return unknown;
  const { tableName, name } = element as { tableName?: unknown; name?: unknown };
  const given = [tableName, name].find((one) => typeof one === 'string' && !Token.isUnresolved(one));
  const stackName = Token.isUnresolved(stack.stackName) ? 128 : stack.stackName.length;
  const bytes = typeof given === 'string' ? text(given) : stackName + logicalId.length + 16;
  // `Ref` of a secret is its ARN.
  return bytes + (isArn || element.cfnResourceType === 'AWS::SecretsManager::Secret' ? arnBytes : 0);
}
