import { nearest } from './nearest.ts';
import type { Settings } from './settings.ts';
import { SettingsError } from './settings-reader.ts';
import { settingNames } from './settings-table.ts';

/** The app's values from `-c key=value` and cdk.json: the stack's name and the settings, not yet validated. */
export interface AppContext {
  /** @default Pawl */
  readonly stackName: string;
  readonly settings: Settings;
}

/** The CLI and the framework add their own context keys; all but these contain a colon. */
const ownedByTheCdk = new Set(['acknowledged-issue-numbers', 'cli-telemetry', 'notices']);

/**
 * Selects Pawl's keys from the app's context. A misspelt setting must not be ignored: the default would be deployed
 * instead.
 *
 * @throws SettingsError listing every unknown key, and all settings
 */
export function readContext(context: Readonly<Record<string, unknown>>): AppContext {
  const known: ReadonlySet<string> = new Set(['stackName', ...settingNames]);
  const unknown = Object.keys(context).filter(
    (key) => !known.has(key) && !key.includes(':') && !ownedByTheCdk.has(key),
  );
  if (unknown.length > 0) {
    throw new SettingsError([
      ...unknown.map((key) => {
        const meant = nearest(key, [...known]);
        return `${key} is not a setting${meant === undefined ? '' : `: did you mean ${meant}?`}`;
      }),
      `the settings are ${[...known].join(', ')}`,
    ]);
  }
  const { stackName = 'Pawl', ...rest } = context;
  if (typeof stackName !== 'string' || !/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(stackName)) {
    throw new SettingsError(['stackName must start with a letter and have at most 128 letters, digits and hyphens']);
  }
  const settings = Object.fromEntries(Object.entries(rest).filter(([key]) => known.has(key)));
  // Values are still text here; resolveSettings validates each before use.
  return { stackName, settings: settings as Settings };
}
