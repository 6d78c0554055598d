import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resolveSettings } from '../../lib/resolve-settings.ts';
import { type Row, settingNames, settingsTable } from '../../lib/settings-table.ts';
import { grouped, readPage, root, section, tableRows } from './support/pages.ts';

const page = readPage('docs/deploy.md');
const rows = new Map(tableRows(section(page, 'Settings')).map(([name = '', ...cells]) => [name, cells]));
const defaults: Readonly<Record<string, unknown>> = { ...resolveSettings({}) };

/** Settings whose range the page tells by other settings. */
const bounded = ['refreshIdleTtlSeconds', 'refreshAbsoluteTtlSeconds', 'rotationFloorSeconds'];

/** How the page begins the default of a setting. */
function writtenDefault(name: string): string {
  if (name === 'issuer') return "the custom domain's URL";
  if (name === 'audience') return 'the issuer';
  const value = defaults[name];
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'number' ? grouped(value) : 'none';
}

describe('docs/deploy.md has every setting with its default', () => {
  test.each(settingNames)('%s', (name) => {
    const [written, unit, , when] = rows.get(`\`${name}\``) ?? [];
    expect(written?.replace(/( \(|, ).*$/, '')).toBe(writtenDefault(name));
    expect(unit).not.toBe('');
    expect(when).not.toBe('');
  });

  test.each(Object.entries<Row<unknown>>(settingsTable))(
    '%s has the range of the code where it has fixed limits',
    (name, row) => {
      const [, , range = ''] = rows.get(`\`${name}\``) ?? [];
      const fixed = row.range !== undefined && /^[\d,]+ to [\d,]+$/.test(range);
      if (fixed) expect(range).toBe(row.range.map(grouped).join(' to '));
      expect(fixed).toBe(row.range !== undefined && !bounded.includes(name));
    },
  );

  test('and none that does not exist', () => {
    expect([...rows.keys()].filter((key) => key !== 'Setting')).toEqual(settingNames.map((name) => `\`${name}\``));
  });
});

test('docs/deploy.md has every output', () => {
  const code = readFileSync(join(root, 'lib/service-outputs.ts'), 'utf8');
  const outputs = [...code.matchAll(/^ {4}([A-Z]\w+): \[/gm)].map(([, name]) => `\`${name}\``);
  expect(outputs.length).toBeGreaterThan(3);
  const written = tableRows(section(page, 'Outputs')).map(([name]) => name);
  expect(written.slice(1).sort()).toEqual(outputs.sort());
});
