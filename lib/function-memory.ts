import type { FunctionName } from '../lambda/contract/functions.ts';

/** Memory of the functions, in MB. Lambda gives CPU in proportion. */
export const functionMemoryMb = {
  usual: 512,
  /** One full core, because argon2id dominates a login and a password change. */
  wholeCore: 1769,
} as const;

/** Functions that a caller waits for. */
export const tunable = [
  'login',
  'credentials',
  'refresh',
  'revoke',
  'sessions',
  'authorizer',
] as const satisfies readonly FunctionName[];

/** Overrides of {@link functionMemoryMb}, by function name. */
export type MemorySizes = Readonly<Partial<Record<(typeof tunable)[number], number>>>;
