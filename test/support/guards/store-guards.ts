import { conditionGuard as condition, type Guard, guardsOf } from './guard.ts';

const contract = ['test/contract/dynoxide'];
const faults = ['test/unit/store/dynamo', 'test/contract/faults', 'test/contract/dynalite', 'test/contract/dynoxide'];

export const storeGuards: readonly Guard[] = [
  ...guardsOf('lambda/store/dynamo-session-store.ts', contract, [
    ['rotate: active', "'#status = :active',", "'(#status = :active OR attribute_exists(pk))',"],
    condition('rotate: generation', 'generation = :generation', ' AND currentHash'),
    condition('rotate: secret', 'currentHash = :presentedHash', "',\n      'clientId"),
    condition('rotate: client', 'clientId = :clientId', ' AND channel'),
    condition('rotate: channel', 'channel = :channel', "',\n      jkt"),
    ['rotate: a key is needed', "'attribute_not_exists(jkt)' :", "'attribute_exists(pk)' :"],
    ['rotate: the right key', '(jkt = :jkt OR attribute_not_exists(jkt))', '(jkt = :jkt OR attribute_exists(pk))'],
    condition('rotate: everyone was logged out', 'createdAt >= :createdSince'),
    condition('rotate: absolute end', 'absoluteExpiry > :now'),
    condition('rotate: idle end', 'rotatedAt > :idleSince'),
    ['rotate: idle end to the millisecond', 'rotatedAt > :idleSince', 'rotatedAt >= :idleSince'],
    condition('rotate: floor', 'rotatedAt <= :restedSince'),
    ['rotate: floor to the millisecond', 'rotatedAt <= :restedSince', 'rotatedAt < :restedSince'],
    ['rotate: a login does not rest', '(generation = :zero OR', '(generation < :zero OR'],
    ['rotate: expiresAt moves', "':ttl': bounds.expiresAt", "':ttl': 0"],
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
    ['a conflict is unavailable', "  'TransactionConflictException',\n", ''],
    ['a request that was never sent is not an outage', 'if (status === undefined && !unanswered) return error;', ''],
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
  ...guardsOf('lambda/core/rotation.ts', contract, [
    [
      'rotate: a shorter absolute lifetime',
      'Math.max(policy.notBefore, nowMs - policy.absoluteMs + 1)',
      'policy.notBefore',
    ],
    [
      'rotate: a shorter absolute lifetime to the millisecond',
      'nowMs - policy.absoluteMs + 1',
      'nowMs - policy.absoluteMs',
    ],
    ['settle: a clock that is behind moves nothing back', 'Math.max(seenAt, nowMs)', 'nowMs'],
  ]),
  ...guardsOf(
    'lambda/core/retention.ts',
    ['test/unit/core/retention'],
    [
      [
        'a session outlives its idle timeout',
        'Math.ceil((rotatedAtMs + idleMs) / 1000) + daySeconds',
        'Math.ceil((rotatedAtMs + idleMs) / 1000)',
      ],
      [
        'a tombstone outlives every grace window',
        'Math.ceil(endedAtMs / 1000) + daySeconds',
        'Math.ceil(endedAtMs / 1000)',
      ],
      [
        'a signal is known for as long as it may be delivered',
        'signalKeptSeconds = 172_800',
        'signalKeptSeconds = 43_200',
      ],
    ],
  ),
  ...guardsOf(
    'lambda/store/parse.ts',
    ['test/contract/broken-items'],
    [
      ['every attribute is checked', 'if (!check(value)) throw broken(item, name);\n    known', 'known'],
      ['counters are checked', 'if (!isCount(value)) throw broken(item, name);', 'if (!isCount(value)) return 0;'],
    ],
  ),
];
