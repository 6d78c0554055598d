import { conditionGuard as condition, type Guard, guardsOf } from './guard.ts';

const contract = ['test/contract/dynoxide'];

/** Accounts and their names in the table. */
export const accountGuards: readonly Guard[] = [
  ...guardsOf(
    'lambda/core/username.ts',
    ['test/unit/core/names'],
    [
      ['one name with either sigma', 'return spelled && joinSigmas(spelled);', 'return spelled;'],
      [
        'surrounding white space is not part of a name',
        'if (trimmed.length > maxUsernameLength * 4 ||',
        'if (typed.length > maxUsernameLength * 4 ||',
      ],
      [
        'surrounding white space is not part of an old name',
        'if (typed.trim().length > maxUsernameLength * 2)',
        'if (typed.length > maxUsernameLength * 2)',
      ],
      ['one counter for all spellings of an account', 'return name && joinSigmas(foldCase(name));', 'return name;'],
    ],
  ),
  ...guardsOf(
    'lambda/core/password-policy.ts',
    ['test/unit/core/names'],
    [['no username with the other sigma', "joinSigmas(lowerCased.normalize('NFKC'))", "lowerCased.normalize('NFKC')"]],
  ),
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
      'a change of address: only if the address is still as read',
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
      'credentials: no account is created',
      "accountExists,\n      'operationId <> :operationId',",
      "'operationId <> :operationId',",
    ],
    [
      'an operation happens once',
      "'operationId <> :operationId',",
      "'(operationId <> :operationId OR attribute_exists(pk))',",
    ],
    ['the next revocation removes kept', "kept === undefined ? ['kept'] : []", '([] as string[])'],
    ['a new password does not expire with the old one', "endsExpiry ? ['passwordExpiresAt'] : []", '([] as string[])'],
  ]),
  ...guardsOf(
    'lambda/store/items.ts',
    ['test/contract/account-removal'],
    [['a deleted account accepts no write', ' AND attribute_not_exists(deletedAt)', '']],
  ),
  ...guardsOf(
    'lambda/store/account-removal.ts',
    ['test/contract/account-removal'],
    [
      ['the next owner of a name keeps it', "'subject = :subject'", "'subject = :subject OR attribute_exists(pk)'"],
      ['the counters of devices are deleted before the ids', 'await this.#deleteAll(counters);', ''],
    ],
  ),
  ...guardsOf('lambda/store/login-names.ts', contract, [
    [
      'a name is one account’s',
      "'attribute_not_exists(pk) OR subject = :value'",
      "'attribute_not_exists(pk) OR subject = :value OR attribute_exists(pk)'",
    ],
    [
      'a name that its account lists stays',
      'if (account !== undefined && !isDeleted(account) && isNameOf(toAccount(account), name)) throw new NameTaken(name);',
      '',
    ],
  ]),
];
