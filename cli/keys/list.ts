import type { KeyList } from '../../lambda/contract/key-rotation.ts';
import { command } from '../frame/command.ts';
import type { Target } from '../frame/target.ts';
import { invokeKeys, notTheKeysFunction } from './invoke.ts';

const dayMs = 86_400_000;

export const listKeys = command({
  usage: 'list',
  summary: 'list the keys of both rings and whether they are published',
  changes: false,
  examples: [['keys list --stack Pawl', 'list ids, states and ages']],
  run: async (_args, _options, { target, output }) => {
    const { keys, published, now } = await readKeys(target);
    output.rows(
      keys.map(({ ring, kid, state, createdAt, usedSince }) => ({
        ...{ ring, kid, state, createdAt: new Date(createdAt).toISOString() },
        daysInUse: usedSince === undefined ? undefined : Math.floor((now - usedSince) / dayMs),
        published: ring === 'signing' ? published.includes(kid) : undefined,
      })),
    );
  },
});

/** The keys as reported by the stack's own function. @throws Failure, and errors of the SDK */
export async function readKeys(target: Target): Promise<KeyList> {
  const name = target.need('KeysFunctionName');
  const answer = (await invokeKeys(name, { force: false, list: true })) as KeyList | null;
  if (!Array.isArray(answer?.keys)) throw notTheKeysFunction(name);
  return answer;
}
