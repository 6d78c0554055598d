import { LocalError } from './errors.ts';

export const usage = `usage: npm start -- [-c key=value]... [--app command] [--json]

  -c key=value            a setting of the service, as for cdk deploy
  --app command           the command of another CDK app with one stack, as for cdk deploy (default: bin/pawl.ts)
  --json                  log complete JSON lines, as in CloudWatch

  PORT                    the port to listen on; 0 for any free one (default 3000)
  PAWL_DATA_DIR           where table, secrets and parameters are kept (default: memory)
  PAWL_DEMO_USERNAME      the demo user (default demo@example.com)
  PAWL_DEMO_PASSWORD      its password (default: a random one)
  PAWL_DYNAMODB_ENDPOINT  a running DynamoDB to use (default: an embedded one)
  PAWL_RESET_IDLE_MS      resets a function's connection that was idle for this long when it is used again,
                          as after a freeze on AWS (default: never)`;

/** The options of `npm start`. */
export interface StartOptions {
  /** `key=value`, for `cdk synth -c`. */
  readonly context: readonly string[];
  /** The command that runs the CDK app. */
  readonly app: string | undefined;
  readonly json: boolean;
  readonly port: number;
  readonly dataDir: string | undefined;
  readonly demoUsername: string;
  readonly demoPassword: string | undefined;
  readonly dynamodbEndpoint: string | undefined;
  readonly resetIdleMs: number | undefined;
}

/** Reads the command line and the environment. Returns undefined for `--help`. */
export function readStartOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): StartOptions | undefined {
  // Without the two hyphens, npm consumes the option, and the service would start with the wrong settings.
  const taken = env.npm_config_call || env.npm_config_context;
  if (taken) throw new LocalError(`npm consumed the option -c: write npm start -- -c ${taken}`);
  const context: string[] = [];
  let app: string | undefined;
  let json = env.npm_config_json === 'true';
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (arg === '--help' || arg === '-h') return undefined;
    if (arg === '--json') {
      json = true;
      continue;
    }
    const [, appJoined] = /^--app(?:=(.*))?$/s.exec(arg) ?? [];
    if (arg === '--app' || appJoined !== undefined) {
      app = appJoined ?? args[++index];
      if (!app) throw new LocalError('--app needs the command of a CDK app');
      continue;
    }
    const [, joined] = /^(?:-c|--context)=?(.*)$/s.exec(arg) ?? [];
    if (joined === undefined) throw new LocalError(`unknown argument ${arg}: pass settings as -c key=value`);
    const pair = joined === '' ? (args[++index] ?? '') : joined;
    if (!/^[^=]+=/.test(pair)) throw new LocalError(`${arg} needs key=value`);
    context.push(pair);
  }
  const set = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  return {
    context,
    app,
    json,
    port: readPort(set('PORT') ?? '3000'),
    dataDir: set('PAWL_DATA_DIR'),
    demoUsername: set('PAWL_DEMO_USERNAME') ?? 'demo@example.com',
    demoPassword: set('PAWL_DEMO_PASSWORD'),
    dynamodbEndpoint: set('PAWL_DYNAMODB_ENDPOINT'),
    resetIdleMs: readMs('PAWL_RESET_IDLE_MS', set('PAWL_RESET_IDLE_MS')),
  };
}

function readMs(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new LocalError(`${name} must be a number of milliseconds, not ${text}`);
  return Number(text);
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new LocalError(`PORT must be a number from 0 to 65535, not ${text}`);
  return port;
}
