import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { must, type Subject, subjectOf, type Target } from '../smoke/check.ts';
import { expectError, expectOk } from '../smoke/expect.ts';
import { type PublishedKey, publishedKeys } from '../smoke/published.ts';
import * as session from '../smoke/session.ts';
import { smokeStep } from '../smoke/step.ts';
import { Cdk, type Context } from './cdk.ts';
import { emulatorDifferences } from './differences.ts';
import { deployAfterFailure } from './first-deployment.ts';
import { operateByStack, withdrawPrevious } from './operator.ts';
import { ownUsersAndBack } from './own-users.ts';
import { rotateInAMonth, rotateTooEarly } from './rotation.ts';
import { secondStack } from './second-stack.ts';
import { lossesBetween, StackState } from './stack-state.ts';
import type { Stage } from './stage.ts';
import { starterFromTarball } from './starter.ts';
import { addUser, consultDoctor, strangerEnvironment } from './users.ts';

const origin = 'https://app.example.com';
const changed: Context = { accessTokenTtlSeconds: '300', graceSeconds: '20', allowedOrigins: origin };

/** The life of a deployment, from an empty account to its removal. @throws at the first failed check */
export async function rehearse(stage: Stage): Promise<void> {
  const { progress, home, endpoint, env } = stage;
  const cdk = new Cdk(home, env);
  const user = { username: 'rehearsal@example.com', password: `Mooring line ${randomBytes(12).toString('base64url')}` };

  await progress.step('cdk bootstrap', () => cdk.bootstrap());
  const stack = await deployAfterFailure(cdk, stage);
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
    must(/ is not allowed dynamodb:|AWS denied the request/.test(output), `the command line says ${output}`);
  });
  await smokeStep(progress, 'end-to-end suite', target);

  await progress.step("cdk deploy again: verifiers get today's keys, and nothing else changes", async () => {
    await cdk.deploy();
    const difference = (await cdk.difference()) ?? '';
    const changed = difference.match(/^\[[~+-]\] .*$/gm) ?? [];
    must(changed.length <= 1, `cdk diff finds\n${difference}`);
    for (const line of changed) must(line.includes('Custom::PawlKeys'), `cdk diff finds\n${difference}`);
  });

  const old = { tokens: await session.login(subject, user), keys: await publishedKeys(subject) };
  await progress.step(
    'pawl doctor --round-trip --stack',
    () => consultDoctor(env),
    (said) => said,
  );
  await progress.step('keys rotate: not so soon', () => rotateTooEarly(stack.keysFunction, env));
  await progress.step('the keys rotate when their month is over', () => rotateInAMonth(stack.keysFunction, endpoint));

  const kept = await state.kept();
  await progress.step(
    'cdk deploy with other settings',
    async () => must((await cdk.deploy(changed)).changed, 'cdk deploy found nothing to do'),
    () => JSON.stringify(changed),
  );
  await progress.step('users, sessions and keys outlive both, and the settings are in force', async () => {
    noLosses(lossesBetween(kept, await state.kept()));
    // Both were issued before the rotation and are still valid, under the key that is now the previous one.
    expectOk(await session.me(subject, old.tokens.accessToken));
    const { accessToken, refreshToken, sessionId, expiresInSeconds } = await session.refresh(
      subject,
      old.tokens.refreshToken,
    );
    must(sessionId === old.tokens.sessionId, 'the refresh went to another session');
    must(refreshToken !== old.tokens.refreshToken, 'the refresh token did not rotate');
    // Signed with the key that was the next one at the deployment.
    expectOk(await session.me(subject, accessToken));
    must(expiresInSeconds === Number(changed.accessTokenTtlSeconds), `tokens last ${expiresInSeconds} s`);
    await session.revoke(subject, refreshToken);
    expectError(await session.tryRefresh(subject, refreshToken), 400, 'invalid_grant');
  });
  await operateByStack(subject, Number(changed.graceSeconds), stage);
  await secondStack(target, stack.tableName, stage);
  await progress.step('one more key is published, and the earlier ones still are', async () => {
    const keys = await keysAfterRotation(subject, old.keys.length + 1);
    const unknown = kidsOf(old.keys).filter((kid) => !kidsOf(keys).includes(kid));
    must(unknown.length === 0, 'a published key is missing');
  });
  await progress.step(
    'pawl keys withdraw, by --stack',
    () => withdrawPrevious(stage),
    (kid) => kid,
  );
  await starterFromTarball(stage);
  await ownUsersAndBack(cdk, target, stack.tableName, changed, stage);
  await smokeStep(progress, 'end-to-end suite with cookie mode', { ...target, origin });

  const last = await state.kept();
  await progress.step('cdk destroy', () => cdk.destroy());
  await progress.step(
    'only the table, its items and the keys are left',
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

/** Waits until `count` keys are published. The route caches the keys for a minute. */
async function keysAfterRotation(subject: Subject, count: number): Promise<readonly PublishedKey[]> {
  const until = Date.now() + 90_000;
  for (;;) {
    const keys = await publishedKeys(subject);
    if (keys.length === count) return keys;
    must(Date.now() < until, `${keys.length} keys are published after the rotation, not ${count}`);
    await delay(1000);
  }
}

const kidsOf = (keys: readonly PublishedKey[]) => keys.map(({ kid }) => kid);

function noLosses(losses: readonly string[]): void {
  must(losses.length === 0, `lost or changed: ${losses.join(', ')}`);
}
