import { join } from 'node:path';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { readEnv } from '../lambda/contract/env.ts';
import { functions } from '../lambda/contract/functions.ts';
import { rotateKeys } from '../lambda/keys/rotate-all.ts';
import { rotationOf } from '../lambda/keys/rotation-env.ts';
import { insistShown } from '../lambda/keys/shown-keys.ts';
import { must } from '../smoke/check.ts';
import { send } from '../smoke/http.ts';
import { run } from './command.ts';
import { account } from './environment.ts';

/** Not every resolver knows names below `localhost`. */
async function throughLoopback(uri: string): Promise<ArrayBuffer> {
  const { origin, pathname } = new URL(uri);
  const { status, text } = await send(origin, { path: pathname });
  must(status === 200, `status ${status}`);
  return Uint8Array.from(Buffer.from(text)).buffer;
}

const month = 31 * 24 * 3_600_000;

/** Invokes the deployed function with the command line. It must refuse: verifiers do not know the next key yet. */
export async function rotateTooEarly(functionName: string, env: NodeJS.ProcessEnv): Promise<void> {
  const cli = join(import.meta.dirname, '../cli/main.ts');
  const args = [cli, 'keys', 'rotate', '--function', functionName];
  const { output } = await run(process.execPath, args, { env, timeoutMs: 120_000, accept: [1] });
  must(/signing: not rotated: the next key is not yet known/.test(output), `keys rotate says ${output}`);
}

/**
 * Runs next month's rotation now: the function's own code and its deployed environment, on the stack's secrets and
 * parameter, with a later time. The clock of a deployed function cannot be moved, and no rotation is due for a month.
 */
export async function rotateInAMonth(functionName: string, endpoint: string): Promise<void> {
  const credentials = { accessKeyId: account.accessKey, secretAccessKey: account.secretKey };
  const client = { endpoint, region: account.region, credentials };
  const { Environment } = await new LambdaClient(client).send(
    new GetFunctionConfigurationCommand({ FunctionName: functionName }),
  );
  const env = readEnv(functions.rotateKeys.env, Environment?.Variables ?? {});
  const deps = {
    ...rotationOf(env),
    secrets: new SecretsManagerClient(client),
    parameters: new SSMClient(client),
    now: () => Date.now() + month,
    insistShown: insistShown(env.ISSUER, { fetch: (uri) => throughLoopback(uri) }),
  };
  const reports = await rotateKeys(deps, env.KEY_ROTATION_DAYS, false);
  const outcomes = reports.map(({ ring, outcome }) => `${ring} ${outcome}`).join(', ');
  must(outcomes === 'signing rotated, ratchet rotated', `the outcome of the rotation is: ${outcomes}`);
}
