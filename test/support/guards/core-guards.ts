import { cases, type Guard, guardsOf, invariants } from './guard.ts';

export const coreGuards: readonly Guard[] = [
  ...guardsOf(
    'lambda/core/claims.ts',
    ['test/unit/core/claims.test.ts'],
    [
      ['numbers that the table cannot keep', ' || Math.abs(value) >= minMagnitude', ' || true'],
      ['names that the table cannot keep', 'name.isWellFormed() && ', ''],
      ['names that parsers remove', "'__proto__', 'constructor'", ''],
      ['an empty name', "['', ", '['],
    ],
  ),
  ...guardsOf('lambda/core/outcome.ts', invariants, [
    ['A, ended sessions get nothing', "if (dead !== undefined) return { row: 'dead', reason: dead };", ''],
    ['A, another client', "return 'client_mismatch'", 'return undefined'],
    ['A, another channel', "return 'channel_mismatch'", 'return undefined'],
    ['A, another client key', "return 'key_mismatch'", 'return undefined'],
    ['B, a generation ahead of the table', 'behind < 0 ||', ''],
    ['B, another secret', 'rotation.presentedHash !== knownHash', 'false'],
    ['C, its own write', 'session.currentHash === rotation.successorHash', 'false'],
    ['D, too soon', 'session.generation > 0 && ageMs < policy.floorMs', 'false'],
    ['E, a retry is excused', 'session.jkt !== undefined || inTime || isOwed(session)', 'false'],
    ['E, what was not answered stays excused', ' || isOwed(session)', ''],
    ['E, the excuse ends', 'ageMs <= policy.graceMs', 'true'],
    ['E, the last millisecond counts', 'ageMs <= policy.graceMs', 'ageMs < policy.graceMs'],
    ['E, G = 0 is strict', 'policy.graceMs > 0 && ', ''],
    ['E, bound sessions are excused', 'session.jkt !== undefined || ', ''],
    ['F, only the direct predecessor', 'behind === 1 && excused', 'excused'],
  ]),
  ...guardsOf('lambda/core/refresh.ts', invariants, [
    [
      'unknown scopes rotate nothing',
      'if (request.scopes !== undefined) await requireGrantedScope(request.scopes, request, presented, tools);',
      '',
    ],
    ['reuse ends the session', 'await endReused(outcome.session, nowMs, tools);', ''],
    [
      'the account is authoritative',
      'if (accountAllows(account, session)) return account;',
      'if (account) return account;',
    ],
    [
      'a dead account leaves a tombstone',
      "await tools.sessions.revoke(session.subject, session.sessionId, 'account_dead', nowMs, { epoch: session.epoch });",
      '',
    ],
    [
      'that tombstone is for the epoch that was seen',
      ", 'account_dead', nowMs, { epoch: session.epoch }",
      ", 'account_dead', nowMs",
    ],
    ['a retry gets the same successor', "if (outcome.row === 'retry')", "if (outcome.row === ('never' as string))"],
    ['too soon gets the same token', "if (outcome.row === 'too_soon') return presented.text;", ''],
    [
      'no cookie for a token that did not change',
      "refreshTokenChanged = outcome.row !== 'too_soon'",
      'refreshTokenChanged = true',
    ],
    [
      'update and read go in parallel',
      'await settleAll([tools.sessions.rotate(rotation), tools.accounts.read(presented.subject)])',
      '[await tools.sessions.rotate(rotation), await tools.accounts.read(presented.subject)] as const',
    ],
  ]),
  ...guardsOf('lambda/core/granted-scope.ts', cases, [
    ['only a live session learns its scopes', ' || !accountAllows(account, session)', ''],
    ['only the current token does', 'if (session.currentHash !== hash) return;', ''],
    ['one scope that was granted is enough', 'scopes.some((scope) =>', 'scopes.every((scope) =>'],
  ]),
  ...guardsOf(
    'lambda/core/unanswered.ts',
    ['test/unit/core/unanswered'],
    [
      ['a request that fails leaves a note', 'await tools.sessions.owe(request);', ''],
      [
        'an answer that was overtaken does not leave',
        'return result.applied ? undefined : result;',
        'return undefined;',
      ],
      ['only what is owed is written', "outcome.row === 'too_soon' || !isOwed(outcome.session)", 'true'],
    ],
  ),
  ...guardsOf('lambda/core/session.ts', invariants, [
    ['revoked is dead', "if (session.status !== 'active') return 'session_revoked';", ''],
    ['everyone was logged out', "if (session.createdAt < policy.notBefore) return 'session_too_old';", ''],
    ['the absolute end', 'session.absoluteExpiry <= nowMs ||', ''],
    ['the idle end', ' || session.rotatedAt <= nowMs - policy.idleMs', ''],
    [
      'a shorter absolute lifetime',
      "if (session.createdAt <= nowMs - policy.absoluteMs) return 'session_expired';",
      '',
    ],
  ]),
  ...guardsOf('lambda/core/account.ts', invariants, [
    ['a disabled account', "|| account.status !== 'active'", ''],
    ['the epoch', 'session.epoch === account.epoch ||', 'session.epoch <= account.epoch ||'],
    ['the one that is kept', ' || session.sessionId === account.kept', ''],
  ]),
  ...guardsOf('lambda/core/refresh-tokens.ts', cases, [
    ['the tag', 'key === undefined || !tagIsAuthentic(parsed, key, this.#parts)', 'key === undefined'],
    [
      'a key that is gone is not the client',
      "throw new Unavailable('ratchet_key_gone')",
      "throw new Fault('item_broken', session)",
    ],
    [
      'a recomputed successor must be the stored one',
      "if (hash !== session.currentHash) throw new Fault('successor_mismatch', session);",
      '',
    ],
  ]),
  ...guardsOf('lambda/core/refresh-token.ts', cases, [
    ['the length cap', 'if (text.length > maxTokenLength) return undefined;', ''],
    ['exactly three segments', ' || more.length > 0', ''],
    ['exactly five fields', 'fields?.length !== 5', 'fields === undefined'],
    [
      'the length of the secret',
      'if (secret?.length !== secretBytes) return undefined;',
      'if (secret === undefined) return undefined;',
    ],
    [
      'generations that are exact',
      'value < BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined',
      'Number(value)',
    ],
    [
      'the ratchet binds the session',
      'sessionIdToBytes(token.sessionId, codec),\n    uint64(generation),\n    token.secret',
      'uint64(generation),\n    token.secret',
    ],
    ['the ratchet uses the nonce', 'token.secret,\n    nonce,', 'token.secret,'],
  ]),
  ...guardsOf('lambda/core/access-token.ts', cases, [
    ['no claim is overridden', '!reservedClaims.includes(name)', "name !== ''"],
    ['one text for the same token', 'segments.every(hasNoSpareBits)', 'true'],
    ['a segment is whole bytes', 'return false;\n  }\n}', 'return true;\n  }\n}'],
    ['scopes narrow with the account', 'present.includes(scope) &&', ''],
    ['scopes narrow as asked', '(requested?.includes(scope) ?? true)', 'true'],
  ]),
];
