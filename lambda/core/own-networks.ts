import type { Account } from './account.ts';
import type { Accounts } from './account-store.ts';
import { type Hashing, shortHash } from './hash-text.ts';
import { networkOf } from './network.ts';
import { guessLimits } from './throttle.ts';
import { unknownSubject } from './users.ts';

/**
 * Networks that a user has logged in from. From these, the user can log in while others use up the attempts of the
 * username.
 */

interface OwnNetworkTools extends Hashing {
  readonly accounts: Accounts;
}

/** How an account records a network: the same network has a different hash on each account. */
export function networkMark(sourceIp: string, subject: string, tools: Hashing): string {
  return shortHash(`${subject} ${networkOf(sourceIp).site}`, tools);
}

/** Whether the user has logged in from there before. Unknown users cost the same read. @throws Unavailable */
export async function isOwnNetwork(
  sourceIp: string,
  subject: string | undefined,
  tools: OwnNetworkTools,
): Promise<boolean> {
  const account = await tools.accounts.read(subject ?? unknownSubject);
  return account?.networks?.includes(networkMark(sourceIp, account.subject, tools)) ?? false;
}

/** One write when the user logs in from a network for the first time, none after that. @throws Unavailable */
export async function rememberNetwork(
  { subject, networks = [] }: Account,
  sourceIp: string,
  tools: OwnNetworkTools,
): Promise<void> {
  const mark = networkMark(sourceIp, subject, tools);
  if (networks.includes(mark)) return;
  await tools.accounts.setNetworks(subject, [mark, ...networks].slice(0, guessLimits.rememberedNetworks));
}
