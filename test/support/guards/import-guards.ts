import { type Guard, guardsOf } from './guard.ts';

/** Files of accounts: exports of other systems, and their hashes. */
export const importGuards: readonly Guard[] = [
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
      ['an unknown column is refused', "if (name === 'pawl') refuseUnknown(source, header, columns);", ''],
      [
        'rows of Firebase have all columns',
        "[...ofFirebase.slice(0, row.length - 1), 'end']",
        "[...ofFirebase, 'end']",
      ],
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
        'if (!found.some((item) => isTypical(format, item))) {',
        'if (found.length < 0) {',
      ],
    ],
  ),
  ...guardsOf(
    'cli/transfer/separate-hashes.ts',
    ['test/unit/cli/separate-hashes'],
    [
      ['a hash that cannot be read is not lost silently', 'yield* refused;', ''],
      ['a file without hashes is refused', 'hashes.size === 0', 'hashes.size < 0'],
      ['a user who is refused is reported once', 'hashes.delete(String(auth0Subject(user)));', ''],
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
  ...guardsOf(
    'cli/users/words.ts',
    ['test/unit/cli/scopes'],
    [['a comma does not become part of a scope', '/[,;]/.test(scope)', 'scope === null']],
  ),
  ...guardsOf(
    'cli/transfer/formats/pawl.ts',
    ['test/unit/cli/scopes'],
    [['a comma in CSV does not become part of a scope', 'if (fault !== undefined) throw new Unfit(fault);', '']],
  ),
  ...guardsOf(
    'cli/transfer/formats/detect.ts',
    ['test/unit/cli/csv-header'],
    [['two columns of one name are refused', 'if (repeated === undefined) return;', 'return;']],
  ),
  ...guardsOf(
    'cli/transfer/line.ts',
    ['test/unit/cli/read-file'],
    [['a hash in the column of a name is not shown whole', 'shown(name, maxQuoted)', 'shown(name, 1000)']],
  ),
];
