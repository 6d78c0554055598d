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
] as const satisfies readonly (FunctionName & keyof MemorySizes)[];

/** Memory of single functions, in MB, 128 to 10,240. Lambda gives CPU in proportion, one whole core at 1,769. */
export interface MemorySizes {
  /**
   * The login, which hashes passwords.
   * @default 1,769
   */
  readonly login?: number;
  /**
   * The changes of password and e-mail address, which hash passwords.
   * @default 1,769
   */
  readonly credentials?: number;
  /**
   * The refresh.
   * @default 512
   */
  readonly refresh?: number;
  /**
   * The revocation of a refresh token.
   * @default 512
   */
  readonly revoke?: number;
  /**
   * The list of a user's sessions, and their revocation.
   * @default 512
   */
  readonly sessions?: number;
  /**
   * The authorizer.
   * @default 512
   */
  readonly authorizer?: number;
}
