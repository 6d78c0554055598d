import { confirmed } from '../frame/ask.ts';
import { command } from '../frame/command.ts';
import { exitCodes, Failure } from '../frame/failure.ts';
import { accountsIn, tableOf } from '../frame/table.ts';
import { endAllOf } from '../sessions/end-all.ts';
import { tokensLiveOn } from '../sessions/tokens-live-on.ts';
import { findUser } from './find-user.ts';

export const disableUser = command({
  usage: 'disable <user>',
  summary: 'end every session of a user and prevent logins',
  asks: true,
  examples: [['users disable alice@example.com --stack Pawl', 'lock the account until users enable']],
  run: async ([typed = ''], { yes }, context) => {
    const { account } = await findUser(typed, accountsIn(tableOf(context.target)));
    await confirmed(`This logs ${account.username} out everywhere and locks the account.`, yes, context.io);
    await endAllOf(account, 'AccountDisabled', context);
    if (context.output.json) context.output.one({ subject: account.subject, username: account.username });
    context.output.say(`${account.username} is disabled; every session is over`);
    context.output.say(tokensLiveOn(context.target));
  },
});

export const enableUser = command({
  usage: 'enable <user>',
  summary: 'let a disabled user log in again; ended sessions stay ended',
  examples: [['users enable alice@example.com --stack Pawl', 'allow logins with the same password as before']],
  run: async ([typed = ''], _options, { target, steps, output }) => {
    const accounts = accountsIn(tableOf(target));
    const { account } = await findUser(typed, accounts);
    const there = await steps.run(`enable ${account.username}`, () => accounts.enable(account.subject));
    if (!there) throw new Failure(`there is no user ${typed} any more`, exitCodes.notFound);
    if (output.json) output.one({ subject: account.subject, username: account.username });
    output.say(`${account.username} may log in again`);
  },
});
