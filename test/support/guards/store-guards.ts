import { type Guard, guardsOf } from './guard.ts';

const contract = ['test/contract/dynoxide'];
const faults = ['test/unit/store/dynamo', 'test/contract/faults', 'test/contract/dynalite', 'test/contract/dynoxide'];

/** A condition that always holds, and still uses every value, without which the database refuses the request. */
const loose = (condition: string) => `(${condition} OR attribute_exists(pk))`;

const condition = (name: string, text: string, rest = ''): readonly [string, string, string] => [
  name,
  `${text}${rest}`,
  `${loose(text)}${rest}`,
];

export const storeGuards: readonly Guard[] = [
  ...guardsOf('lambda/store/dynamo-session-store.ts', contract, [
    ['rotate: active', "'#status = :active',", "'(#status = :active OR attribute_exists(pk))',"],
    condition('rotate: generation', 'generation = :generation', ' AND currentHash'),
    condition('rotate: secret', 'currentHash = :presentedHash', "',\n      'clientId"),
    condition('rotate: client', 'clientId = :clientId', ' AND channel'),
    condition('rotate: channel', 'channel = :channel', "',\n      jkt"),
    ['rotate: a key is needed', "'attribute_not_exists(jkt)' :", "'attribute_exists(pk)' :"],
    ['rotate: the right key', '(jkt = :jkt OR attribute_not_exists(jkt))', '(jkt = :jkt OR attribute_exists(pk))'],
    condition('rotate: everyone was logged out', 'createdAt >= :notBefore'),
    condition('rotate: absolute end', 'absoluteExpiry > :now'),
    [
      'rotate: a shorter absolute lifetime',
      'Math.max(notBefore, nowMs - absoluteMs + 1)',
      'Math.max(notBefore, absoluteMs - absoluteMs)',
    ],
    ['rotate: a shorter absolute lifetime to the millisecond', 'nowMs - absoluteMs + 1', 'nowMs - absoluteMs'],
    condition('rotate: idle end', 'rotatedAt > :idleSince'),
    ['rotate: idle end to the millisecond', 'rotatedAt > :idleSince', 'rotatedAt >= :idleSince'],
    condition('rotate: floor', 'rotatedAt <= :restedSince'),
    ['rotate: floor to the millisecond', 'rotatedAt <= :restedSince', 'rotatedAt < :restedSince'],
    ['rotate: a login does not rest', '(generation = :zero OR', '(generation < :zero OR'],
    ['rotate: expiresAt moves', "':ttl': sessionExpiresAt(nowMs, idleMs)", "':ttl': 0"],
    [
      'create: never over another',
      "'attribute_not_exists(pk)',\n      ReturnValues",
      "'attribute_not_exists(pk) OR attribute_exists(pk)',\n      ReturnValues",
    ],
    ['create: its own write is success', 'write.item?.currentHash !== session.currentHash) throw', 'true) throw'],
    [
      'create: another write is not',
      "if (!write.applied && write.item?.currentHash !== session.currentHash) throw new Unavailable('session_id_taken');",
      '',
    ],
    [
      'revoke: what is gone stays gone',
      'attribute_exists(pk) AND #status = :active',
      '(attribute_not_exists(#status) OR #status = :active)',
    ],
    [
      'revoke: the first reason stays',
      'attribute_exists(pk) AND #status = :active',
      'attribute_exists(pk) AND (#status = :active OR attribute_exists(pk))',
    ],
    condition('revoke: epoch', 'epoch = :epoch', "'"),
    condition('revoke: epochBelow', 'epoch < :epochBelow'),
    condition('revoke: rotatedAt', 'rotatedAt = :rotatedAt'),
    ['only tombstones are deleted', "'#status = :revoked',", "'#status = :revoked OR attribute_exists(pk)',"],
    ['a list is bounded', 'Limit: limit,', ''],
  ]),
  ...guardsOf('lambda/store/dynamo-accounts.ts', contract, [
    ['rehash: the hash that was verified', "'passwordHash = :old'", "'(passwordHash = :old OR attribute_exists(pk))'"],
    ['all pages', 'while (from !== undefined);', 'while (from === null);'],
    [
      'a loser does not free the winner’s address',
      'if (!result.applied && !isNameOf(result.account, email))',
      'if (!result.applied)',
    ],
    [
      'a loser frees its claim',
      'if (!result.applied && !isNameOf(result.account, email)) await this.#release([email], operationId);',
      '',
    ],
    [
      'the old address is free',
      'if (result.applied && freed !== undefined) await this.#release([freed], claimOfOld);',
      '',
    ],
    ['a username that was the address stays', 'was !== email && was !== username', 'was !== email'],
  ]),
  ...guardsOf(
    'lambda/store/put-new.ts',
    ['test/contract/place-account', ...contract],
    [
      [
        'an account never replaces another',
        "'attribute_not_exists(pk)'",
        "'attribute_not_exists(pk) OR attribute_exists(pk)'",
      ],
      ['its own repeated write is a success', ' || write.item?.operationId === operationId', ''],
    ],
  ),
  ...guardsOf('lambda/store/account-change.ts', contract, [
    [
      'a change of address: only on the one that was read',
      "'attribute_not_exists(email)' : 'email = :was'",
      "'attribute_exists(pk)' : '(email = :was OR attribute_exists(pk))'",
    ],
    condition('credentials: the epoch that was read', 'epoch = :epoch', "'"),
    [
      'credentials: the hash that was verified',
      "'passwordHash = :verified'",
      "'(passwordHash = :verified OR attribute_exists(pk))'",
    ],
    [
      'credentials: no account comes of it',
      "accountExists,\n      'operationId <> :operationId',",
      "'operationId <> :operationId',",
    ],
    [
      'an operation happens once',
      "'operationId <> :operationId',",
      "'(operationId <> :operationId OR attribute_exists(pk))',",
    ],
    ['kept goes with the next revocation', "kept === undefined ? ['kept'] : []", '([] as string[])'],
    ['a new password does not expire with the old one', "endsExpiry ? ['passwordExpiresAt'] : []", '([] as string[])'],
  ]),
  ...guardsOf(
    'lambda/store/items.ts',
    ['test/contract/account-removal'],
    [['a deleted account takes no write', ' AND attribute_not_exists(deletedAt)', '']],
  ),
  ...guardsOf(
    'lambda/store/account-removal.ts',
    ['test/contract/account-removal'],
    [
      ['an heir of the name keeps it', "'subject = :subject'", "'subject = :subject OR attribute_exists(pk)'"],
      ['the counters of devices go before their ids do', 'await this.#deleteAll(counters);', ''],
    ],
  ),
  ...guardsOf('lambda/store/login-names.ts', contract, [
    [
      'a name is one account’s',
      "'attribute_not_exists(pk) OR subject = :value'",
      "'attribute_not_exists(pk) OR subject = :value OR attribute_exists(pk)'",
    ],
    [
      'a name that an account says is its own stays',
      'if (account !== undefined && !isDeleted(account) && isNameOf(toAccount(account), name)) throw new NameTaken(name);',
      '',
    ],
  ]),
  ...guardsOf(
    'lambda/store/document-client.ts',
    ['test/unit/store/document-client', 'test/contract/broken-items'],
    [
      [
        'an integer that JavaScript does not hold is seen',
        ' || Number.isSafeInteger(value) ? value : BigInt(',
        ' || true ? value : BigInt(',
      ],
    ],
  ),
  ...guardsOf('lambda/store/dynamo.ts', faults, [
    ['a throttle is unavailable', "'ProvisionedThroughputExceededException', ", ''],
    ['a conflict is unavailable', "'TransactionConflictException', ", ''],
    ['what was never sent is no outage', 'if (status === undefined && !unanswered) return error;', ''],
    [
      'a server fault is not',
      'if (status !== undefined && status >= 400 && status < 500) return new Fault',
      'if (status === 0) return new Fault',
    ],
    [
      'the old item is read where it is not returned',
      'error.Item === undefined ? await readItem(table, key) : plainItem(error.Item)',
      'error.Item && plainItem(error.Item)',
    ],
    ['reads are strong', 'Key: key, ConsistentRead: true', 'Key: key'],
  ]),
  ...guardsOf('lambda/store/items.ts', contract, [
    ['a tombstone outlives a long grace window', 'Math.max(day, graceMs / 1000)', 'day'],
    [
      'a session outlives its idle time',
      'Math.ceil((rotatedAtMs + idleMs) / 1000) + day',
      'Math.ceil((rotatedAtMs + idleMs) / 1000)',
    ],
  ]),
];
