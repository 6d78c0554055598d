import type { AccountChange } from '../core/account-store.ts';
import { accountExists, accountKey } from './items.ts';

/**
 * The conditional update that raises the account's epoch, sets the session to keep, and applies the changes.
 *
 * @param operationId identifies the write: sent twice, it raises the epoch once
 */
export function accountChange(change: AccountChange, operationId: string) {
  const { subject, kept, onlyIf } = change;
  const set = Object.entries(change.set ?? {}).filter(([, value]) => value !== undefined);
  const endsExpiry = change.set?.passwordHash !== undefined && change.set.passwordExpiresAt === undefined;
  const gone = [...(kept === undefined ? ['kept'] : []), ...(endsExpiry ? ['passwordExpiresAt'] : [])];
  const names = [...new Set([...set.map(([name]) => name), ...(onlyIf?.status === undefined ? [] : ['status'])])];
  return {
    Key: accountKey(subject),
    ConditionExpression: [
      accountExists,
      'operationId <> :operationId',
      ...(onlyIf?.epoch === undefined ? [] : ['epoch = :epoch']),
      ...(onlyIf?.status === undefined ? [] : ['#status = :active']),
      ...(onlyIf?.email === undefined ? [] : [onlyIf.email === null ? 'attribute_not_exists(email)' : 'email = :was']),
      ...(onlyIf?.passwordHash === undefined ? [] : ['passwordHash = :verified']),
    ].join(' AND '),
    UpdateExpression: [
      'SET epoch = epoch + :one, operationId = :operationId',
      ...(kept === undefined ? [] : [', kept = :kept']),
      ...set.map(([name]) => `, #${name} = :${name}`),
      ...(gone.length === 0 ? [] : [` REMOVE ${gone.join(', ')}`]),
    ].join(''),
    ...(names.length === 0
      ? {}
      : { ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])) }),
    ExpressionAttributeValues: {
      ':one': 1,
      ':operationId': operationId,
      ':kept': kept,
      ':epoch': onlyIf?.epoch,
      ':active': onlyIf?.status,
      ':was': onlyIf?.email ?? undefined,
      ':verified': onlyIf?.passwordHash,
      ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])),
    },
    ReturnValues: 'ALL_NEW' as const,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
}
