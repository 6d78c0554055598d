import { type Guard, guardsOf } from './guard.ts';

const rotation = ['test/unit/keys/rotate', 'test/unit/keys/create-keys'];

/** What AWS leaves to its callers: lost responses, concurrent writers, redeliveries and services that do not answer. */
export const awsGuards: readonly Guard[] = [
  ...guardsOf('lambda/keys/secrets.ts', rotation, [
    [
      'a ring replaces only the one that was read',
      '        RemoveFromVersionId: from,\n',
      '        RemoveFromVersionId: (await readRing(client, secretId, isKey)).versionId,\n',
    ],
    ['a repeated move is a success', 'if (inUse.versionId === versionId) return true;', ''],
    ['a lost race is not a failure', 'inUse.versionId !== from || ', ''],
    ['one first ring', 'update(`first ring after', 'update(Math.random().toString()).update(`first ring after'],
    [
      'other content is left as it was',
      "  throw new RingError('holds neither",
      "  if (content !== '') return undefined;\n  throw new RingError('holds neither",
    ],
  ]),
  ...guardsOf('lambda/keys/publish.ts', rotation, [
    ['a slower publisher looks again', 'if (again.versionId === found.versionId) break;', 'break;'],
    [
      'no other member is published',
      "return { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' };",
      "return { ...privateJwk, kty, crv, x, y, kid, alg: 'ES256', use: 'sig' };",
    ],
  ]),
  ...guardsOf(
    'lambda/keys/publish.ts',
    ['test/unit/keys/create-keys'],
    [['the first publication', "if ((error as Error).name !== 'ParameterNotFound') throw error;", 'throw error;']],
  ),
  ...guardsOf('lambda/keys/rotate.ts', rotation, [
    [
      'a lost race still publishes',
      'done.changed ? await publishRing(deps) : published',
      "done.outcome === 'rotated' ? await publishRing(deps) : published",
    ],
  ]),
  ...guardsOf(
    'lambda/keys/proxy-secrets.ts',
    ['test/unit/keys/proxy-secrets'],
    [
      ['a short secret is refused', 'value.length >= minProxySecretLength', 'value.length >= 0'],
      ['a secret that never rotated', "if (error.name === 'ResourceNotFoundException') return '';", ''],
    ],
  ),
  ...guardsOf(
    'lambda/keys/create-keys-answer.ts',
    ['test/unit/keys/create-keys-answer'],
    [
      ['CloudFormation takes the reason', 'reason.slice(0, reasonLimit)', 'reason'],
      ['a new connection each time', ", connection: 'close' }", ' }'],
      ['a lost answer is repeated', 'if (!response.ok) throw', 'if (response.status < 0) throw'],
      [
        'a deletion creates no keys',
        "request.RequestType === 'Delete' ? await runRemoval(remove) : await run(work)",
        "request.RequestType === 'Delete' && (await runRemoval(remove)).Status === 'FAILED' ? await runRemoval(remove) : await run(work)",
      ],
    ],
  ),
  ...guardsOf(
    'lambda/keys/rotate-all.ts',
    ['test/unit/keys/rotate'],
    [
      ['a failed ring does not stop the other', 'failures.push(', 'throw error;\n      failures.push('],
      ['a failure is told to Lambda', 'if (failures.length > 0) throw', 'if (failures.length < 0) throw'],
    ],
  ),
  ...guardsOf(
    'lambda/access-tokens/jwks-fetcher.ts',
    ['test/unit/verify/keys'],
    [
      ['no redirects', "redirect: 'manual'", "redirect: 'follow'"],
      ['a limit while reading', 'if (length + chunk.byteLength > maxBytes) throw', 'if (length > maxBytes * 9) throw'],
      ['a timeout', 'signal: AbortSignal.timeout(timeoutMs),', ''],
      ['a new connection each time', "connection: 'close'", "connection: 'keep-alive'"],
      ['a failed status is an error', 'if (!response.ok) throw', 'if (response.status < 0) throw'],
    ],
  ),
  ...guardsOf(
    'lambda/http/policy-authorizer.ts',
    ['test/unit/handlers/rest-authorizer', 'test/unit/handlers/websocket-authorizer'],
    [
      ['a refusal is not a cached deny', "throw new Error('Unauthorized');", "throw new Error('Forbidden');"],
      [
        'no pattern in the resource',
        'const pattern = /^(arn:[\\w-]+:execute-api:[\\w-]+:\\d{12}:\\w+\\/[\\w$-]+)\\//;',
        'const pattern = /^(arn:[^/]+\\/[^/]+)\\//;',
      ],
      ['header names in any case', 'key.toLowerCase() === name', 'key === name'],
      ['repeated headers', 'if (many.length > 0) return many;', ''],
    ],
  ),
  ...guardsOf(
    'lambda/http/authorizer-line.ts',
    ['test/unit/handlers/rest-authorizer'],
    [
      [
        'nothing decided is thrown',
        "throw new Error('the access token could not be verified');",
        "return { facts: { outcome: 'refused' } };",
      ],
    ],
  ),
  ...guardsOf(
    'lambda/team-function.ts',
    ['test/unit/lambda/team-function'],
    [
      ['a call is not repeated without a reason', 'wasStale(error) ? client', 'true ? client'],
      ['what passes is not refused', ' && !transient.has(status)', ''],
    ],
  ),
  ...guardsOf(
    'lambda/core/external-users.ts',
    ['test/unit/core/rare-cases'],
    [
      [
        'only the subject that was read',
        'account !== undefined && verified.subject === expected',
        'account !== undefined',
      ],
      ['an account is read before the password is verified', 'round < 2', 'round < 1'],
      ['a deleted user stays deleted', "if (!isAlive) throw wrongCredentials('user_disabled', verified.subject);", ''],
    ],
  ),
  ...guardsOf(
    'lambda/core/apply-signal.ts',
    ['test/unit/core/apply-signal'],
    [
      ['a redelivery ends nothing', "if (await tools.signals.has(signal.id)) return 'repeated';", ''],
      ['a crash before the record is recognised', 'signal.type, tools, signal.id)', 'signal.type, tools)'],
    ],
  ),
  ...guardsOf(
    'lambda/core/claims.ts',
    ['test/unit/core/claims'],
    [
      ['levels of nesting', 'path.length >= maxDepth', 'path.length >= 99'],
      ['integers that are kept', '(!Number.isInteger(value) || Number.isSafeInteger(value))', 'true'],
      ['a size that verifiers take', 'bytes > maxClaimsBytes ?', 'bytes < 0 ?'],
      ['only plain objects', 'Object.getPrototypeOf(value) === Object.prototype', 'true'],
    ],
  ),
  ...guardsOf(
    'lambda/core/revoke-subject.ts',
    ['test/unit/core/sessions', 'test/contract/memory', 'test/model'],
    [['the kept session gets no tombstone', ' && session.sessionId !== kept', '']],
  ),
  ...guardsOf(
    'lambda/core/guessing.ts',
    ['test/unit/core/login-sessions'],
    [
      [
        'a failed refund fails no login',
        'forgive: () => bestEffort(',
        'forgive: () => ((work: () => Promise<unknown>) => work())(',
      ],
    ],
  ),
  ...guardsOf(
    'lambda/store/read-items.ts',
    ['test/contract/broken-items'],
    [['a broken session hides no other', '      () => [],', '      (fault) => {\n        throw fault;\n      },']],
  ),
  ...guardsOf(
    'lambda/store/dynamo-accounts.ts',
    ['test/contract/broken-items'],
    [['items of other kinds are not sessions', 'items.filter(isSession)', 'items.filter((item) => !isAccount(item))']],
  ),
  ...guardsOf(
    'lambda/events/put-events.ts',
    ['test/unit/events/put-events'],
    [
      ['refused entries are sent again', 'if (refused.length === 0) return;', 'if (refused.length >= 0) return;'],
      ['entries that were taken are not', 'return put(refused, attempt + 1);', 'return put(entries, attempt + 1);'],
      ['ten at once', 'entries.slice(start, start + batchSize)', 'entries.slice(start)'],
    ],
  ),
  ...guardsOf(
    'lambda/metrics.ts',
    ['test/unit/lambda/metrics'],
    [
      [
        'a metric without its dimension is dropped',
        'if (by.some((dimension) => fields[dimension] === undefined)) delete values[Name];',
        'if (by.length < 0) delete values[Name];',
      ],
    ],
  ),
];
