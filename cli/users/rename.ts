import { NameTaken } from '../../lambda/core/account-store.ts';
import { AccountAdmin } from '../../lambda/store/account-admin.ts';
import { command } from '../frame/command.ts';
import { Failure } from '../frame/failure.ts';
import { accountsIn, newOperationId, tableOf } from '../frame/table.ts';
import { findUser, nameTaken } from './find-user.ts';
import { userRow } from './row.ts';
import { usernameOf } from './words.ts';

export const renameUser = command({
  usage: 'rename <user> <username>',
  summary: 'replace the username of a user; the old one becomes free',
  examples: [['users rename alice@example.com alice.miller@example.com --stack Pawl', 'sessions stay alive']],
  run: async ([typed = '', wanted = ''], _options, { target, steps, output }) => {
    const username = usernameOf(wanted);
    const table = tableOf(target);
    const { account } = await findUser(typed, accountsIn(table));
    if (account.username === username) {
      if (output.json) output.one(userRow(account));
      output.say(`the username is already ${username}; nothing was changed`);
      return;
    }
    const admin = new AccountAdmin(table, newOperationId);
    try {
      const what = `rename ${account.username} to ${username}`;
      const renamed = await steps.run(what, () => admin.rename(account, username, target.nowMs()));
      if (renamed === undefined)
        throw new Failure(`${typed} was changed in the meantime: check it with users show, and run this again`);
      if (output.json) output.one(userRow(renamed));
      output.say(`renamed ${account.username} to ${username}; the subject is still ${renamed.subject}`);
    } catch (error) {
      throw error instanceof NameTaken ? nameTaken(error.taken) : error;
    }
  },
});
