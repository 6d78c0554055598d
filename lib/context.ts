import { type Settings, settingNames } from './settings.ts';
import { SettingsError } from './settings-reader.ts';

/** What the app takes from `-c key=value` and cdk.json: the stack's name and the settings, still unchecked. */
export interface AppContext {
  /** @default Pawl */
  readonly stackName: string;
  readonly settings: Settings;
}

/** The CLI and the framework put their own keys beside ours; all of theirs but these few carry a colon. */
const ownedByTheCdk = new Set(['acknowledged-issue-numbers', 'cli-telemetry', 'notices']);

/**
 * Picks our keys from the app's whole context. A misspelt setting must not be ignored in silence: it would deploy the
 * default in place of what was asked for.
 *
 * @throws SettingsError naming every unknown key, and all that exist
 */
export function readContext(context: Readonly<Record<string, unknown>>): AppContext {
  const known: ReadonlySet<string> = new Set(['stackName', ...settingNames]);
  const unknown = Object.keys(context).filter(
    (key) => !known.has(key) && !key.includes(':') && !ownedByTheCdk.has(key),
  );
  if (unknown.length > 0) {
    throw new SettingsError([
      ...unknown.map((key) => `${key} is not a setting`),
      `the settings are ${[...known].join(', ')}`,
    ]);
  }
  const { stackName = 'Pawl', ...rest } = context;
  if (typeof stackName !== 'string' || !/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(stackName)) {
    throw new SettingsError(['stackName must be letters, digits and hyphens, a letter first, at most 128']);
  }
  const settings = Object.fromEntries(Object.entries(rest).filter(([key]) => known.has(key)));
  // Values are still text here; resolveSettings checks each before anything uses it.
  return { stackName, settings: settings as Settings };
}
