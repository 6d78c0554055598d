import type { Item } from '../source/records.ts';
import { attributesOf } from './cognito.ts';
import type { FormatName } from './formats.ts';
import { nulls } from './supabase.ts';

/** Members with data about the user for which an account has no place: docs/migrate.md. */
const profiles: Readonly<Record<FormatName, readonly string[]>> = {
  cognito: [],
  auth0: [
    ...['user_metadata', 'name', 'given_name', 'family_name', 'nickname', 'picture', 'phone_number'],
    ...['mfa_factors', 'multifactor'],
  ],
  firebase: ['displayName', 'photoUrl', 'phoneNumber', 'mfaInfo', 'providerUserInfo'],
  supabase: ['raw_user_meta_data', 'phone'],
  keycloak: ['firstName', 'lastName', 'attributes', 'groups', 'realmRoles', 'clientRoles', 'federatedIdentities'],
  pawl: [],
};

/** Attributes of Cognito that are read, or that describe another one. */
const readOfCognito =
  /^(sub|email|email_verified|phone_number_verified|updated_at|cognito:(username|mfa_enabled|user_status))$/;

/** A user of another system and what it is converted to. */
export interface Conversion {
  readonly format: FormatName;
  readonly item: Item;
  readonly line: Item;
  readonly withoutHashes: boolean;
}

/**
 * The members of a user that its account does not have: an e-mail address that is not verified, a hash that was not
 * wanted, and what no account has.
 */
export function leftOutOf({ format, item, line, withoutHashes }: Conversion): readonly string[] {
  const user = format === 'cognito' ? attributesOf(item) : item;
  const isKept = (value: unknown) => value === line.username || value === line.email;
  const profile =
    format === 'cognito'
      ? Object.keys(user).filter((name) => /^[a-z]/.test(name) && !readOfCognito.test(name))
      : profiles[format];
  const address = [user.email, user.Email].find((value) => !isEmpty(value));
  const left = profile.filter((name) => !isEmpty(user[name]) && !isKept(user[name]));
  const isUnverified = line.email === undefined && address !== undefined && !isKept(address);
  const isWithoutHash = withoutHashes && line.passwordHash !== undefined;
  return [...(isUnverified ? ['email'] : []), ...(isWithoutHash ? ['passwordHash'] : []), ...left];
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true;
  if (typeof value === 'object') return Object.keys(value).length === 0;
  return ['', '{}', '[]', 'false', ...nulls].includes(String(value));
}

/** Why a member is left out. */
export function leftOutReason(name: string): string {
  if (name === 'email') return 'the address is not verified';
  if (name === 'passwordHash') return 'hashes were not wanted (--without-hashes)';
  return 'accounts have no such field';
}
