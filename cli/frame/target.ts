import { exitCodes, Failure } from './failure.ts';
import { localTarget } from './local-target.ts';
import { functionsOfStack, outputsOfStack } from './stack-outputs.ts';

/** The outputs of a stack that the commands use: docs/deploy.md. */
export const outputNames = [
  'ApiUrl',
  'Issuer',
  'Audience',
  'TableName',
  'MaxRevocationDelaySeconds',
  'EventBusName',
  'DeadLetterQueueUrl',
  'KeysFunctionName',
  'AlarmTopicArn',
] as const;

export type OutputName = (typeof outputNames)[number];

/** Which service a command works on. */
export interface TargetOptions {
  readonly stack?: string;
  readonly local?: boolean;
  readonly table?: string;
  readonly bus?: string;
  readonly function?: string;
  readonly profile?: string;
  readonly region?: string;
}

export interface Target {
  /** For people: "the stack Pawl". */
  readonly name: string;
  /** Name of the stack; undefined if resources are named individually. */
  readonly stackName: string | undefined;
  /** The service's time, epoch milliseconds. */
  nowMs(): number;
  /** The target's resource of this kind; undefined if it has none. */
  find(output: OutputName): string | undefined;
  /** Whether it is the service of `npm start`, which has no alarms and no quotas. */
  readonly isLocal: boolean;
  /** Names of the stack's functions by logical id; empty without a stack. */
  functions(): Promise<Readonly<Record<string, string>>>;
  /** @throws Failure that explains how to name the resource */
  need(output: OutputName): string;
}

/** How to name a resource that no stack output names. */
const instead: Readonly<Partial<Record<OutputName, keyof TargetOptions>>> = {
  TableName: 'table',
  EventBusName: 'bus',
  KeysFunctionName: 'function',
};

/**
 * Finds the service. AWS clients created afterwards use it: the target is set in the environment, which every AWS SDK
 * reads.
 *
 * @throws Failure, and errors of the SDK
 */
export async function openTarget(options: TargetOptions, env: NodeJS.ProcessEnv): Promise<Target> {
  const { stack, local = false, table, bus, function: keysFunction, profile, region } = options;
  if (profile !== undefined) env.AWS_PROFILE = profile;
  if (region !== undefined) env.AWS_REGION = region;
  const given = { TableName: table, EventBusName: bus, KeysFunctionName: keysFunction };
  const named = Object.values(given).some((value) => value !== undefined);
  if ([stack !== undefined, local, named].filter(Boolean).length !== 1) {
    // npm keeps options that come before `--`, as settings of its own.
    const isLost = ['local', 'stack', 'table'].some((option) => env[`npm_config_${option}`] !== undefined);
    throw new Failure(
      isLost
        ? 'npm kept the options for itself: write -- before the command, as in npm run -s pawl -- users list --local'
        : 'name one service: --stack <name>, --local, or --table <name> with --bus <name> and --function <name>',
      exitCodes.usage,
    );
  }
  if (local) {
    const { url, stackName, outputs, now, functions } = await localTarget(env);
    const target = targetOf(`the local service at ${url}`, stackName, outputs, now - Date.now());
    return { ...target, isLocal: true, functions: async () => functions };
  }
  if (stack !== undefined) return targetOf(`the stack ${stack}`, stack, await outputsOfStack(stack));
  return targetOf('the resources named on the command line', undefined, given);
}

function targetOf(
  name: string,
  stackName: string | undefined,
  outputs: Readonly<Record<string, string | undefined>>,
  aheadMs = 0,
): Target {
  return {
    name,
    isLocal: false,
    nowMs: () => Date.now() + aheadMs,
    functions: async () => (stackName === undefined ? {} : functionsOfStack(stackName)),
    stackName,
    find: (output) => outputs[output],
    need: (output) => {
      const value = outputs[output];
      if (value !== undefined) return value;
      const option = instead[output];
      const how = option === undefined ? 'use --stack' : `name it with --${option}`;
      throw new Failure(
        stackName === undefined
          ? `this command needs ${output}: ${how}`
          : `${name} has no output ${output}: name a stack of Pawl, or for a TokenService in a stack of your own, ${how}`,
        exitCodes.usage,
      );
    },
  };
}
