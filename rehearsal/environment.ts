import { dirname, join } from 'node:path';

/** The account, region and credentials of the rehearsal, none of them real. */
export const account = { id: '000000000000', region: 'us-east-1', accessKey: 'test', secretKey: 'test' } as const;

const binaries = join(import.meta.dirname, '../../node_modules/.bin');

/** The caller's environment without the variables that could select a real account. */
export function neutralEnvironment(home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(AWS|CDK|MINISTACK|LAMBDA|NODE)_|^VITEST/.test(name));
  return {
    ...Object.fromEntries(kept),
    // The functions run on this Node, not on the first one on the PATH.
    PATH: [dirname(process.execPath), binaries, process.env.PATH].join(':'),
    NO_PROXY: '127.0.0.1,localhost,.localhost',
    no_proxy: '127.0.0.1,localhost,.localhost',
    AWS_CONFIG_FILE: join(home, 'aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'aws-credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_REGION: account.region,
    AWS_DEFAULT_REGION: account.region,
    CDK_HOME: join(home, 'cdk-home'),
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  };
}

/** Environment of a client of the emulator. With an IP address as endpoint, the SDK addresses buckets by path. */
export function clientEnvironment(home: string, endpoint: string): NodeJS.ProcessEnv {
  return {
    ...neutralEnvironment(home),
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: account.accessKey,
    AWS_SECRET_ACCESS_KEY: account.secretKey,
  };
}
