import { Option } from 'commander';
import { command } from '../frame/command.ts';
import { readableAccounts, tableOf } from '../frame/table.ts';
import { userRow } from './row.ts';

export const listUsers = command<{ status?: 'active' | 'disabled' }>({
  usage: 'list',
  summary: 'list all users, in no particular order; reads the whole table',
  changes: false,
  examples: [
    ['users list --stack Pawl', 'all users'],
    ['users list --stack Pawl --status disabled --json', 'who is disabled, one JSON object a line'],
  ],
  options: (made) => made.addOption(new Option('--status <status>', 'only these').choices(['active', 'disabled'])),
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
