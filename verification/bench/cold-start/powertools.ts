/**
 * What Powertools for AWS Lambda adds: bytes of the bundle, and the first request in a fresh process.
 *
 *     npm install --prefix ../powertools @aws-lambda-powertools/metrics @aws-lambda-powertools/logger
 *     node verification/bench/cold-start/powertools.ts ../powertools 15
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { lambdaCredentials, lazyHttps } from '../../../scripts/build-plugins.ts';
import { variants } from './log-variants.ts';
import { firstRequests } from './requests.ts';
import { runFresh } from './run-fresh.ts';

const root = join(import.meta.dirname, '../../..');
const [, , modules = '', rounds = '15'] = process.argv;

function replaceLog(source: string | undefined): Plugin {
  const original = join(root, 'lambda/log.ts');
  return {
    name: 'replace-log',
    setup({ onResolve, onLoad }) {
      if (source === undefined) return;
      onResolve({ filter: /\/log\.ts$/ }, () => ({ path: original, namespace: 'variant' }));
      onResolve({ filter: /log\.ts\?original$/ }, () => ({ path: original }));
      onLoad({ filter: /.*/, namespace: 'variant' }, () => ({
        contents: source,
        loader: 'ts',
        resolveDir: join(root, 'lambda'),
      }));
    },
  };
}

async function bundle(entry: string, source: string | undefined, outfile: string): Promise<number> {
  const { outputFiles } = await build({
    ...{ entryPoints: [join(root, `lambda/handlers/${entry}.ts`)], absWorkingDir: root, bundle: true, write: false },
    ...{ format: 'cjs', platform: 'node', target: 'node24', mainFields: ['module', 'main'], minify: true },
    ...{ legalComments: 'none', logLevel: 'error', nodePaths: [resolve(modules, 'node_modules')] },
    plugins: [replaceLog(source), lazyHttps, lambdaCredentials],
  });
  const contents = outputFiles[0]?.contents ?? new Uint8Array();
  writeFileSync(outfile, contents);
  return contents.byteLength;
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const scratch = mkdtempSync(join(tmpdir(), 'pawl-bench-'));
const requests = await firstRequests();
try {
  for (const { entry, event, environment, expected } of requests.list) {
    const names = Object.keys(variants);
    const bytes = new Map<string, number>();
    for (const name of names) {
      mkdirSync(join(scratch, entry, name), { recursive: true });
      const file = join(scratch, entry, name, 'index.js');
      bytes.set(name, await bundle(entry, variants[name], file));
      writeFileSync(join(scratch, entry, name, 'package.json'), '{"type":"commonjs"}');
    }
    const times = new Map(names.map((name) => [name, { wall: [] as number[], cpu: [] as number[] }]));
    for (let round = 0; round < Number(rounds); round += 1) {
      // Interleaved and each time in another order, so that whatever else the machine does hits all alike.
      for (const name of names.map((_, index) => names[(index + round) % names.length] ?? '')) {
        const { wallMs, cpuMs, answer } = await runFresh(join(scratch, entry, name, 'index.js'), event, environment);
        if (!JSON.stringify(answer).includes(expected)) throw new Error(`${entry}: ${JSON.stringify(answer)}`);
        times.get(name)?.wall.push(wallMs);
        times.get(name)?.cpu.push(cpuMs);
      }
    }
    const base = times.get('as built');
    console.info(`\n${entry}: first request in a fresh process, medians of ${rounds} interleaved runs`);
    for (const name of names) {
      const { wall, cpu } = times.get(name) ?? { wall: [], cpu: [] };
      const ratio = (median(wall) / median(base?.wall ?? [])).toFixed(2);
      const cpuRatio = (median(cpu) / median(base?.cpu ?? [])).toFixed(2);
      const size = `${((bytes.get(name) ?? 0) / 1000).toFixed(1)} KB`;
      const cells = [`${median(wall).toFixed(1)} ms`, `${ratio}x`, `${median(cpu).toFixed(1)} ms CPU`, `${cpuRatio}x`];
      console.info(`  ${name.padEnd(28)}${size.padStart(10)}${cells.map((cell) => cell.padStart(13)).join('')}`);
    }
  }
  console.info(`\nNode ${execFileSync(process.execPath, ['--version'], { encoding: 'utf8' }).trim()}`);
} finally {
  await requests.close();
  rmSync(scratch, { recursive: true, force: true });
}
