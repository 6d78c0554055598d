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
    ['a conflict is no refusal', 'codes.some((code) => transient.has(code))', 'codes.length < 0'],
  ]),
  ...guardsOf('lambda/store/placing-batch.ts', batch, [
    ['two of a batch that share a name', 'items: isAlone ? undefined : items', 'items'],
    [
      'an old spelling of a name is looked up',
      '.legacy !== undefined)) return undefined;',
      '.legacy === null)) return undefined;',
    ],
    [
      'a transaction has the size that the table takes',
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
    ['its own write is no other account', "if (there.operationId === operationId) return { outcome: 'created' };", ''],
  ]),
  ...guardsOf(
    'lambda/store/place-account.ts',
    ['test/contract/place-account'],
    [['a deleted subject is not used again', 'if (isDeleted(there)) return', 'if (false) return']],
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
      ['a throttled table is written to less', 'Math.max(1 / 32, this.#limit / 2)', 'this.#limit'],
      ['pauses have full jitter', 'this.#tools.random() * pauseMs', 'pauseMs'],
      ['it gives up', '> patienceMs) throw error;', '> 2 * patienceMs) throw error;'],
    ],
  ),
];
