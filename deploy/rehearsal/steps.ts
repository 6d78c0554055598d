import { randomBytes } from 'node:crypto';
import { emulatorDifferences } from '../differences.ts';
import { must, subjectOf, type Target } from '../smoke/check.ts';
import { expectError, expectOk } from '../smoke/expect.ts';
import { publishedKeys } from '../smoke/published.ts';
import { resultLine, runSmoke } from '../smoke/run.ts';
import * as session from '../smoke/session.ts';
import { Cdk, type Context } from './cdk.ts';
import type { Progress } from './progress.ts';
import { lossesBetween, StackState } from './stack-state.ts';
import { addUser, strangerEnvironment } from './users.ts';

/** What the rehearsal works with. */
export interface Stage {
  readonly progress: Progress;
  /** Directory for its files. */
  readonly home: string;
  /** The emulator. */
  readonly endpoint: string;
  /** Environment that leads every client there. */
  readonly env: NodeJS.ProcessEnv;
}

const origin = 'https://app.example.com';
const changed: Context = { accessTokenTtlSeconds: '300', graceSeconds: '20', allowedOrigins: origin };

/** The life of a deployment, from nothing to its removal. @throws at the first thing that does not hold */
export async function rehearse({ progress, home, endpoint, env }: Stage): Promise<void> {
  const cdk = new Cdk(home, env);
  const user = { username: 'rehearsal@example.com', password: `Mooring line ${randomBytes(12).toString('base64url')}` };

  await progress.step('cdk bootstrap', () => cdk.bootstrap());
  const stack = await progress.step(
    'cdk deploy',
    () => cdk.deploy(),
    ({ url }) => url,
  );
  const target: Target = {
    url: stack.url,
    credentials: user,
    differences: new Set(emulatorDifferences.map(({ id }) => id)),
  };
  const subject = subjectOf(target);
  const state = new StackState(endpoint, stack.tableName);

  await progress.step('a user from the command line', () => addUser(user, stack.tableName, env));
  await progress.step('a role without a right to the table is refused', async () => {
    const { output } = await addUser(user, stack.tableName, strangerEnvironment(home, env), [1]);
    must(output.includes('AccessDenied'), `the command line says ${output}`);
  });
  await smoke(progress, 'end-to-end suite', target);

  await progress.step('cdk deploy again: nothing to do', async () => {
    must(!(await cdk.deploy()).changed, 'cdk deploy found changes');
    const difference = await cdk.difference();
    must(difference === undefined, `cdk diff finds\n${difference}`);
  });

  const before = { tokens: await session.login(subject, user), keys: await publishedKeys(subject) };
  const kept = await state.kept();
  await progress.step(
    'cdk deploy with other settings',
    async () => must((await cdk.deploy(changed)).changed, 'cdk deploy found nothing to do'),
    () => JSON.stringify(changed),
  );
  await progress.step('users, sessions and keys are still there, and the settings are in force', async () => {
    noLosses(lossesBetween(kept, await state.kept()));
    const keys = await publishedKeys(subject);
    must(JSON.stringify(keys) === JSON.stringify(before.keys), 'the published keys changed');
    expectOk(await session.me(subject, before.tokens.accessToken));
    const { refreshToken, sessionId, expiresInSeconds } = await session.refresh(subject, before.tokens.refreshToken);
    must(sessionId === before.tokens.sessionId, 'the refresh went to another session');
    must(refreshToken !== before.tokens.refreshToken, 'the refresh token did not rotate');
    must(expiresInSeconds === Number(changed.accessTokenTtlSeconds), `tokens last ${expiresInSeconds} s`);
    await session.revoke(subject, refreshToken);
    expectError(await session.tryRefresh(subject, refreshToken), 400, 'invalid_grant');
  });
  await smoke(progress, 'end-to-end suite with cookie mode', { ...target, origin });

  // A rotation of the keys has its place here, before the end: sessions and their tokens have to live through it.

  const last = await state.kept();
  await progress.step('cdk destroy', () => cdk.destroy());
  await progress.step(
    'the table, its items and the keys are still there, and nothing else',
    async () => {
      noLosses(lossesBetween(last, await state.kept()));
      const functions = await state.functionNames();
      must(functions.length === 0, `these functions were left: ${functions.join(', ')}`);
      const protectedBy = await state.tryToDeleteTable();
      must(/protect/i.test(protectedBy ?? ''), `deleting the table: ${protectedBy ?? 'nothing prevents it'}`);
      const answer = await subject.send({ path: '/.well-known/jwks.json' });
      must(answer.status >= 400, 'the API still answers');
    },
    () => `${last.items.size} items, ${last.secrets.size} secrets`,
  );
}

async function smoke(progress: Progress, name: string, target: Target): Promise<void> {
  await progress.step(
    name,
    async () => {
      const results = await runSmoke(target, () => {});
      const failed = results.filter(({ fault }) => fault !== undefined);
      must(failed.length === 0, failed.map(resultLine).join('\n'));
      return results.length;
    },
    (count) => `${count} checks`,
  );
}

function noLosses(losses: readonly string[]): void {
  must(losses.length === 0, `lost or changed: ${losses.join(', ')}`);
}
