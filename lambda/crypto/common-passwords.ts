import { dictionary } from '@zxcvbn-ts/language-common';
import { passwordLength } from '../core/password-policy.ts';

let common: ReadonlySet<string> | undefined;

/** Whether a lower-cased password is among the commonest leaked ones; the list is read when first asked. */
export function isCommonPassword(lowerCased: string): boolean {
  common ??= new Set(dictionary['passwords-common'].filter((word) => word.length >= passwordLength.min));
  return common.has(lowerCased);
}
