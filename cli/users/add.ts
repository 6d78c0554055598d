import { namesOf } from '../../lambda/core/account.ts';
import { NameTaken } from '../../lambda/core/account-store.ts';
import { createAccount } from '../../lambda/core/create-account.ts';
import { nodeCodec, nodeRandom } from '../../lambda/crypto/node-crypto.ts';
import { readPassword } from '../frame/ask.ts';
import { command } from '../frame/command.ts';
import { accountsIn, tableOf } from '../frame/table.ts';
import { nameTaken, requireFree } from './find-user.ts';
import { hashPassword, requireArgon2 } from './hashing.ts';
import { userRow } from './row.ts';
import { emailOf, passwordFaultOf, scopesOf, usernameOf } from './words.ts';

interface Options {
  readonly passwordStdin?: boolean;
  readonly scope?: readonly string[];
  readonly email?: string;
}

/** All values of an option that is given more than once. */
const collect = (value: string, earlier: readonly string[] = []): readonly string[] => [...earlier, value];

export const addUser = command<Options>({
  usage: 'add <username>',
  summary: 'add a user with a password that you type',
  examples: [
    ['users add alice@example.com --stack Pawl', 'ask for the password twice'],
    ['users add bob --scope "read write" --email bob@example.com --local', 'add scopes and an e-mail address'],
    ['users add ci --stack Pawl --password-stdin < password.txt', 'read the password from standard input, in scripts'],
  ],
  options: (made) =>
    made
      .option('--scope <scopes>', 'scopes, space-separated; may be repeated', collect)
      .option('--email <address>', 'second login name')
      .option('--password-stdin', 'read the password from standard input'),
  run: async ([typed = ''], options, { target, output, steps, io }) => {
    const username = usernameOf(typed);
    const email = options.email === undefined ? undefined : emailOf(options.email);
    const scopes = scopesOf(options.scope ?? []);
    const accounts = accountsIn(tableOf(target));
    requireArgon2();
    await requireFree(namesOf({ username, ...(email && { email }) }), accounts);
    const faultOf = (typedPassword: string) => passwordFaultOf(typedPassword, username);
    const password = await readPassword(options.passwordStdin === true, faultOf, io);
    const tools = {
      ...{ clock: target, random: nodeRandom, codec: nodeCodec, accounts },
      passwords: { hash: hashPassword },
    };
    try {
      const wanted = { username, password, scopes, ...(email === undefined ? {} : { email }) };
      const account = await steps.run(`add ${username}`, () => createAccount(wanted, tools));
      if (output.json) output.one(userRow(account));
      output.say(`added ${username} as ${account.subject}`);
    } catch (error) {
      throw error instanceof NameTaken ? nameTaken(error.taken) : error;
    }
  },
});
