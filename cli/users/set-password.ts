import { randomInt } from 'node:crypto';
import type { Account } from '../../lambda/core/account.ts';
import { afterRevocation } from '../../lambda/core/revoke-subject.ts';
import { confirmed, readPassword } from '../frame/ask.ts';
import { type Context, command } from '../frame/command.ts';
import { exitCodes, Failure } from '../frame/failure.ts';
import { Outbox } from '../frame/outbox.ts';
import { accountsIn, sessionsIn, tableOf } from '../frame/table.ts';
import { tokensLiveOn } from '../sessions/tokens-live-on.ts';
import { findUser } from './find-user.ts';
import { hashPassword, requireArgon2 } from './hashing.ts';
import { passwordFaultOf } from './words.ts';

export const setPassword = command<{ passwordStdin?: boolean }>({
  usage: 'set-password <user>',
  summary: 'replace the password of a user with one that you type; end every session',
  asks: true,
  examples: [
    ['users set-password alice@example.com --stack Pawl', 'ask for the password twice'],
    [
      'users set-password ci --stack Pawl --password-stdin --yes < password.txt',
      'read it from standard input, in scripts',
    ],
  ],
  options: (made) => made.option('--password-stdin', 'read the password from standard input'),
  run: async ([typed = ''], { passwordStdin, yes }, context) => {
    requireArgon2();
    const { account } = await findUser(typed, accountsIn(tableOf(context.target)));
    await confirmed(`This replaces the password of ${account.username} and ends every session.`, yes, context.io);
    const faultOf = (typedPassword: string) => passwordFaultOf(typedPassword, account.username);
    const password = await readPassword(passwordStdin === true, faultOf, context.io);
    await replacePassword(account, { password }, context);
    context.output.say(`${account.username} has the new password; every session is over`);
    context.output.say(tokensLiveOn(context.target));
    sayIfDisabled(account, context);
    if (context.output.json) context.output.one({ subject: account.subject, username: account.username });
  },
});

export const resetPassword = command({
  usage: 'reset <user>',
  summary: 'replace the password of a user with a random one, print it once; end every session',
  asks: true,
  examples: [
    ['users reset alice@example.com --stack Pawl', 'for a user who forgot the password'],
    ['users reset alice@example.com --stack Pawl --yes --json', 'print {"subject","username","password"}, in scripts'],
  ],
  run: async ([typed = ''], { yes }, context) => {
    requireArgon2();
    const { account } = await findUser(typed, accountsIn(tableOf(context.target)));
    await confirmed(`This replaces the password of ${account.username} and ends every session.`, yes, context.io);
    const password = randomPassword();
    const expiresAt = context.target.nowMs() + resetPasswordMs;
    await replacePassword(account, { password, expiresAt }, context, () => {
      // Print the password as soon as it is valid, so that an unavailable bus cannot withhold it from the operator.
      context.output.one({ subject: account.subject, username: account.username, password });
    });
    context.output.say('the password works for one day: give it to the user over a channel that you trust');
    context.output.say('the user then changes it in your app');
    context.output.say('every session is over');
    context.output.say(tokensLiveOn(context.target));
    sayIfDisabled(account, context);
  },
});

function sayIfDisabled({ username, status }: Account, { output }: Context): void {
  if (status === 'disabled') output.say(`${username} is disabled: the password works after users enable ${username}`);
}

/** How long the password from a reset is valid: ASVS 6.4.1. */
const resetPasswordMs = 86_400_000;

/** Stores the new hash and ends every session, in one write. */
async function replacePassword(
  account: Account,
  { password, expiresAt }: { readonly password: string; readonly expiresAt?: number },
  context: Context,
  then = () => {},
): Promise<void> {
  const { target, steps } = context;
  const { subject, username } = account;
  const table = tableOf(target);
  const accounts = accountsIn(table);
  const outbox = new Outbox();
  const passwordHash = await hashPassword(password);
  const changed = await steps.run(`replace the password of ${username} and end every session`, () =>
    accounts.revokeSessions({ subject, set: { passwordHash, ...(expiresAt && { passwordExpiresAt: expiresAt }) } }),
  );
  if (!changed.applied) throw new Failure(`there is no user ${username} any more`, exitCodes.notFound);
  then();
  const tools = { clock: target, accounts, sessions: sessionsIn(table), events: outbox };
  await afterRevocation(changed.account, 'PasswordChanged', tools);
  await outbox.put(context);
}

/** Excludes characters that look alike. */
const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';

/** 100 random bits in five groups, easy to read out and type. */
function randomPassword(): string {
  const group = () => Array.from({ length: 4 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return Array.from({ length: 5 }, group).join('-');
}
