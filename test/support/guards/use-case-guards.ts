import { cases, type Guard, guardsOf } from './guard.ts';

/** Every use case but the refresh. */
export const useCaseGuards: readonly Guard[] = [
  ...guardsOf('lambda/core/login.ts', cases, [
    ['a disabled user', "if (account.status !== 'active')", "if (account.status === ('never' as string))"],
    [
      'the session of the earlier token ends',
      "bestEffort(() => end(toEnd, 'replaced', nowMs, tools))",
      'Promise.resolve([])',
    ],
    ['another client keeps its session', "request.channel === 'body' ? { clientId: request.clientId } : {}", '{}'],
    ['of several devices none is known', 'replaced.length === 1 ? replaced[0] : undefined', 'replaced[0]'],
  ]),
  ...guardsOf(
    'lambda/core/sessions.ts',
    ['test/unit/core/owner-wins'],
    [
      ['an older login cannot end a newer one', '!isOlder || !isRecentLogin', '!isRecentLogin'],
      [
        'an old login cannot end another session',
        '!isOlder || !isRecentLogin(claims, tools.clock.nowMs())',
        '!isOlder',
      ],
      ['an older login cannot keep a newer one out', '!isNewest || !isRecentLogin', '!isRecentLogin'],
      [
        'an older login cannot end a newer session',
        '!isNewest || !isRecentLogin(claims, tools.clock.nowMs())',
        '!isNewest',
      ],
    ],
  ),
  ...guardsOf(
    'lambda/core/credentials.ts',
    ['test/unit/core/owner-wins', 'test/unit/core/credentials'],
    [
      [
        'a recent login completes the change',
        "if (session && account?.status === 'active' && session.createdAt >= notBefore && isRecentLogin(claims, nowMs)) {\n    return { claims, session, account };\n  }",
        '',
      ],
      ['the caller’s session ends too', 'await change(sessionId)', 'await change(session.sessionId)'],
      ['only an active account', "status: 'active' as const, ...(passwordHash", '...(passwordHash'],
      ['only on the hash that was verified', '...(passwordHash !== undefined && { passwordHash })', '...{}'],
      ['everyone’s logout stands', ' && session.createdAt >= notBefore', ''],
    ],
  ),
  ...guardsOf(
    'lambda/core/revoke-subject.ts',
    ['test/unit/core/sessions', 'test/unit/core/owner-wins'],
    [
      ['kept only on the epoch that was read', 'epoch: account.epoch, passwordHash', 'passwordHash'],
      ['the password is verified', 'await tries.verify(currentPassword, caller);', ''],
    ],
  ),
  ...guardsOf('lambda/core/open-session.ts', cases, [
    ['the epoch that was read', 'epoch: account.epoch,', 'epoch: account.epoch + 1,'],
  ]),
  ...guardsOf('lambda/core/housekeeping.ts', cases, [
    [
      'evicted only if unchanged',
      '({ subject, sessionId, rotatedAt }) => ({ subject, sessionId, rotatedAt })',
      '({ subject, sessionId }) => ({ subject, sessionId })',
    ],
    ['ended sessions do not count', 'inactiveReason(session, nowMs, tools.sessionPolicy) === undefined &&', ''],
    ['sessions of an earlier epoch do not count', ' &&\n      accountAllows(account, session)', ''],
    [
      'the least recently used session is evicted',
      '(a, b) => a.rotatedAt - b.rotatedAt',
      '(a, b) => b.rotatedAt - a.rotatedAt',
    ],
    ['the replaced session does not count', '!apart.some(({ sessionId }) => sessionId === session.sessionId) &&', ''],
    [
      'housekeeping waits',
      'if (!(error instanceof Unavailable || error instanceof Fault)) throw error;',
      'throw error;',
    ],
    ['tombstones do not accumulate', '.slice(0, Math.max(0, tombstones.length - maxTombstones))', '.slice(0, 0)'],
    ['young tombstones stay', '.filter(({ endedAt }) => endedAt <= nowMs - minTombstoneAgeMs)', ''],
    ['the oldest tombstones are deleted', '(a, b) => a.endedAt - b.endedAt', '(a, b) => b.endedAt - a.endedAt'],
  ]),
  ...guardsOf('lambda/core/users.ts', cases, [
    [
      'only the account is read before the password is verified',
      'const found = await this.#accounts.read(subject ?? unknownSubject);',
      'const { account: found } = await this.#accounts.readWithSessions(subject ?? unknownSubject);',
    ],
    ['the password', 'if (match === undefined)', "if (match === ('never' as string))"],
    ['a reset password expires', '?? Number.POSITIVE_INFINITY) <= nowMs', '?? Number.POSITIVE_INFINITY) < 0'],
    ['a reset password expires to the millisecond', 'POSITIVE_INFINITY) <= nowMs', 'POSITIVE_INFINITY) < nowMs'],
    [
      'the account decides whose name it is',
      'isNameOf(found, username.name) || isNameOf(found, username.legacy) ? found : undefined',
      'found',
    ],
    [
      'the same work for an unknown user',
      'const match = await matchPassword(password, account?.passwordHash, this.#passwords);',
      'const match = account && (await matchPassword(password, account.passwordHash, this.#passwords));',
    ],
  ]),
  ...guardsOf('lambda/core/revoke.ts', cases, [
    ['another client', '...(clientId === undefined ? {} : { clientId }),', ''],
    [
      'another client is reported',
      "throw invalidGrant('client_mismatch'",
      "if (clientId === '') throw invalidGrant('client_mismatch'",
    ],
  ]),
];
