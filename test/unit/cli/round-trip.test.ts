import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toLine } from '../../../cli/transfer/line.ts';
import { openAccounts } from '../../../cli/transfer/read-file.ts';
import type { Account } from '../../../lambda/core/account.ts';
import { requireGrant } from '../../../lambda/core/claims.ts';
import { normaliseEmail, normaliseUsername } from '../../../lambda/core/username.ts';
import { isSubject } from '../../../lambda/core/users.ts';
import { foreignVectors, storedOf } from '../../support/foreign-hashes.ts';

const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }).filter((value) => value.isWellFormed());
const normalised = (arbitrary: fc.Arbitrary<string>, normalise: (typed: string) => string | undefined) =>
  arbitrary.map((typed) => normalise(typed) ?? '').filter((name) => name !== '');
const username = normalised(
  fc.oneof(text, fc.emailAddress(), fc.constantFrom('Zoë', 'straße', 'ΑΛΙΚΗ', '用户', 'ｕｓｅｒ')),
  normaliseUsername,
);
/** Names of earlier versions, and of a team's own users. */
const oldName = fc.constantFrom('☃alice', 'bob🙂', 'alice miller', 'corp\\bob smith');
const email = normalised(fc.emailAddress(), normaliseEmail);
const claims = fc
  .dictionary(text, fc.jsonValue({ maxDepth: 3 }))
  .map((value) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>)
  .filter((value) => {
    try {
      requireGrant({ claims: value, scopes: [] });
      return true;
    } catch {
      return false;
    }
  });

const account: fc.Arbitrary<Account> = fc.record(
  {
    subject: text.filter(isSubject),
    username: fc.oneof({ weight: 9, arbitrary: username }, { weight: 1, arbitrary: oldName }),
    email,
    status: fc.constantFrom('active', 'disabled'),
    epoch: fc.nat(2 ** 52),
    passwordHash: fc.constantFrom(...foreignVectors.map(storedOf)),
    passwordExpiresAt: fc.maxSafeNat(),
    claims,
    scopes: fc.array(fc.stringMatching(/^[!#-[\]-~]{1,10}$/), { maxLength: 5 }),
    networks: fc.array(text, { maxLength: 3 }),
  },
  { requiredKeys: ['subject', 'username', 'status', 'epoch', 'claims', 'scopes'] },
);

/** Accounts of one table share neither a name nor a subject. */
const accounts = fc.uniqueArray(account, {
  minLength: 1,
  maxLength: 20,
  comparator: (a, b) => {
    const names = [b.username, b.email];
    return a.subject === b.subject || names.includes(a.username) || (a.email !== undefined && names.includes(a.email));
  },
});

test('import(export) is the identity: every member, every kind of hash, any letter', async () => {
  expect(new Set(foreignVectors.map((vector) => storedOf(vector).split('$')[1])).size).toBeGreaterThan(7);
  await fc.assert(
    fc.asyncProperty(accounts, fc.integer({ min: 1, max: 100 }), async (exported, piece) => {
      const bytes = Buffer.from(exported.map((each) => toLine({ ...each, kept: 'a session' })).join(''));
      const pieces = Array.from({ length: Math.ceil(bytes.length / piece) }, (_, at) =>
        bytes.subarray(at * piece, (at + 1) * piece),
      );
      const { format, incoming } = await openAccounts('-', {}, { stdin: Readable.from(pieces), nowMs: 0 });
      const imported: unknown[] = [];
      for await (const each of incoming) imported.push(each.account ?? each.refused);
      expect(format).toBe('pawl');
      expect(imported).toEqual(exported);
    }),
    { numRuns: 100 },
  );
});
