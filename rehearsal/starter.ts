import { cpSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { must, mustBe, subjectOf } from '../smoke/check.ts';
import * as session from '../smoke/session.ts';
import { run } from './command.ts';
import { emulatorDifferences } from './differences.ts';
import type { Stage } from './stage.ts';

const root = join(import.meta.dirname, '..');
const stackName = 'StarterStack';
const reader = { username: 'reader@example.com', password: 'Reads the orders of today' };
const other = { username: 'other@example.com', password: 'Reads nothing at all today' };

/** Installs the starter in an empty folder with the package's tarball, deploys it, logs in and calls its route. */
export async function starterFromTarball({ progress, home, env }: Stage): Promise<void> {
  const folder = join(home, 'starter');
  const outputs = join(home, 'starter.outputs.json');
  const command = (program: string, args: readonly string[], cwd = folder, input = '') =>
    run(program, args, { env, cwd, input, timeoutMs: 300_000, log: join(home, 'starter.log') });

  await progress.step('npm run package, and the starter with the tarball in an empty folder', async () => {
    await command(process.execPath, [join(root, 'scripts/package/main.ts'), 'pawl'], root);
    const [tarball = ''] = globSync('dist/npm/pawl-[0-9]*.tgz', { cwd: root });
    cpSync(join(root, 'examples/starter'), folder, { recursive: true });
    await command('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', join(root, tarball)]);
  });
  await progress.step('cdk deploy of the starter', () =>
    command('npx', ['--no-install', 'cdk', 'deploy', '--require-approval', 'never', '--outputs-file', outputs]),
  );
  const { ApiUrl: url = '' } =
    (JSON.parse(readFileSync(outputs, 'utf8')) as Record<string, Record<string, string>>)[stackName] ?? {};
  const subject = subjectOf({ url, differences: new Set(emulatorDifferences.map(({ id }) => id)) });

  await progress.step('users by npx pawl: its own route answers 200, 401 and 403', async () => {
    const add = ({ username, password }: typeof reader, scope: string) => {
      const args = ['users', 'add', username, '--stack', stackName, '--scope', scope, '--password-stdin'];
      return command('npx', ['--no-install', 'pawl', ...args], folder, `${password}\n`);
    };
    await add(reader, 'orders:read');
    await add(other, 'nothing');
    const orders = async (token: string) =>
      (await subject.send({ path: '/orders', headers: { authorization: `Bearer ${token}` } })).status;
    mustBe('GET /orders with the scope', await orders((await session.login(subject, reader)).accessToken), 200);
    mustBe('GET /orders without the scope', await orders((await session.login(subject, other)).accessToken), 403);
    const refused = await orders('none');
    // The emulator may answer 403 where AWS answers 401: see differences.ts.
    must(refused === 401 || refused === 403, `GET /orders with a bad token: ${refused}`);
    mustBe('GET /me, which was not asked for', (await subject.send({ path: '/me' })).status, 404);
  });
  await progress.step('cdk destroy of the starter', () =>
    command('npx', ['--no-install', 'cdk', 'destroy', '--force', stackName]),
  );
}
