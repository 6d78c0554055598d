/** Your verifier of passwords: takes `{ username, password }` and returns the user, or null. */
import { scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';

const table = process.env.MEMBERS_TABLE;
const dynamo = new DynamoDBClient({ requestHandler: { requestTimeout: 1000, throwOnRequestTimeout: true } });
const derive = promisify<string, Buffer, number, Buffer>(scrypt);

/** @param event the username in lower case and NFC, without surrounding white space; the password exactly as typed */
export async function handler({ username, password }: { readonly username: string; readonly password: string }) {
  // A strongly consistent read, so that an old password fails immediately after a change.
  const command = new GetItemCommand({ TableName: table, Key: { username: { S: username } }, ConsistentRead: true });
  const { Item: member } = await dynamo.send(command);
  // The same work for a non-member, so that timing does not reveal who is a member.
  const salt = Buffer.from(member === undefined ? 'nobody' : text(member.salt), 'hex');
  const key = await derive(password, salt, 32);
  if (member === undefined || !timingSafeEqual(key, Buffer.from(text(member.key), 'hex'))) return null;
  return {
    // Never reused for another user, unlike a username or an e-mail address.
    subject: text(member.memberId),
    // Copied into the access token at each login.
    claims: { tenant: text(member.tenant) },
    scopes: member.roles?.SS ?? [],
  };
}

/** Malformed stored data is a fault of this store: Pawl returns 503, and no login succeeds. */
function text(attribute: { readonly S?: string | undefined } | undefined): string {
  if (attribute?.S === undefined) throw new Error('malformed member item');
  return attribute.S;
}
