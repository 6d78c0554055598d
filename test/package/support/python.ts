import { globSync } from 'node:fs';
import { join } from 'node:path';
import { output, root } from '../../../scripts/package/layout.ts';
import type { Stranger } from './stranger.ts';

/**
 * Makes the wheel of `pawl` with jsii-pacmak from the package that was built last.
 *
 * @returns its path
 */
export async function makeWheel(team: Stranger): Promise<string> {
  const pacmak = join(root, 'node_modules/jsii-pacmak/bin/jsii-pacmak');
  const target = join(team.folder, 'wheel');
  await team.must(process.execPath, [pacmak, '--targets', 'python', '--outdir', target, join(output, 'pawl')]);
  const [wheel] = globSync('python/*.whl', { cwd: target });
  if (wheel === undefined) throw new Error('jsii-pacmak made no wheel');
  return join(target, wheel);
}

/**
 * The team's virtual environment with these packages.
 *
 * @returns path of its Python
 */
export async function pythonWith(team: Stranger, packages: readonly string[]): Promise<string> {
  await team.must('python3', ['-m', 'venv', '.venv']);
  const python = join(team.folder, '.venv/bin/python');
  await team.must(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
  return python;
}
