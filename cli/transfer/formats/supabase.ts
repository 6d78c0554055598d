import type { Item } from '../source/records.ts';
import { type Draft, type Format, flagOf, has, namesFrom, objectOf, textOf, Unfit } from './format.ts';

/** Rows of `auth.users`, as CSV or JSON. `id` is the `sub` of Supabase's tokens. */
export const supabase: Format = {
  fits: (item) => has(item, 'encrypted_password') || has(item, 'raw_app_meta_data'),
  read: (item, nowMs): Draft => {
    if (textOf(item, 'deleted_at') !== undefined) throw new Unfit('the user was deleted there');
    if (flagOf(item, 'is_anonymous')) throw new Unfit('the user is anonymous');
    const email = textOf(item, 'email');
    return {
      subject: textOf(item, 'id'),
      ...namesFrom(email === undefined ? textOf(item, 'phone') : undefined, email, true),
      disabled: isBanned(textOf(item, 'banned_until'), nowMs),
      claims: claimsOf(objectOf(item, 'raw_app_meta_data')),
      foreignHash: textOf(item, 'encrypted_password'),
    };
  },
};

/** A PostgreSQL timestamp, such as `2030-01-01 00:00:00+00` or `infinity`. */
function isBanned(until: string | undefined, nowMs: number): boolean {
  if (until === undefined) return false;
  const time = Date.parse(until.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
  return Number.isNaN(time) || time > nowMs;
}

/** The claim `app_metadata` as in Supabase's tokens, without the login provider. */
function claimsOf({ provider: _provider, providers: _providers, ...rest }: Item): Item {
  return Object.keys(rest).length === 0 ? {} : { app_metadata: rest };
}
