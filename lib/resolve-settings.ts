import { Reader } from './settings-reader.ts';
import { requireTogether } from './settings-rules.ts';
import { domainNames, type ResolvedSettings, type Row, settingsTable } from './settings-table.ts';

/**
 * Validates settings from props (numbers, lists) or from `-c` (text), and fills in the defaults.
 *
 * @param input - unchecked values by name; other names are ignored here, see `readContext`
 * @param now - epoch milliseconds
 * @throws SettingsError listing all faults
 */
export function resolveSettings(input: Readonly<Record<string, unknown>>, now: number = Date.now()): ResolvedSettings {
  const reader = new Reader(input);
  const values: Record<string, unknown> = {};
  for (const [name, row] of Object.entries<Row<unknown>>(settingsTable)) {
    values[name] = row.read(reader, name, values as Record<string, number>, now);
  }
  const resolved = { ...values, domain: reader.domain(...domainNames) } as ResolvedSettings;
  requireTogether(reader, resolved);
  reader.throwFaults();
  return resolved;
}
