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
];
