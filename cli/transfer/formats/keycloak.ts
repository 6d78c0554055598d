import type { Item } from '../source/records.ts';
import { type Draft, type Format, flagOf, has, namesFrom, textOf, Unfit } from './format.ts';

/** Users of a realm export (`kc.sh export`), in the realm's file or in files of their own. `id` is the `sub` of Keycloak's tokens. */
export const keycloak: Format = {
  fits: (item) =>
    has(item, 'username') &&
    ['credentials', 'emailVerified', 'createdTimestamp', 'realmRoles'].some((name) => has(item, name)),
  read: (item): Draft => {
    if (textOf(item, 'serviceAccountClientId') !== undefined) throw new Unfit('it is the service account of a client');
    return {
      subject: textOf(item, 'id'),
      ...namesFrom(textOf(item, 'username'), textOf(item, 'email'), flagOf(item, 'emailVerified') === true),
      disabled: flagOf(item, 'enabled') === false,
      foreignHash: passwordOf(item.credentials),
    };
  },
};

function passwordOf(credentials: unknown): string | undefined {
  if (!Array.isArray(credentials)) return undefined;
  const password = (credentials as Item[]).find((each) => each?.type === 'password');
  return password && JSON.stringify(password);
}
