import { Option } from 'commander';
import type { Account } from '../../lambda/core/account.ts';
import { type SecurityEvent, securityEvents } from '../../lambda/core/events.ts';
import { revokeSubject } from '../../lambda/core/revoke-subject.ts';
import { confirmed } from '../frame/ask.ts';
import { type Context, command } from '../frame/command.ts';
import { exitCodes, Failure } from '../frame/failure.ts';
import { Outbox } from '../frame/outbox.ts';
import { accountsIn, sessionsIn, tableOf } from '../frame/table.ts';
import { findUser } from '../users/find-user.ts';
import { tokensLiveOn } from './tokens-live-on.ts';

export const endAllSessions = command<{ cause: SecurityEvent }>({
  usage: 'end-all <user>',
  summary: 'end every session of a user',
  asks: true,
  examples: [
    ['sessions end-all alice@example.com --stack Pawl', 'log the user out everywhere'],
    ['sessions end-all 8oXl7yFqk3mW0d2b5cQ1Zg --cause TheftSuspected --stack Pawl', 'tell listeners why'],
  ],
  options: (made) =>
    made.addOption(
      new Option('--cause <cause>', 'cause that listeners are told')
        .choices(securityEvents)
        .default('AdminForcedLogout'),
    ),
  run: async ([typed = ''], { cause, yes }, context) => {
    const { account } = await findUser(typed, accountsIn(tableOf(context.target)));
    const locks = cause === 'AccountDisabled' ? ' and locks the account' : '';
    await confirmed(`This logs ${account.username} out everywhere${locks}.`, yes, context.io);
    await endAllOf(account, cause, context);
    const { output, target } = context;
    if (output.json) output.one({ subject: account.subject, username: account.username });
    output.say(`every session of ${account.username} is over`);
    output.say(tokensLiveOn(target));
  },
});

/** Ends every session of a user and then publishes the event. @throws Failure, and errors of the store and the SDK */
export async function endAllOf(account: Account, cause: SecurityEvent, context: Context): Promise<void> {
  const table = tableOf(context.target);
  const outbox = new Outbox();
  const tools = { clock: context.target, accounts: accountsIn(table), sessions: sessionsIn(table), events: outbox };
  const { subject, username } = account;
  const locks = cause === 'AccountDisabled' ? ' and lock the account' : '';
  const known = await context.steps.run(`end every session of ${username}${locks}`, () =>
    revokeSubject(subject, cause, tools),
  );
  if (!known) throw new Failure(`there is no user ${username} any more`, exitCodes.notFound);
  await outbox.put(context);
}
