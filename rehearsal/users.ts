import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { mustBe } from '../smoke/check.ts';
import { type CommandResult, run } from './command.ts';
import { account } from './environment.ts';

/** Adds a user with the command line, as an operator would. @throws CommandError */
export async function addUser(
  user: { readonly username: string; readonly password: string },
  tableName: string,
  env: NodeJS.ProcessEnv,
  accept: readonly number[] = [0],
): Promise<CommandResult> {
  const cli = join(import.meta.dirname, '../cli/main.ts');
  const args = [cli, 'users', 'add', user.username, '--table', tableName, '--scope', 'read write', '--password-stdin'];
  return run(process.execPath, args, { env, timeoutMs: 60_000, input: `${user.password}\n`, accept });
}

/**
 * `pawl doctor --round-trip --stack`, on a stack whose alarm topic has no subscriber.
 *
 * @throws Violation when a check has any other result
 */
export async function consultDoctor(env: NodeJS.ProcessEnv): Promise<string> {
  const cli = join(import.meta.dirname, '../cli/main.ts');
  const args = [cli, 'doctor', '--round-trip', '--stack', 'Pawl', '--json'];
  // The round trip calls the API by its own host name, below `localhost`.
  const NODE_OPTIONS = `--import=${pathToFileURL(join(import.meta.dirname, 'localhost-names.mjs'))}`;
  const { output } = await run(process.execPath, args, {
    env: { ...env, NODE_OPTIONS },
    timeoutMs: 120_000,
    accept: [1],
  });
  const found = output.split('\n').filter((line) => line.startsWith('{'));
  const findings = found.map((line) => JSON.parse(line) as { check: string; state: string });
  const problems = findings.filter(({ state }) => state !== 'ok').map(({ check }) => check);
  // The queue only accepts requests over TLS, which the emulator does not support.
  mustBe('what the doctor finds', problems.join(', '), 'alarm subscribers, dead letters');
  mustBe('the number of checks', findings.length, 11);
  return `${findings.length - problems.length} checks are ok`;
}

/**
 * The environment of a caller with a role of this account that has no access to the table: the role with which the CDK
 * publishes assets.
 */
export function strangerEnvironment(home: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const role = `cdk-hnb659fds-file-publishing-role-${account.id}-${account.region}`;
  const config = join(home, 'stranger-config');
  const lines = [
    '[profile owner]',
    `aws_access_key_id = ${account.accessKey}`,
    `aws_secret_access_key = ${account.secretKey}`,
    '[profile stranger]',
    `role_arn = arn:aws:iam::${account.id}:role/${role}`,
    'source_profile = owner',
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  const { AWS_ACCESS_KEY_ID: _id, AWS_SECRET_ACCESS_KEY: _secret, ...rest } = env;
  return { ...rest, AWS_CONFIG_FILE: config, AWS_PROFILE: 'stranger' };
}
