import type { Account } from './account.ts';
import { type Hashing, shortHash } from './hash-text.ts';
import { networkOf } from './network.ts';
import type { Accounts } from './ports.ts';
import { guessLimits } from './throttle.ts';
import { unknownSubject } from './users.ts';

/** Networks that a user has logged in from: there the user is let in while others use up the tries of the username. */

interface OwnNetworkTools extends Hashing {
  readonly accounts: Accounts;
}

/** How a network is written down on an account: the same network has another mark on each. */
export function networkMark(sourceIp: string, subject: string, tools: Hashing): string {
  return shortHash(`${subject} ${networkOf(sourceIp).site}`, tools);
}

/** Whether the user has logged in from there before. Unknown users cost the same read as known ones. @throws Unavailable */
export async function isOwnNetwork(
  sourceIp: string,
  subject: string | undefined,
  tools: OwnNetworkTools,
): Promise<boolean> {
  const account = await tools.accounts.read(subject ?? unknownSubject);
  return account?.networks?.includes(networkMark(sourceIp, account.subject, tools)) ?? false;
}

/** Costs one write where the user logs in from a network for the first time, none after that. @throws Unavailable */
export async function rememberNetwork(
  { subject, networks = [] }: Account,
  sourceIp: string,
  tools: OwnNetworkTools,
): Promise<void> {
  const mark = networkMark(sourceIp, subject, tools);
  if (networks.includes(mark)) return;
  await tools.accounts.setNetworks(subject, [mark, ...networks].slice(0, guessLimits.rememberedNetworks));
}
