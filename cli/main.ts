import { Fault, Unavailable } from '../lambda/core/errors.ts';
import { checkKeys, rotateKeysNow } from './commands/keys-rotate.ts';
import { withdrawKeys } from './commands/keys-withdraw.ts';
import { addUser } from './commands/users-add.ts';
import { disableUser, enableUser, logOutUser } from './commands/users-revoke.ts';
import { exitCodes, Failure } from './failure.ts';

/** `npm run users -- <command>` and `npm run keys -- <command>`: the tools of the operator, against the local or a deployed table. */

type Command = (args: readonly string[], env: NodeJS.ProcessEnv) => Promise<void>;

const commands: Readonly<Record<string, Command>> = {
  'users add': addUser,
  'users logout': logOutUser,
  'users disable': disableUser,
  'users enable': enableUser,
  'keys check': checkKeys,
  'keys rotate': rotateKeysNow,
  'keys withdraw': withdrawKeys,
};

const usage = `usage: npm run users -- <command> <username> --table <name> [options]

  add      creates a user          [--password-stdin] [--scope "read write"] [--email <address>]
  logout   ends every session      [--cause TheftSuspected] [--bus <name>]
  disable  ends every session and lets nobody in  [--bus <name>]
  enable   lets a disabled user log in again

  The table's name is an output of the stack (TableName), as is the bus's (EventBusName), which is told where it is
  named. Credentials and region are the AWS SDK's own. AWS_ENDPOINT_URL_DYNAMODB points at a local service; npm start
  prints the whole line. A password is asked for, or read from standard input with --password-stdin.

usage: npm run keys -- <command> --function <name>

  check    publishes the public keys if they are not, looks whether the issuer shows them, rotates what is due
  rotate   rotates both key rings now, where that is safe
  withdraw <kid> [<kid> ...]  takes signing keys out of use and out of the JWKS, as after a leak  [--all] [--no-wait]

  The function's name is an output of the stack (KeysFunctionName). AWS_ENDPOINT_URL_LAMBDA points at a local service.`;

async function main(): Promise<void> {
  const [group, name, ...args] = process.argv.slice(2);
  const command = commands[`${group} ${name}`];
  if (command === undefined) throw new Failure(usage, exitCodes.usage);
  await command(args, process.env);
}

/** What went wrong, for a person. Only what was written for one is shown: other messages may quote what must not be seen. */
function explain(error: unknown): string {
  if (error instanceof Failure) return error.message;
  const { name, cause } = error as Error;
  const reason = cause instanceof Error ? `${name}: ${cause.name}` : name;
  if (error instanceof Unavailable) return `the table does not answer (${reason}); nothing is lost, try again`;
  const refusal = error instanceof Fault && cause instanceof Error ? cause.name : name;
  if (refusal === 'ResourceNotFoundException') return 'there is no such table in this account and region';
  if (error instanceof Fault) return explainFault(error, refusal);
  return `failed: ${reason}\n${((error as Error).stack ?? '').split('\n').slice(1).join('\n')}`;
}

/** What lasts until somebody mends it. */
function explainFault({ reason, item }: Fault, refusal: string): string {
  if (reason === 'store_refused') return `AWS refused the request (${refusal}): check your permissions and the region`;
  return item === undefined ? `failed: ${reason}` : `failed: ${reason}: ${item}`;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = error instanceof Failure ? error.exitCode : 1;
}
