import { must, subjectOf, type Target } from '../smoke/check.ts';
import { expectError, expectOk } from '../smoke/expect.ts';
import * as session from '../smoke/session.ts';
import { Cdk } from './cdk.ts';
import { inventory } from './leftovers.ts';
import { lossesBetween, StackState } from './stack-state.ts';
import type { Stage } from './stage.ts';
import { addUser } from './users.ts';

const stackName = 'Second';

/** Deploys and destroys a second stack in the same account and region. The first stack must not be affected. */
export async function secondStack(first: Target, tableName: string, stage: Stage): Promise<void> {
  const { progress, home, endpoint, env } = stage;
  const { credentials } = first;
  must(credentials !== undefined, 'the first stack has no user');
  const cdk = new Cdk(home, env, stackName);
  const state = new StackState(endpoint, tableName);
  const firstSubject = subjectOf(first);
  const before = await session.login(firstSubject, credentials);
  const kept = await state.kept();

  const second = await progress.step(
    'cdk deploy of a second stack beside it',
    () => cdk.deploy(),
    ({ url }) => url,
  );
  await progress.step('both serve, each its own users', async () => {
    const subject = subjectOf({ ...first, url: second.url });
    const other = { username: 'second@example.com', password: credentials.password };
    await addUser(other, second.tableName, env);
    const tokens = await session.login(subject, other);
    expectOk(await session.me(subject, tokens.accessToken));
    expectOk(await session.me(firstSubject, before.accessToken));
    expectError(await session.tryRefresh(firstSubject, tokens.refreshToken), 400, 'invalid_grant');
    const stranger = await session.me(firstSubject, tokens.accessToken);
    must(stranger.status >= 400, `an access token of the second stack got ${stranger.status} at the first`);
  });
  await progress.step(`cdk destroy of the second stack`, () => cdk.destroy());
  await progress.step('the first has lost nothing and still serves', async () => {
    const losses = lossesBetween(kept, await state.kept());
    must(losses.length === 0, `lost or changed: ${losses.join(', ')}`);
    expectOk(await session.me(firstSubject, before.accessToken));
    const { refreshToken } = await session.refresh(firstSubject, before.refreshToken);
    await session.revoke(firstSubject, refreshToken);
    const { functions, buses } = await inventory(endpoint);
    const left = [...functions, ...buses].filter((name) => name.startsWith(stackName));
    must(left.length === 0, `left over from the second stack: ${left.join(', ')}`);
  });
}
