import { type Guard, guardsOf } from './guard.ts';

const contract = ['test/contract/migration'];

/** Users who move at their first login. */
export const migrationGuards: readonly Guard[] = [
  ...guardsOf('lambda/core/migrating-users.ts', contract, [
    ['a known name is not sent', 'known !== undefined || spelled === undefined', 'spelled === undefined'],
    ['a name that no account can have is not sent', 'attempt.username.name && spellUsername', 'spellUsername'],
    [
      'an overtaken login uses the existing account',
      'if (known !== undefined) return this.#table.verify(now, known);',
      'if (known !== undefined) return known;',
    ],
    ['an unknown user is refused', "if (user === undefined) throw wrongCredentials('user_unknown');", ''],
  ]),
  ...guardsOf('lambda/store/migrated-accounts.ts', contract, [
    ['a subject in use is left alone', 'if (there !== undefined) return there;', ''],
    ['a name in progress is not taken', "if (await this.#hasAccount(error.taken)) return 'taken';", "return 'taken';"],
    [
      'one key for all subjects',
      "ConditionExpression: 'attribute_not_exists(pk)',",
      "ConditionExpression: 'attribute_not_exists(pk) OR attribute_exists(pk)',",
    ],
  ]),
  ...guardsOf(
    'lambda/store/migrated-accounts.ts',
    ['test/unit/store/migrated-accounts'],
    [['a key that the table holds', "if (there === undefined) throw new Unavailable('condition_unexplained');", '']],
  ),
  ...guardsOf(
    'lambda/migrate-function.ts',
    ['test/unit/lambda/migrate-function'],
    [
      [
        'the answer has the requested name',
        'if (name !== username && name !== email) throw',
        'if (asked === undefined) throw',
      ],
      [
        'an unknown member is refused',
        'if (Object.keys(answer).some((name) => !members.includes(name)))',
        'if (members.length === 0)',
      ],
    ],
  ),
];
