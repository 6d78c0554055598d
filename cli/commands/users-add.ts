import { parseArgs } from 'node:util';
import { createAccount } from '../../lambda/core/create-account.ts';
import { findPasswordFault, passwordFaultText } from '../../lambda/core/password-policy.ts';
import { NameTaken } from '../../lambda/core/ports.ts';
import { normaliseEmail, normaliseUsername } from '../../lambda/core/username.ts';
import { Argon2Passwords } from '../../lambda/crypto/argon2-passwords.ts';
import { isCommonPassword } from '../../lambda/crypto/common-passwords.ts';
import { nodeCodec, nodeRandom, systemClock } from '../../lambda/crypto/node-crypto.ts';
import { exitCodes, Failure } from '../failure.ts';
import { passwordFromPrompt, passwordFromStdin } from '../password-input.ts';
import { accountsIn, tableFor } from '../table.ts';

const options = {
  table: { type: 'string' },
  'password-stdin': { type: 'boolean', default: false },
  scope: { type: 'string', default: '' },
  email: { type: 'string' },
} as const;

/** Creates a user. Exit code 3: the username or the e-mail address is taken, nothing was changed. */
export async function addUser(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const { values, positionals } = parse(args);
  const [typed, ...more] = positionals;
  if (typed === undefined || more.length > 0) throw new Failure('name one user', exitCodes.usage);
  const username = normaliseUsername(typed);
  if (username === undefined)
    throw new Failure('a username has 1 to 254 letters, digits, marks and ASCII characters, and no white space');
  const email = values.email === undefined ? undefined : normaliseEmail(values.email);
  if (values.email !== undefined && email === undefined) {
    throw new Failure('--email takes an address such as alice@example.com', exitCodes.usage);
  }
  const scopes = values.scope.split(' ').filter((word) => word !== '');
  if (values.scope.length > 200 || !scopes.every((word) => /^[!#-[\]-~]+$/.test(word))) {
    throw new Failure('--scope takes words of visible ASCII characters, 200 characters in all', exitCodes.usage);
  }
  const table = tableFor(values.table, env);

  const password = values['password-stdin'] ? await passwordFromStdin() : await passwordFromPrompt();
  const fault = findPasswordFault(password, username, isCommonPassword);
  if (fault !== undefined) throw new Failure(passwordFaultText[fault]);

  const tools = {
    clock: systemClock,
    random: nodeRandom,
    codec: nodeCodec,
    passwords: new Argon2Passwords(),
    accounts: accountsIn(table),
  };
  try {
    const wanted = { username, password, scopes, ...(email === undefined ? {} : { email }) };
    const { subject } = await createAccount(wanted, tools);
    process.stdout.write(`added ${username} as ${subject}\n`);
  } catch (error) {
    if (error instanceof NameTaken) throw new Failure(`${error.taken} exists already`, exitCodes.exists);
    throw error;
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new Failure((error as Error).message, exitCodes.usage);
  }
}
