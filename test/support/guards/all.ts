import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accessTokenGuards } from './access-token-guards.ts';
import { accountGuards } from './account-guards.ts';
import { awsGuards } from './aws-guards.ts';
import { clientGuards } from './client-guards.ts';
import { coreGuards } from './core-guards.ts';
import { deployGuards } from './deploy-guards.ts';
import { edgeGuards } from './edge-guards.ts';
import type { Guard } from './guard.ts';
import { importGuards } from './import-guards.ts';
import { keyGuards } from './key-guards.ts';
import { migrationGuards } from './migration-guards.ts';
import { modelGuards } from './model-guards.ts';
import { passwordGuards } from './password-guards.ts';
import { storeGuards } from './store-guards.ts';
import { throttleGuards } from './throttle-guards.ts';
import { transferGuards } from './transfer-guards.ts';
import { useCaseGuards } from './use-case-guards.ts';

/** Every guard that `npm run guards` removes. */
export const allGuards: readonly Guard[] = [
  ...coreGuards,
  ...useCaseGuards,
  ...passwordGuards,
  ...storeGuards,
  ...accountGuards,
  ...edgeGuards,
  ...keyGuards,
  ...awsGuards,
  ...accessTokenGuards,
  ...modelGuards,
  ...migrationGuards,
  ...deployGuards,
  ...throttleGuards,
  ...transferGuards,
  ...importGuards,
  ...clientGuards,
];

/**
 * Says what is wrong with a row: its code must occur exactly once in its file, and the replacement must differ.
 *
 * @param root directory that the guard's file is relative to
 * @returns undefined when the row is current
 */
export function staleBecause({ file, guard, without }: Guard, root: string): string | undefined {
  let code: string;
  try {
    code = readFileSync(join(root, file), 'utf8');
  } catch {
    return 'the file does not exist';
  }
  const times = code.split(guard).length - 1;
  if (times !== 1) return `the code of the guard occurs ${times} times in the file, not once: ${guard}`;
  return guard === without ? 'the replacement is the guard itself' : undefined;
}
