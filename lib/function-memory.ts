import type { FunctionName } from '../lambda/contract/functions.ts';

/** Memory of the functions, in MB. Lambda gives CPU in proportion. */
export const functionMemoryMb = {
  usual: 512,
  /** One core, for argon2id is nearly all that a login and a password change do. */
  wholeCore: 1769,
} as const;

/** Functions that somebody waits for. */
export const tunable = [
  'login',
  'credentials',
  'refresh',
  'revoke',
  'sessions',
  'authorizer',
] as const satisfies readonly FunctionName[];

/** Other amounts of memory than {@link functionMemoryMb}, by the function's name. */
export type MemorySizes = Readonly<Partial<Record<(typeof tunable)[number], number>>>;
