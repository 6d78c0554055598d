import { type Guard, guardsOf } from './guard.ts';

const refunds = ['test/unit/core/refunds'];
const throttle = [
  'test/contract/throttle',
  'test/contract/broken-counters',
  'test/unit/core/throttle',
  'test/unit/core/throttle-siege',
];

/** What holds guessing up, and keeps it from locking out others. */
export const throttleGuards: readonly Guard[] = [
  ...guardsOf('lambda/store/dynamo-throttle.ts', throttle, [
    ['an announcement knows its own write', ' || write.item?.announced === operationId', ''],
    [
      'a write that is repeated counts once',
      'AND (attribute_not_exists(operationId) OR operationId <> :operationId)',
      'AND (attribute_not_exists(operationId) OR operationId <> :operationId OR attribute_exists(pk))',
    ],
    [
      'an invalid count is named',
      "'(attribute_not_exists(#tries) OR #tries >= :zero) AND (attribute_not_exists(#pause) OR #pause >= :zero) AND ' +",
      '',
    ],
    ['an invalid pause is named', "countOf(item, own['#pause']);", ''],
    ['a pause is kept', 'OR #nextAt <= :soon OR', 'OR attribute_exists(#nextAt) OR #nextAt <= :soon OR'],
    ['a pause ends', ' OR #lastAt <= :rested)', ')'],
    ['what is open to all ends', 'OR tries < :open OR', 'OR tries < :open OR tries < :limit OR'],
    ['what is kept for others ends', 'tries < :limit AND #tries < :reserved', 'tries < :limit AND #tries < :limit'],
    [
      'all networks share a limit',
      'OR tries < :limit AND attribute_not_exists(#tries)',
      'OR attribute_not_exists(#tries)',
    ],
    [
      'an address has a limit',
      "'(attribute_not_exists(tries) OR tries < :limit)'",
      "'(attribute_not_exists(tries) OR tries < :limit OR tries >= :limit)'",
    ],
  ]),
  ...guardsOf('lambda/core/guessing.ts', throttle, [
    [
      'another network is another count',
      'const within = shortHash(network, tools);',
      "const within = shortHash('', tools);",
    ],
    ['a device that is locked out counts as a stranger', 'return countStranger(stranger, tools);', 'throw error;'],
    ['own networks have more', "counted.because === 'limit' ? await instead() : undefined", 'undefined'],
    [
      'only own networks have more',
      'if (!(await isOwnNetwork(stranger.sourceIp, await stranger.subject, tools))) return undefined;',
      '',
    ],
    [
      'known devices have a limit of their own',
      'tools.addressLimits.knownTriesPerAddress',
      'tools.addressLimits.triesPerAddress',
    ],
    [
      'right passwords are given back',
      'forgive: async () => worthIt && tools.throttle.giveBack',
      'forgive: async () => !worthIt && tools.throttle.giveBack',
    ],
    ['a /48 has a limit', 'site === link', 'site !== undefined'],
  ]),
  ...guardsOf('lambda/core/guessing.ts', refunds, [
    [
      'own right logins do not use up the tries',
      'const worthIt = counted.total >= guessLimits.forgiveFromTotal;',
      'const worthIt = counted.tries >= guessLimits.forgiveFromTotal;',
    ],
  ]),
  ...guardsOf(
    'lambda/store/dynamo-throttle.ts',
    ['test/contract/throttle'],
    [
      [
        'a refund takes one try back, not those of others in the network',
        "'SET tries = tries - :one, #tries = :zero REMOVE",
        "'SET tries = tries - #tries, #tries = :zero REMOVE",
      ],
    ],
  ),
  ...guardsOf(
    'lambda/core/login.ts',
    ['test/unit/core/throttle'],
    [
      [
        'another user’s device is not a known device',
        'if (earlier && earlier.subject !== subject) tries.push(await countStranger(stranger, tools));',
        '',
      ],
    ],
  ),
  ...guardsOf('lambda/core/refund.ts', throttle, [
    ['all tries of a right password are forgiven', 'this.#tries.map((each)', 'this.#tries.slice(0, 1).map((each)'],
  ]),
  ...guardsOf('lambda/core/refund.ts', refunds, [
    [
      'a right password is refunded, whatever fails afterwards',
      'if (this.isRight && !staysCounted(error)) await Promise.allSettled([this.refund()]);',
      '',
    ],
    ['a wrong password stays counted', 'if (this.isRight && !staysCounted(error))', 'if (!staysCounted(error))'],
  ]),
  ...guardsOf('lambda/core/login.ts', refunds, [
    [
      'a disabled user’s password is answered and counted like a wrong one',
      '(error) => error instanceof Refusal,',
      '() => false,',
    ],
  ]),
  ...guardsOf('lambda/core/users.ts', refunds, [['the table’s users tell a match', '    onMatch();\n', '']]),
  ...guardsOf('lambda/core/external-users.ts', refunds, [['your users tell a match', '      onMatch();\n', '']]),
  ...guardsOf('lambda/core/migrating-users.ts', refunds, [['migrating users tell a match', 'attempt.onMatch();', '']]),
  ...guardsOf('lambda/core/current-password.ts', refunds, [
    [
      'a probe for addresses stays counted',
      "error instanceof Refusal && error.reason === 'email_taken'",
      'error === undefined',
    ],
    ['a password that loses a race is not right', 'this.#counted.isRight = (', 'this.#counted.isRight ||= ('],
  ]),
  ...guardsOf('lambda/core/revoke-subject.ts', refunds, [
    [
      'a right password is refunded although the revocation fails',
      'const [result] = await settleAll([revocation, tries.forget()]);',
      'const result = await revocation;',
    ],
  ]),
  ...guardsOf(
    'lambda/core/username.ts',
    ['test/unit/core/names-and-passwords'],
    [['the name for malformed names is reserved', ' || mapped === reservedName', '']],
  ),
  ...guardsOf(
    'lambda/core/own-networks.ts',
    ['test/unit/core/throttle-siege'],
    [['a login marks its network', 'if (networks.includes(mark)) return;', 'if (networks.length >= 0) return;']],
  ),
  ...guardsOf(
    'lambda/core/network.ts',
    ['test/unit/core/network'],
    [
      ['IPv4 in IPv6 is mapped', 'if (startsWithZeros && e === 0 && f === 0xffff) return last;', ''],
      ['NAT64', 'if (a === 0x64 && b === 0xff9b && (c | d | e | f) === 0) return last;', ''],
      ['6to4', 'if (a === 0x2002) return ((b << 16) | c) >>> 0;', ''],
      ['Teredo', 'if (a === 0x2001 && b === 0) return ~last >>> 0;', ''],
      ['a zone id', ".replace(/%.*$/, '')", ''],
    ],
  ),
  ...guardsOf(
    'lambda/http/client-address.ts',
    ['test/unit/http/client-address'],
    [
      ['without the secret no header has a say', 'if (presented === undefined) return { sourceIp };', ''],
      ['a wrong secret is not accepted', "if (!genuine) return { sourceIp, proxy: 'wrong_secret' };", ''],
      ['a new value is looked up', ' || isOneOf(presented, await secrets.renew())', ''],
      [
        'text that is not an address is rejected',
        '(isIP(text) === 0 ? undefined : text)',
        "(text === '' ? undefined : text)",
      ],
      [
        'a port is not part of an address',
        "if (header === 'cloudfront-viewer-address') return addressOrNone(withoutPort);",
        '',
      ],
    ],
  ),
];
