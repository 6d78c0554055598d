import { members } from '../line.ts';
import type { Item } from '../source/records.ts';
import { auth0 } from './auth0.ts';
import { cognito } from './cognito.ts';
import { firebase } from './firebase.ts';
import { type Format, has } from './format.ts';
import { keycloak } from './keycloak.ts';
import { supabase } from './supabase.ts';

/** By name. If several match, the first is used. */
export const systems = { cognito, auth0, firebase, supabase, keycloak } as const satisfies Readonly<
  Record<string, Format>
>;

export type FormatName = keyof typeof systems | 'pawl';

export const formatNames = [...Object.keys(systems), 'pawl'] as readonly FormatName[];

/** What a format is called in messages. */
export const formatTitles: Readonly<Record<FormatName, string>> = {
  cognito: 'an export of Cognito',
  auth0: 'an export of Auth0',
  firebase: 'an export of Firebase',
  supabase: 'an export of Supabase',
  keycloak: 'an export of Keycloak',
  pawl: "a file in Pawl's own format",
};

/** Whether a record has the members that identify a format. */
export function fits(name: FormatName, item: Item): boolean {
  return name === 'pawl' ? has(item, 'username') : systems[name].fits(item);
}

/** Members of Pawl's own format, and no others. */
export const isOwn = (item: Item): boolean =>
  has(item, 'username') && Object.keys(item).every((name) => (members as readonly string[]).includes(name));

/** Members by which an export is accepted if `--format` names its system, although none identifies it. */
const typical: Readonly<Record<FormatName, readonly string[]>> = {
  cognito: ['Username', 'Attributes', 'UserStatus', 'Enabled', 'sub', 'email_verified', 'phone_number_verified'],
  auth0: [
    'email_verified',
    'Email Verified',
    'Id',
    'blocked',
    'app_metadata',
    'user_metadata',
    'identities',
    'nickname',
  ],
  firebase: ['emailVerified', 'salt', 'customAttributes', 'providerUserInfo', 'lastSignedInAt', 'photoUrl'],
  supabase: ['email_confirmed_at', 'instance_id', 'banned_until', 'is_anonymous', 'raw_user_meta_data', 'is_sso_user'],
  keycloak: ['enabled', 'firstName', 'lastName', 'requiredActions', 'federatedIdentities', 'clientRoles', 'groups'],
  pawl: ['username'],
};

export const isTypical = (name: FormatName, item: Item): boolean => typical[name].some((each) => has(item, each));
