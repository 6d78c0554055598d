import type { Item } from '../source/records.ts';
import { chosenName, type Draft, type Format, flagOf, has, namesFrom, textOf } from './format.ts';

/** Pools that log users in by e-mail address or phone number have a random username. */
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `aws cognito-idp list-users`, or CSV with the header of a pool. Cognito exports no hashes. */
export const cognito: Format = {
  fits: (item) => has(item, 'Username', 'Attributes') || has(item, 'cognito:username'),
  read: (item): Draft => {
    const user = attributesOf(item);
    const name = textOf(item, 'Username', 'cognito:username');
    const email = textOf(user, 'email');
    const isVerified = flagOf(user, 'email_verified') === true;
    const phone = { text: textOf(user, 'phone_number'), isVerified: flagOf(user, 'phone_number_verified') === true };
    const isNameless = name === undefined || uuid.test(name);
    const username = isNameless ? chosenName({ text: email, isVerified }, phone) : name;
    return {
      subject: textOf(user, 'sub'),
      ...namesFrom(username, email, isVerified || username === email),
      disabled: flagOf(item, 'Enabled') === false,
    };
  },
};

/** The attributes of a user, from a list of names and values or from the columns. */
export function attributesOf(item: Item): Item {
  if (!Array.isArray(item.Attributes)) return item;
  return Object.fromEntries(
    (item.Attributes as Item[]).map((attribute) => [String(attribute?.Name), attribute?.Value]),
  );
}
