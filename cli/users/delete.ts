import { nodeCodec, nodeCrypto } from '../../lambda/crypto/node-crypto.ts';
import { AccountRemoval } from '../../lambda/store/account-removal.ts';
import { confirmed } from '../frame/ask.ts';
import { command } from '../frame/command.ts';
import { Outbox } from '../frame/outbox.ts';
import { accountsIn, tableOf } from '../frame/table.ts';
import { tokensLiveOn } from '../sessions/tokens-live-on.ts';
import { deleteUser } from './delete-user.ts';
import { findDoomed } from './find-doomed.ts';

export const deleteUserCommand = command({
  usage: 'delete <user>',
  summary: 'delete a user: account, login names, sessions and counters',
  asks: true,
  examples: [
    ['users delete alice@example.com --stack Pawl', 'delete permanently, after a confirmation'],
    ['users delete alice@example.com --yes --stack Pawl', 'delete without asking; finish an interrupted deletion'],
  ],
  run: async ([typed = ''], { yes }, context) => {
    const { target, steps, output, io } = context;
    const table = tableOf(target);
    const removal = new AccountRemoval(table, { crypto: nodeCrypto, codec: nodeCodec });
    const { user, typedName, living } = await findDoomed(typed, accountsIn(table), removal);
    const { subject } = user;
    const who = living === undefined ? `what is left of ${typed}` : living.username;
    await confirmed(`This permanently deletes ${who} (subject ${subject}).`, yes, io);
    const outbox = new Outbox();
    await deleteUser(user, typedName, {
      ...{ removal, steps, nowMs: () => target.nowMs() },
      tell: async (events) => {
        await outbox.publish(events);
        await outbox.put(context);
      },
    });
    if (output.json) output.one({ subject, deleted: true });
    output.say(`${typed} is deleted; the subject ${subject} is never used again`);
    output.say(tokensLiveOn(target));
  },
});
