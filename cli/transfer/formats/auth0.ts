import type { Item } from '../source/records.ts';
import { type Draft, type Format, flagOf, has, namesFrom, objectOf, textOf } from './format.ts';

/**
 * Auth0: the NDJSON of a bulk export or of the import and export extension, the file of password hashes that Auth0's
 * support makes, or the JSON of a bulk import. `user_id` is the `sub` of Auth0's tokens.
 */
export const auth0: Format = {
  fits: (item) =>
    has(item, 'user_id') || has(item, '_id') || has(item, 'custom_password_hash') || has(item, 'Id', 'Email'),
  read: (found): Draft => {
    const item = withoutApostrophes(found);
    const custom = objectOf(item, 'custom_password_hash');
    return {
      subject: subjectOf(item),
      ...namesFrom(
        textOf(item, 'username', 'Username'),
        textOf(item, 'email', 'Email'),
        flagOf(item, 'email_verified', 'Email Verified') === true,
      ),
      disabled: flagOf(item, 'blocked', 'Blocked') === true,
      claims: objectOf(item, 'app_metadata'),
      foreignHash:
        textOf(item, 'passwordHash', 'password_hash') ??
        (Object.keys(custom).length === 0 ? undefined : JSON.stringify(custom)),
    };
  },
};

/**
 * In CSV, Auth0 writes an apostrophe before every text, so that a spreadsheet does not read it as a formula. No id
 * begins with one.
 */
function withoutApostrophes(item: Item): Item {
  if (!(textOf(item, 'user_id', 'Id', 'email', 'Email') ?? '').startsWith("'")) return item;
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [name, typeof value === 'string' ? value.replace(/^'/, '') : value]),
  );
}

/** The id of a user, even of one that is refused. @throws Unfit */
export const auth0Subject = (item: Item): string | undefined => subjectOf(withoutApostrophes(item));

/** The file of hashes has the id from the database; a user of a database connection is `auth0|` plus that id. */
function subjectOf(item: Item): string | undefined {
  const known = textOf(item, 'user_id', 'Id');
  if (known !== undefined) return known.includes('|') ? known : `auth0|${known}`;
  const id =
    textOf(objectOf({ id: typeof item._id === 'object' ? item._id : undefined }, 'id'), '$oid') ?? textOf(item, '_id');
  return id === undefined ? undefined : `auth0|${id}`;
}
