import type { Account } from '../../lambda/core/account.ts';
import { AccountAdmin } from '../../lambda/store/account-admin.ts';
import { readStdin } from '../frame/ask.ts';
import { type Context, command } from '../frame/command.ts';
import { exitCodes, Failure } from '../frame/failure.ts';
import { accountsIn, newOperationId, tableOf } from '../frame/table.ts';
import { tokensLiveOn } from '../sessions/tokens-live-on.ts';
import { findUser } from './find-user.ts';
import { userRow } from './row.ts';
import { claimsOf, scopesOf } from './words.ts';

export const setScopes = command({
  usage: 'set-scopes <user> [scopes...]',
  summary: 'replace the scopes of a user; without scopes, remove all',
  examples: [
    ['users set-scopes alice@example.com read write --stack Pawl', 'grant these two, from the next refresh on'],
    ['users set-scopes alice@example.com --stack Pawl', 'remove all'],
  ],
  run: async ([typed = '', ...words], _options, context) => {
    await setGrant(typed, { scopes: scopesOf(words) }, context);
  },
});

export const setClaims = command<{ stdin?: boolean }>({
  usage: 'set-claims <user> [json]',
  summary: 'replace the additional claims of the access tokens of a user',
  examples: [
    [`users set-claims alice@example.com '{"role":"admin"}' --stack Pawl`, 'set one claim, from the next refresh on'],
    ['users set-claims alice@example.com --stdin --stack Pawl < claims.json', 'read the claims from a file'],
    [`users set-claims alice@example.com '{}' --stack Pawl`, 'remove all'],
  ],
  options: (made) => made.option('--stdin', 'read the JSON object from standard input'),
  run: async ([typed = '', given], { stdin }, context) => {
    if ((given === undefined) !== (stdin === true)) {
      throw new Failure('give the claims as a JSON object, or add --stdin', exitCodes.usage);
    }
    const claims = claimsOf(given ?? (await readStdin(context.io)));
    await setGrant(typed, { claims }, context);
  },
});

async function setGrant(
  typed: string,
  grant: Partial<Pick<Account, 'claims' | 'scopes'>>,
  { target, steps, output }: Context,
): Promise<void> {
  const table = tableOf(target);
  const { account } = await findUser(typed, accountsIn(table));
  const admin = new AccountAdmin(table, newOperationId);
  const what = Object.keys(grant).join(' and ');
  const changed = await steps.run(`set the ${what} of ${account.username}`, () => admin.setGrant(account, grant));
  if (changed === undefined) throw new Failure(`there is no user ${typed} any more`, exitCodes.notFound);
  output.one({ ...userRow(changed), claims: changed.claims });
  output.say(tokensLiveOn(target, 'keep the old values'));
}
