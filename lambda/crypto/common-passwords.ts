import { dictionary } from '@zxcvbn-ts/language-common';
import { passwordLength } from '../core/password-policy.ts';

let common: ReadonlySet<string> | undefined;

/** Whether a lower-cased password is on the list of common leaked passwords. The list is loaded on first use. */
export function isCommonPassword(lowerCased: string): boolean {
  common ??= new Set(dictionary['passwords-common'].filter((word) => word.length >= passwordLength.min));
  return common.has(lowerCased);
}
