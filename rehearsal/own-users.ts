import { join } from 'node:path';
import { must, mustBe, subjectOf, type Target } from '../smoke/check.ts';
import { jsonCall } from '../smoke/http.ts';
import * as session from '../smoke/session.ts';
import type { Cdk, Context } from './cdk.ts';
import { lossesBetween, StackState } from './stack-state.ts';
import type { Stage } from './stage.ts';

const app = (requestsPerSecond: number) =>
  `"${process.execPath}" "${join(import.meta.dirname, 'own-users-app.ts')}" ${requestsPerSecond}`;
const member = { username: 'member', password: 'only for the rehearsal' };

/**
 * Switches from users in the table to the function of the prop `users`, and back. This removes and restores two routes,
 * and the stage is changed while they are gone.
 */
export async function ownUsersAndBack(
  cdk: Cdk,
  target: Target,
  tableName: string,
  context: Context,
  { progress, endpoint }: Stage,
): Promise<void> {
  const { credentials } = target;
  must(credentials !== undefined, 'the stack has no user');
  const subject = subjectOf(target);
  const state = new StackState(endpoint, tableName);
  const before = await session.login(subject, credentials);
  const kept = await state.kept();
  // Sent without an access token: if the route exists, the answer is 401.
  const change = { current_password: 'of nobody', new_password: 'as long as it must be' };
  const passwordRoute = async () => (await subject.send(jsonCall('/auth/password', change))).status;

  await progress.step('cdk deploy with the prop `users`', async () => {
    must((await cdk.deploy(context, app(500))).changed, 'cdk deploy found nothing to do');
  });
  await progress.step('cdk deploy with another throttle of the stage', async () => {
    must((await cdk.deploy(context, app(400))).changed, 'cdk deploy found nothing to do');
  });
  await progress.step('members log in, users of the table do not, and their password route is gone', async () => {
    const { accessToken } = await session.login(subject, member);
    mustBe('the status of /me', (await session.me(subject, accessToken)).status, 200);
    const old = await subject.send(jsonCall('/auth/login', credentials));
    mustBe('the status of a login from the table', old.status, 400);
    mustBe('the status of /auth/password', await passwordRoute(), 404);
  });
  await progress.step('cdk deploy with the users in the table again', async () => {
    must((await cdk.deploy(context)).changed, 'cdk deploy found nothing to do');
  });
  await progress.step('users, sessions and keys outlive both, and the password route is back', async () => {
    const losses = lossesBetween(kept, await state.kept());
    must(losses.length === 0, `lost or changed: ${losses.join(', ')}`);
    mustBe('the status of /auth/password', await passwordRoute(), 401);
    const { refreshToken } = await session.refresh(subject, before.refreshToken);
    await session.revoke(subject, refreshToken);
    await session.revoke(subject, (await session.login(subject, credentials)).refreshToken);
  });
}
