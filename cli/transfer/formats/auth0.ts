import type { Item } from '../source/records.ts';
import { type Draft, type Format, flagOf, has, namesFrom, objectOf, textOf, Unfit } from './format.ts';

/**
 * Auth0: the NDJSON of a bulk export or of the import and export extension, the file of password hashes that Auth0's
 * support makes, or the JSON of a bulk import. `user_id` is the `sub` of Auth0's tokens.
 */
export const auth0: Format = {
  fits: (item) =>
    has(item, 'user_id') || has(item, '_id') || has(item, 'custom_password_hash') || has(item, 'Id', 'Email'),
  read: (item): Draft => ({
    subject: subjectOf(item),
    ...namesFrom(
      textOf(item, 'username', 'Username'),
      textOf(item, 'email', 'Email'),
      flagOf(item, 'email_verified', 'Email Verified'),
    ),
    disabled: flagOf(item, 'blocked', 'Blocked'),
    claims: objectOf(item, 'app_metadata'),
    foreignHash: textOf(item, 'passwordHash', 'password_hash') ?? customHash(objectOf(item, 'custom_password_hash')),
  }),
};

/** The file of hashes has the id from the database; a user of a database connection is `auth0|` plus that id. */
function subjectOf(item: Item): string | undefined {
  const known = textOf(item, 'user_id', 'Id');
  if (known !== undefined) return known.includes('|') ? known : `auth0|${known}`;
  const id =
    textOf(objectOf({ id: typeof item._id === 'object' ? item._id : undefined }, 'id'), '$oid') ?? textOf(item, '_id');
  return id === undefined ? undefined : `auth0|${id}`;
}

/** Algorithms whose hash contains all its parameters. */
const selfContained = ['argon2', 'bcrypt', 'pbkdf2'];

/** @throws Unfit for a hash that needs more than its own text */
function customHash(custom: Item): string | undefined {
  const algorithm = textOf(custom, 'algorithm');
  if (algorithm === undefined) return undefined;
  const value = textOf(objectOf(custom, 'hash'), 'value');
  if (!selfContained.includes(algorithm) || value === undefined) {
    throw new Unfit(`custom_password_hash of ${algorithm} is not supported`);
  }
  return value;
}
