import { type Guard, guardsOf } from './guard.ts';

const batch = ['test/contract/placing-batch'];

/** Accounts that come from elsewhere. */
export const transferGuards: readonly Guard[] = [
  ...guardsOf('lambda/store/transact-puts.ts', batch, [
    [
      'an import replaces nothing',
      "'attribute_not_exists(pk)',",
      "'attribute_not_exists(pk) OR attribute_exists(pk)',",
    ],
    ['a conflict is not a refusal', 'codes.some((code) => transient.has(code))', 'codes.length < 0'],
  ]),
  ...guardsOf('lambda/store/placing-batch.ts', batch, [
    ['a claim has the time of its attempt', 'place(next.arrival, this.#nowMs())', 'place(next.arrival, 0)'],
    ['two accounts of a batch that share a name', 'items: isAlone ? undefined : items', 'items'],
    [
      'an old spelling of a name is looked up',
      '.legacy !== undefined)) return undefined;',
      '.legacy === null)) return undefined;',
    ],
    [
      'a transaction has a size that the table accepts',
      'Math.floor(maxTransactionItems * share)',
      'maxTransactionItems',
    ],
  ]),
  ...guardsOf('lambda/store/place-account.ts', batch, [
    [
      'an account keeps the subject that an interrupted run gave it',
      'return isOurs ? { ...account, subject } : account;',
      'return isOurs ? account : account;',
    ],
    [
      'its own write is not another account',
      "if (there.operationId === operationId) return { outcome: 'created' };",
      '',
    ],
  ]),
  ...guardsOf(
    'lambda/store/place-account.ts',
    ['test/contract/place-account'],
    [['a deleted subject is not used again', 'if (isDeleted(there)) return', 'if (false) return']],
  ),
  ...guardsOf(
    'lambda/store/place-account.ts',
    ['test/contract/place-account'],
    [['a broken item does not end a transfer', '}, unreadable);', '}, (fault) => Promise.reject(fault) as never);']],
  ),
  ...guardsOf(
    'lambda/store/login-names.ts',
    ['test/contract/place-account'],
    [['a name that only earlier versions allowed is found', 'normaliseUsername(name) === name ?', 'true ?']],
  ),
  ...guardsOf(
    'cli/transfer/seen.ts',
    ['test/unit/cli/seen'],
    [
      [
        'a name is found after the index has grown',
        'if (old[at + 2] !== 0) this.#slots.set',
        'if (old[at + 2] === -1) this.#slots.set',
      ],
    ],
  ),
  ...guardsOf(
    'cli/transfer/pace.ts',
    ['test/unit/cli/pace'],
    [
      ['a throttled table gets fewer writes', 'Math.max(1 / 32, this.#limit / 2)', 'this.#limit'],
      ['pauses have full jitter', 'this.#tools.random() * pauseMs', 'pauseMs'],
      ['it gives up', '> patience) throw error;', '> 2 * patience) throw error;'],
    ],
  ),
  ...guardsOf(
    'cli/transfer/formats/format.ts',
    ['test/unit/cli/exports'],
    [['an unverified address is not a login name', 'email: isVerified ? email : undefined', 'email']],
  ),
  ...guardsOf(
    'cli/transfer/formats/format.ts',
    ['test/unit/cli/export-variations'],
    [
      ['a state that cannot be read is not “active”', 'if (!Object.hasOwn(flags, text)) throw', 'if (false) throw'],
      ['two ids do not become one', 'if (!Number.isSafeInteger(value)) throw', 'if (false) throw'],
      ['a verified number comes before an unverified address', 'phone.isVerified && !email.isVerified', 'false'],
    ],
  ),
  ...guardsOf(
    'cli/transfer/hashes/auth0.ts',
    ['test/unit/cli/export-variations'],
    [
      [
        'a hash of other bytes than the password’s is refused',
        'if (!asTyped.includes(',
        'if (false && asTyped.includes(',
      ],
    ],
  ),
  ...guardsOf(
    'cli/transfer/formats/supabase.ts',
    ['test/unit/cli/exports'],
    [
      ['a deleted user does not come back', "if (textOf(item, 'deleted_at') !== undefined)", 'if (item === undefined)'],
      ['a ban without an end is a ban', 'Number.isNaN(time) || time > nowMs', 'time < nowMs'],
    ],
  ),
  ...guardsOf(
    'cli/transfer/formats/keycloak.ts',
    ['test/unit/cli/exports'],
    [['a disabled user stays disabled', "disabled: flagOf(item, 'enabled') === false", 'disabled: false']],
  ),
  ...guardsOf(
    'cli/transfer/formats/auth0.ts',
    ['test/unit/cli/exports'],
    [['a blocked user stays disabled', "flagOf(item, 'blocked', 'Blocked')", 'false']],
  ),
  ...guardsOf(
    'cli/transfer/formats/detect.ts',
    ['test/unit/cli/read-file', 'test/unit/cli/exports'],
    [
      ['an unknown column is refused', "if (name === 'pawl') refuseColumns(source, Object.keys(header));", ''],
      ['rows of Firebase have all columns', "[...columns.slice(0, row.length - 1), 'end']", "[...columns, 'end']"],
    ],
  ),
  ...guardsOf(
    'cli/transfer/read-file.ts',
    ['test/unit/cli/read-file'],
    [['the first line with a name is imported', 'incoming: distinct(accounts())', 'incoming: accounts()']],
  ),
  ...guardsOf(
    'cli/transfer/read-file.ts',
    ['test/unit/cli/unreadable-file'],
    [['a file without accounts is an error', 'if (done === true) throw failure();', '']],
  ),
  ...guardsOf(
    'cli/transfer/formats/mismatch.ts',
    ['test/unit/cli/formats'],
    [
      ['a file of another system is refused', 'if (other !== undefined) throw', 'if (other === null) throw'],
      [
        'a file without fields of the given system is refused',
        'if (!found.some((item) => isTypical(format, item))) throw',
        'if (found.length < 0) throw',
      ],
    ],
  ),
  ...guardsOf(
    'cli/transfer/refusals.ts',
    ['test/unit/cli/refusals'],
    [
      ['memory is constant at many reasons', 'this.#groups.size >= mostReasons', 'this.#groups.size < 0'],
      ['refusals cannot move the cursor', 'groups.flatMap(linesOf).map(printable)', 'groups.flatMap(linesOf)'],
    ],
  ),
  ...guardsOf(
    'cli/transfer/transfer.ts',
    ['test/unit/cli/transfer-progress'],
    [
      [
        'a transfer that waits shows that it goes on',
        'setInterval(() => progress.show(counts), showEveryMs)',
        'setInterval(() => {}, showEveryMs)',
      ],
    ],
  ),
  ...guardsOf(
    'cli/transfer/report.ts',
    ['test/unit/cli/report'],
    [['a file that is imported is not emptied', '&& isSameFile(input, path)', "&& input === ''"]],
  ),
  ...guardsOf(
    'cli/transfer/separate-hashes.ts',
    ['test/unit/cli/separate-hashes'],
    [
      ['a hash that cannot be read is not lost silently', 'yield* refused;', ''],
      ['a file without hashes is refused', 'hashes.size === 0', 'hashes.size < 0'],
    ],
  ),
  ...guardsOf(
    'cli/transfer/source/records.ts',
    ['test/unit/cli/oversized'],
    [
      ['a line without an end is refused', 'if (line.length > maxLineLength) return', 'if (false) return'],
      ['a document without users ends', 'if (this.#length > maxMemberLength)', 'if (false)'],
      ['nesting ends', 'if (this.#depth > maxDepth) throw', 'if (false) throw'],
    ],
  ),
  ...guardsOf(
    'cli/transfer/source/open.ts',
    ['test/unit/cli/unreadable-file'],
    [
      ['text that is not UTF-8 is refused', '{ fatal: true }', '{ fatal: false }'],
      ['UTF-16 is refused', 'refuseBinary(name, start.bytes);', ''],
    ],
  ),
];
