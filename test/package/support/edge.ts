import { join } from 'node:path';
import { build } from 'esbuild';
import type { Stranger } from './stranger.ts';

/** The runtimes without Node's modules, as their package managers install them. */
export const edgePackages = ['workerd@1.20261117.1', '@edge-runtime/vm@5.0.0'] as const;

/**
 * Bundles a module for a runtime, as its tools do.
 *
 * @param conditions export conditions of that tool
 * @throws Error if the module needs a module of Node
 */
export async function bundled(
  service: Stranger,
  path: string,
  conditions: readonly string[],
  format: 'esm' | 'iife' = 'esm',
): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(service.folder, path)],
    bundle: true,
    write: false,
    format,
    platform: 'neutral',
    conditions: [...conditions],
    mainFields: [],
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

/** Runs the `test` handler of a module in workerd, the runtime of Cloudflare Workers. @returns what it logs */
export async function inWorkerd(service: Stranger, code: string): Promise<string> {
  service.write('worker.mjs', code);
  service.write(
    'workerd.capnp',
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [
  (name = "main", worker = (
    modules = [(name = "worker.mjs", esModule = embed "worker.mjs")],
    compatibilityDate = "2026-01-01",
    globalOutbound = "net",
  )),
  (name = "net", network = (allow = ["private", "public"])),
]);`,
  );
  return service.must('node_modules/.bin/workerd', ['test', 'workerd.capnp']);
}

/** Runs a script in the Edge Runtime VM, the runtime of Next.js middleware. @returns what it logs */
export async function inEdgeVm(service: Stranger, code: string): Promise<string> {
  service.write('script.js', code);
  service.write(
    'edge.mjs',
    `import { readFileSync } from 'node:fs';
import { EdgeVM } from '@edge-runtime/vm';
const vm = new EdgeVM();
vm.context.told = new Promise((tell) => { vm.context.tell = tell; });
vm.evaluate(readFileSync('script.js', 'utf8'));
console.log(await vm.context.told);`,
  );
  return service.must('node', ['edge.mjs']);
}
