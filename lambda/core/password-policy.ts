import { normalisePassword } from './password.ts';
import { joinSigmas } from './username.ts';

/** Minimum and maximum password length, in characters (Unicode code points). */
export const passwordLength = { min: 8, max: 256 } as const;

export type PasswordFault = 'too_short' | 'too_long' | 'too_common' | 'contains_username';

/**
 * Checks a new password: any characters, no composition rules (OWASP ASVS 6.2). It must contain neither the username nor
 * the username's part before an @, if these have at least four characters.
 *
 * @param isCommon checks a lower-cased password
 */
export function findPasswordFault(
  typed: string,
  username: string,
  isCommon: (lowerCased: string) => boolean,
): PasswordFault | undefined {
  const password = normalisePassword(typed);
  const length = [...password].length;
  if (length < passwordLength.min) return 'too_short';
  if (length > passwordLength.max) return 'too_long';
  const lowerCased = password.toLowerCase();
  if (isCommon(lowerCased)) return 'too_common';
  const name = joinSigmas(username);
  const names = [name, name.replace(/@.*$/s, '')].filter(({ length }) => length >= 4);
  const folded = joinSigmas(lowerCased.normalize('NFKC'));
  return names.some((each) => folded.includes(each)) ? 'contains_username' : undefined;
}

/** The message of each fault, for the user. */
export const passwordFaultText: Readonly<Record<PasswordFault, string>> = {
  too_short: `The password must have at least ${passwordLength.min} characters.`,
  too_long: `The password must have at most ${passwordLength.max} characters.`,
  too_common: 'The password is too common.',
  contains_username: 'The password must not contain the username.',
};
