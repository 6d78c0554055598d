import { resolveSettings } from '../../../lib/resolve-settings.ts';
import { SettingsError } from '../../../lib/settings-reader.ts';

export const now = Date.parse('2025-06-01T00:00:00Z');

/** The faults of settings; empty if they are valid. */
export function faults(input: Readonly<Record<string, unknown>>): readonly string[] {
  try {
    resolveSettings(input, now);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
}
