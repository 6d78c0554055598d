import { type Draft, type Format, flagOf, has, namesFrom, objectOf, textOf } from './format.ts';

const provider = ['rawId', 'email', 'displayName', 'photoUrl'];

/** `firebase auth:export`, as JSON or as CSV, which has no header. `localId` is the `sub` of Firebase's tokens. */
export const firebase: Format = {
  fits: (item) => has(item, 'localId'),
  columns: [
    ...['localId', 'email', 'emailVerified', 'passwordHash', 'salt', 'displayName', 'photoUrl'],
    ...['google', 'facebook', 'twitter', 'github'].flatMap((name) => provider.map((column) => `${name}.${column}`)),
    ...['createdAt', 'lastSignedInAt', 'phoneNumber', 'disabled', 'customAttributes'],
  ],
  read: (item): Draft => {
    const [passwordHash, salt] = [textOf(item, 'passwordHash'), textOf(item, 'salt')];
    return {
      subject: textOf(item, 'localId'),
      ...namesFrom(undefined, textOf(item, 'email'), flagOf(item, 'emailVerified') === true),
      disabled: flagOf(item, 'disabled') === true,
      claims: objectOf(item, 'customAttributes'),
      foreignHash: passwordHash === undefined ? undefined : JSON.stringify({ passwordHash, salt: salt ?? '' }),
    };
  },
};
