import type { Stranger } from './stranger.ts';

export interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
}

/** A template says when it was synthesized: each deployment looks after the keys. */
const readTemplate = (text: string): Template =>
  JSON.parse(text.replace(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"now"')) as Template;

/**
 * Synthesizes with the CDK command line of the app's own node_modules.
 *
 * @param app the command of the app; without it that of cdk.json
 * @returns the template of its one stack
 */
export async function synth(team: Stranger, stack: string, app?: string): Promise<Template> {
  const output = `out-${(app ?? 'own').replace(/\W+/g, '-')}`;
  const args = ['cdk', 'synth', '--quiet', '--output', output, ...(app === undefined ? [] : ['--app', app])];
  await team.must('npx', ['--no-install', ...args], { JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION: '1' });
  return readTemplate(team.read(`${output}/${stack}.template.json`));
}
