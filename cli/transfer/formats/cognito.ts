import type { Item } from '../source/records.ts';
import { type Draft, type Format, flagOf, has, namesFrom, textOf } from './format.ts';

/** Pools that log users in by e-mail address or phone number have a random username. */
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `aws cognito-idp list-users`, or CSV with the header of a pool. Cognito exports no hashes. */
export const cognito: Format = {
  fits: (item) => has(item, 'Username', 'Attributes') || has(item, 'cognito:username'),
  read: (item): Draft => {
    const user = attributesOf(item);
    const name = textOf(item, 'Username', 'cognito:username');
    const email = textOf(user, 'email');
    const isNameless = name === undefined || uuid.test(name);
    return {
      subject: textOf(user, 'sub'),
      ...namesFrom(
        isNameless ? (email ?? textOf(user, 'phone_number')) : name,
        email,
        flagOf(user, 'email_verified') || isNameless,
      ),
      disabled: item.Enabled === false || textOf(item, 'Enabled')?.toLowerCase() === 'false',
    };
  },
};

/** The attributes of a user, from a list of names and values or from the columns. */
function attributesOf(item: Item): Item {
  if (!Array.isArray(item.Attributes)) return item;
  return Object.fromEntries(
    (item.Attributes as Item[]).map((attribute) => [String(attribute?.Name), attribute?.Value]),
  );
}
