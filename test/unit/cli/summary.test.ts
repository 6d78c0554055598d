import { Readable } from 'node:stream';

import { expect, test } from 'vitest';
import { openAccounts } from '../../../cli/transfer/read-file.ts';
import { Summary } from '../../../cli/transfer/summary.ts';
import { sample } from './read.ts';

const keycloakProfile = {
  ...{ attributes: 1, email: 1, federatedIdentities: 1, firstName: 1, groups: 1, lastName: 1, realmRoles: 2 },
};

/** What the summary of an import says besides the counts. */

async function summaryOf(file: string, options = {}) {
  const summary = new Summary();
  const { incoming } = await openAccounts(sample(file), options, { stdin: Readable.from([]), nowMs: 0 });
  for await (const { account, leftOut } of incoming) {
    summary.counts[account === undefined ? 'refused' : 'created'] += 1;
    if (account !== undefined) summary.created(account, leftOut);
  }
  return summary;
}

test.each([
  ['cognito-list-users.json', {}, 5, { email: 1, 'custom:plan': 1, identities: 1 }],
  ['auth0-export.ndjson', {}, 2, { email: 1, user_metadata: 1, name: 1 }],
  ['auth0-export.ndjson', { auth0Hashes: sample('auth0-hashes.ndjson') }, 0, { email: 1, user_metadata: 1, name: 1 }],
  ['firebase.json', { withoutHashes: true }, 2, { passwordHash: 1, displayName: 1, providerUserInfo: 1 }],
  ['supabase.csv', {}, 1, { raw_user_meta_data: 1 }],
  ['keycloak-realm.json', {}, 1, keycloakProfile],
  ['accounts.csv', { withoutHashes: true }, 2, { passwordHash: 1 }],
] as const)('%s %j', async (file, options, withoutPassword, leftOut) => {
  const row = (await summaryOf(file, options)).row(false);
  expect([row.withoutPassword, row.leftOut]).toEqual([withoutPassword, leftOut]);
});

test('says how many users need a password, and what was left out and why', async () => {
  const summary = new Summary();
  summary.counts.created = 3;
  summary.created({}, ['email', 'nickname']);
  summary.created({}, ['nickname', 'picture']);
  summary.created({ passwordHash: 'x' }, ['passwordHash']);
  expect(summary.sentences(true)).toEqual([
    '3 to create, 0 already present, 0 refused',
    '2 of 3 have no password: these users cannot log in until users reset or users set-password',
    'left out, because accounts have no such field: nickname of 2, picture of 1',
    'left out, because the address is not verified: email of 1',
    'left out, because hashes were not wanted (--without-hashes): passwordHash of 1',
  ]);
});

test('members with names of the source are counted up to a bound', () => {
  const summary = new Summary();
  for (let number = 0; number < 1000; number += 1) summary.created({}, [`custom:${number}`]);
  const { leftOut } = summary.row(false) as { leftOut: Record<string, number> };
  expect(Object.keys(leftOut)).toHaveLength(51);
  expect(leftOut.others).toBe(950);
});
