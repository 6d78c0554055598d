import { Option } from 'commander';
import { command } from '../frame/command.ts';
import { readableAccounts, tableOf } from '../frame/table.ts';
import { userRow } from './row.ts';

export const listUsers = command<{ status?: 'active' | 'disabled' }>({
  usage: 'list',
  summary: 'list all users, in no particular order',
  changes: false,
  examples: [
    ['users list --stack Pawl', 'list all users; read the whole table'],
    ['users list --stack Pawl --status disabled --json', 'list disabled users, one JSON object per line'],
  ],
  options: (made) =>
    made.addOption(new Option('--status <status>', 'list only users with this status').choices(['active', 'disabled'])),
  run: async (_args, { status }, { target, output, io }) => {
    let count = 0;
    for await (const page of readableAccounts(tableOf(target), io)) {
      const wanted = page.filter((account) => status === undefined || account.status === status);
      output.rows(wanted.map(userRow));
      count += wanted.length;
    }
    output.say(`${count} ${count === 1 ? 'user' : 'users'}`);
  },
});
