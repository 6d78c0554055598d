import type { Item } from '../source/records.ts';
import { chosenName, type Draft, type Format, flagOf, has, namesFrom, objectOf, textOf, Unfit } from './format.ts';

/** Rows of `auth.users`, as CSV or JSON. `id` is the `sub` of Supabase's tokens. */
export const supabase: Format = {
  fits: (item) => has(item, 'encrypted_password') || has(item, 'raw_app_meta_data'),
  read: (row, nowMs): Draft => {
    const item = withoutNulls(row);
    if (textOf(item, 'deleted_at') !== undefined) throw new Unfit('the user was deleted there');
    if (flagOf(item, 'is_anonymous')) throw new Unfit('the user is anonymous');
    const email = textOf(item, 'email');
    // Without the column, nothing says that the address is not verified.
    const isVerified = !has(row, 'email_confirmed_at') || textOf(item, 'email_confirmed_at') !== undefined;
    const phone = { text: textOf(item, 'phone'), isVerified: textOf(item, 'phone_confirmed_at') !== undefined };
    const username = chosenName({ text: email, isVerified }, phone);
    return {
      subject: textOf(item, 'id'),
      ...namesFrom(username, email, isVerified || username === email),
      disabled: isBanned(textOf(item, 'banned_until'), nowMs),
      claims: claimsOf(objectOf(item, 'raw_app_meta_data')),
      foreignHash: textOf(item, 'encrypted_password'),
    };
  },
};

/** Database clients write these words for NULL in CSV. */
export const nulls: readonly unknown[] = ['NULL', 'null', '\\N'];

function withoutNulls(row: Item): Item {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => !nulls.includes(value)));
}

/** A PostgreSQL timestamp, such as `2030-01-01 00:00:00+00`, `infinity` or `-infinity`. */
function isBanned(until: string | undefined, nowMs: number): boolean {
  if (until === undefined || until === '-infinity') return false;
  const time = Date.parse(until.replace(' ', 'T').replace(/(:[\d.]+[+-]\d\d)$/, '$1:00'));
  return Number.isNaN(time) || time > nowMs;
}

/** The claim `app_metadata` as in Supabase's tokens, without the login provider. */
function claimsOf({ provider: _provider, providers: _providers, ...rest }: Item): Item {
  return Object.keys(rest).length === 0 ? {} : { app_metadata: rest };
}
