import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Steps } from '../../cli/frame/steps.ts';
import { deleteUser } from '../../cli/users/delete-user.ts';
import { findDoomed } from '../../cli/users/find-doomed.ts';
import { counterKeys } from '../../lambda/core/guessing.ts';
import { hashText } from '../../lambda/core/hash-text.ts';
import { guessLimits } from '../../lambda/core/throttle.ts';
import { loginNameOf } from '../../lambda/core/username.ts';
import { nodeCodec, nodeCrypto } from '../../lambda/crypto/node-crypto.ts';
import { AccountRemoval } from '../../lambda/store/account-removal.ts';
import { DynamoAccounts } from '../../lambda/store/dynamo-accounts.ts';
import { DynamoThrottle } from '../../lambda/store/dynamo-throttle.ts';
import { Crash, Dying } from '../support/dying.ts';
import { type DynamoUnderTest, openDynamo } from '../support/dynamo-under-test.ts';
import { rejectionOf } from '../support/expect.ts';
import { expiryOf, loginAt, newAccount, newSession } from '../support/sessions.ts';

let store: DynamoUnderTest;
beforeAll(async () => {
  store = await openDynamo('dynoxide');
});
afterAll(() => store.stop());

const hashing = { crypto: nodeCrypto, codec: nodeCodec };
let operations = 0;
const newOperationId = () => {
  operations += 1;
  return `removal ${operations}`;
};

/** A user with two names, two sessions, a tombstone and counters of all kinds. */
async function newUser() {
  const account = {
    ...newAccount(),
    email: `mail-of-${newOperationId().replace(' ', '-')}@example.com`,
    networks: ['mark'],
  };
  await store.accounts.create(account, loginAt);
  const { subject, username } = account;
  const { sessions } = store;
  const opened = [1, 2, 3].map(() => newSession({ subject, epoch: account.epoch }));
  for (const session of opened) await sessions.create(session, expiryOf(session));
  const [one, two, three] = opened.map(({ sessionId }) => sessionId) as [string, string, string];
  await sessions.revoke(subject, three, 'logged_out', loginAt);
  const throttle = new DynamoThrottle(store.table, newOperationId);
  const hash = hashText(username, hashing);
  await throttle.countSlowing(counterKeys.username(hash), 'net', loginAt, guessLimits.username);
  await throttle.countSlowing(counterKeys.ownNetworks(hash), 'net', loginAt - 86_400_000, guessLimits.ownNetworks);
  await throttle.countSlowing(counterKeys.device(one), 'device', loginAt, guessLimits.device);
  return { ...account, sessionIds: [one, two, three] };
}

type User = Awaited<ReturnType<typeof newUser>>;

async function remove(typed: string, dying?: Dying, told: string[] = []): Promise<void> {
  const table = dying?.table ?? store.table;
  const removal = new AccountRemoval(table, hashing);
  const { user, typedName } = await findDoomed(typed, new DynamoAccounts(table, newOperationId), removal);
  await deleteUser(user, typedName, {
    ...{ removal, steps: new Steps(), nowMs: () => loginAt },
    tell: async (events) => {
      const take = () => void told.push(...events.map(({ type }) => type));
      if (dying === undefined) take();
      else await dying.tell(take);
    },
  });
}

/** Every item that has anything of the user in it. */
async function traces({ subject, username, email, sessionIds }: User) {
  const marks = [subject, username, email, hashText(username, hashing), ...sessionIds];
  const items: Record<string, AttributeValue>[] = [];
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page: Awaited<ReturnType<typeof store.scan>> = await store.scan(from);
    items.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return items.filter((item) => marks.some((mark) => JSON.stringify(item).includes(JSON.stringify(mark).slice(1, -1))));
}

/** All that may stay: the subject, so that it is never used again. */
const tombstone = ({ subject }: User) => [
  {
    ...{
      pk: { S: `USER#${subject}` },
      sk: { S: 'ACCOUNT' },
      deletedAt: { N: `${loginAt}` },
      status: { S: 'disabled' },
    },
    ...{ epoch: { N: expect.any(String) }, claims: { M: {} }, scope: { S: '' } },
  },
];

test('only the subject of the user remains, and the event is published', async () => {
  const user = await newUser();
  const other = await newUser();
  const told: string[] = [];
  await remove(user.username, undefined, told);
  expect(await traces(user)).toEqual(tombstone(user));
  expect(told).toEqual(['SubjectRevoked', 'SubjectDeleted']);
  expect(await store.accounts.read(other.subject)).toBeDefined();
  expect((await traces(other)).length).toBeGreaterThan(8);
});

test('the names are free, and the subject is never used again', async () => {
  const user = await newUser();
  await remove(user.subject);
  const heir = { ...newAccount(), username: user.username };
  await store.accounts.create(heir, loginAt);
  expect(await store.accounts.findSubject(loginNameOf(user.username))).toBe(heir.subject);
  const again = { ...user, username: `again-${user.username}` };
  expect(await rejectionOf(store.accounts.create(again, loginAt))).toBeInstanceOf(Error);
  expect(await store.accounts.adopt('any', { subject: user.subject, claims: {}, scopes: [] }, loginAt)).toBe(false);
  expect(await store.accounts.findSubject({ name: 'any', legacy: undefined })).toBeUndefined();
});

test('no write brings anything back', async () => {
  const user = await newUser();
  await remove(user.subject);
  const { subject } = user;
  await store.accounts.setNetworks(subject, ['mark']);
  expect(await store.accounts.enable(subject)).toBe(false);
  expect(await store.accounts.revokeSessions({ subject, set: { passwordHash: 'x' } })).toMatchObject({
    applied: false,
  });
  await store.accounts.describe(user, { claims: { a: 1 }, scopes: ['x'] });
  expect(await store.accounts.rehash(subject, String(user.passwordHash), 'y')).toBe(false);
  expect(await traces(user)).toEqual(tombstone(user));
});

test('a name that another user has taken in the meantime stays theirs', async () => {
  const user = await newUser();
  const removal = new AccountRemoval(store.table, hashing);
  await removal.mark(user.subject, loginAt);
  const heir = { ...newAccount(), username: user.username };
  await store.accounts.create(heir, loginAt + 120_000);
  await remove(user.subject);
  expect(await store.accounts.findSubject(loginNameOf(user.username))).toBe(heir.subject);
});

describe.each(['username', 'email', 'subject'] as const)(
  'a deletion that crashes at any request is completed by a repeat, with the user named by %s',
  (by) => {
    test.each(['before', 'after'] as const)(
      '%s it was carried out: nothing lives, and a repeat finishes',
      async (when) => {
        for (let at = 1; ; at += 1) {
          const user = await newUser();
          const told: string[] = [];
          const end = await rejectionOf(
            remove(user[by], new Dying(store.table, at, when), told).then(() => Promise.reject('done')),
          );
          if (end === 'done') {
            expect(at).toBeGreaterThan(20);
            return;
          }
          expect(end).toBeInstanceOf(Crash);
          const account = await store.accounts.read(user.subject);
          // Whole or dead: before the first write nothing has happened, and after it nothing lives.
          if (account !== undefined)
            expect(account).toMatchObject({ epoch: user.epoch, passwordHash: user.passwordHash });
          const finished = await rejectionOf(remove(user[by], undefined, told).then(() => Promise.reject('done')));
          const gone = finished !== 'done' && (await traces(user)).length === 1;
          if (!gone) expect(finished).toBe('done');
          expect(await traces(user), `crash ${when} request ${at}`).toEqual(tombstone(user));
          expect(told).toContain('SubjectDeleted');
        }
      },
    );
  },
);
