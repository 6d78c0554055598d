import { resolveSettings } from '../../../lib/resolve-settings.ts';
import { SettingsError } from '../../../lib/settings-reader.ts';

export const now = Date.parse('2025-06-01T00:00:00Z');

/** What is wrong with settings; nothing when they are taken. */
export function faults(input: Readonly<Record<string, unknown>>): readonly string[] {
  try {
    resolveSettings(input, now);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
}
