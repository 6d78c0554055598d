import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { maxForeignLength } from '../../cli/transfer/hashes.ts';
import { functions } from '../../lambda/contract/functions.ts';
import { passwordLength } from '../../lambda/core/password-policy.ts';
import { guessLimits } from '../../lambda/core/throttle.ts';
import { argon2Cost } from '../../lambda/crypto/argon2-passwords.ts';
import { hashLimits } from '../../lambda/crypto/hash-limits.ts';
import { resolveSettings } from '../../lib/resolve-settings.ts';
import { budgets } from '../../scripts/build.ts';
import { grouped, readPage, root, tableRows } from './support/pages.ts';

interface Limit {
  readonly name: string;
  readonly file: string;
  readonly value: number;
}

const rows = tableRows(readPage('docs/limits.md').text).filter(([head]) => head !== 'Limit');

/** Numbers that the code names like a limit: at the top of a file, or as the longest text of a parameter. */
function limitsIn(file: string): readonly Limit[] {
  const code = readFileSync(join(root, file), 'utf8');
  const constants = /^(?:export )?const ((?:max|min)\w+|\w+(?:Ms|Bytes|Seconds|Length|Limit))\s*=\s*([\d_ *]+);/gm;
  const named = [...code.matchAll(constants)].map(([, name = '', sum = '']) => ({
    name,
    file,
    value: sum.split('*').reduce((product, factor) => product * Number(factor.replaceAll('_', '')), 1),
  }));
  const parameters = /\b(?:optionalText|text)\('(\w+)', (\d+)/g;
  const texts = [...code.matchAll(parameters)].map(([, name = '', most]) => ({ name, file, value: Number(most) }));
  return [...named, ...texts];
}

const fromSource = globSync('lambda/**/*.ts', { cwd: root }).sort().flatMap(limitsIn);

const fromValues: readonly Limit[] = [
  ...Object.entries(functions).map(([name, row]) => ({
    name,
    file: 'lambda/contract/functions.ts',
    value: row.timeoutSeconds,
  })),
  ...Object.entries(passwordLength).map(([end, value]) => ({
    name: `passwordLength.${end}`,
    file: 'lambda/core/password-policy.ts',
    value,
  })),
  ...Object.entries(argon2Cost).map(([name, value]) => ({
    name: `argon2Cost.${name}`,
    file: 'lambda/crypto/argon2-passwords.ts',
    value: Number(value),
  })),
  ...Object.entries(hashLimits).map(([name, value]) => ({
    name: `hashLimits.${name}`,
    file: 'lambda/crypto/hash-limits.ts',
    value,
  })),
  { name: 'maxForeignLength', file: 'cli/transfer/hashes.ts', value: maxForeignLength },
  ...Object.entries(budgets).map(([name, value]) => ({ name: `budgets.${name}`, file: 'scripts/build.ts', value })),
  ...Object.entries(guessLimits).flatMap(([name, value]) => {
    const file = 'lambda/core/throttle.ts';
    if (typeof value === 'number') return [{ name, file, value }];
    return Object.entries(value).map(([part, value]) => ({ name: `${name}.${part}`, file, value: Number(value) }));
  }),
  ...(['maxSessionsPerUser', 'loginReservedConcurrency', 'triesPerAddress', 'knownTriesPerAddress'] as const).map(
    (name) => ({
      name,
      file: 'lib/settings-table.ts',
      value: resolveSettings({})[name],
    }),
  ),
];

const limits = [...fromSource, ...fromValues];

describe('docs/limits.md has every limit of the code', () => {
  test.each(limits.map((limit) => [`${limit.file} ${limit.name}`, limit] as const))(
    '%s',
    (_, { name, file, value }) => {
      const row = rows.find(([, , constant, place]) => constant === `\`${name}\`` && place === `\`${file}\``);
      expect(row, `a row with \`${name}\` and \`${file}\``).toBeDefined();
      expect(/^[\d,]+/.exec(row?.[1] ?? '')?.[0]).toBe(grouped(value));
    },
  );

  test('the search finds what it should', () => {
    expect(fromSource.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['maxBodyBytes', 'maxTokenLength', 'cachePeriodMs', 'client_id', 'username', 'tagBytes']),
    );
  });
});

/** Members of options objects have no name of their own to search for: the file must still say what the page says. */
test.each(rows.filter(([, , constant]) => !limits.some(({ name }) => constant === `\`${name}\``)))(
  'limit without a constant: %s',
  (_limit, value = '', constant = '', file = '') => {
    const code = readFileSync(join(root, file.replaceAll('`', '')), 'utf8').replaceAll('_', '');
    const written = /^[\d,]+/.exec(value)?.[0].replaceAll(',', '');
    expect(code).toMatch(new RegExp(`\\b${constant.replaceAll('`', '')}: ${written}\\b`));
  },
);
