import { command } from '../frame/command.ts';
import { accountsIn, tableOf } from '../frame/table.ts';
import { liveSessions } from '../sessions/live.ts';
import { findUser } from './find-user.ts';
import { passwordKind, userRow } from './row.ts';

export const showUser = command({
  usage: 'show <user>',
  summary: 'show one user',
  changes: false,
  examples: [
    ['users show alice@example.com --stack Pawl', 'by username or e-mail address'],
    ['users show 8oXl7yFqk3mW0d2b5cQ1Zg --stack Pawl', 'by the subject that a log line names'],
  ],
  run: async ([typed = ''], _options, { target, output }) => {
    const table = tableOf(target);
    const { account } = await findUser(typed, accountsIn(table));
    output.one({
      ...userRow(account),
      claims: account.claims,
      password: passwordKind(account.passwordHash),
      liveSessions: (await liveSessions(account.subject, table, target.nowMs())).length,
      epoch: account.epoch,
    });
  },
});
