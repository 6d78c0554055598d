import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { LocalError, messageOf } from '../errors.ts';

const TIMEOUT_MS = 180_000;

/** A running synthesis. */
export interface Synthesis {
  readonly done: Promise<void>;
  /** Stops the CLI and everything it started. */
  stop(): void;
}

/**
 * Runs `cdk synth`, which builds the bundles as well.
 *
 * @param root the directory of cdk.json
 * @param output directory for the cloud assembly
 * @param context `key=value` pairs
 * @param app the command that runs the app. @default the one in cdk.json
 */
export function synthesize(root: string, output: string, context: readonly string[], app?: string): Synthesis {
  const args = ['synth', '--quiet', '--no-notices', '--output', output, ...context.flatMap((pair) => ['-c', pair])];
  if (app !== undefined) args.push('--app', app);
  const child = spawn(process.execPath, [cdkCli(root), ...args], {
    cwd: root,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const stop = (): void => {
    try {
      // Signal the process group: the CLI runs the build and the app through npm.
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
        process.kill(-child.pid, 'SIGKILL');
    } catch {
      // gone already
    }
  };
  let output_ = '';
  const collect = (chunk: Buffer): void => {
    output_ += chunk.toString('utf8');
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const done = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      stop();
      reject(new LocalError(`cdk synth did not end within ${TIMEOUT_MS / 1000} seconds`));
    }, TIMEOUT_MS);
    child.once('error', (error) => reject(new LocalError(`cdk synth did not start: ${messageOf(error)}`)));
    child.once('close', (code) => {
      clearTimeout(timer);
      if (code === 0) resolve();
      else reject(new LocalError(faultOf(output_)));
    });
  });
  return { done, stop };
}

/** The error in the CLI's output, without bundle sizes and the final summary line. */
export function faultOf(output: string): string {
  const noise =
    /^(function +bundle +budget|\w+ +[\d.]+ KB +\S.*|.*Subprocess exited with error \d+.*|\d+ feature flags are not configured\..*|npm error.*|\s*)$/;
  const lines = output.split('\n').filter((line) => !noise.test(line));
  return lines.length === 0 ? `cdk synth failed\n${output.trim()}` : lines.join('\n').trimEnd();
}

function cdkCli(root: string): string {
  try {
    return join(dirname(createRequire(join(root, 'package.json')).resolve('aws-cdk/package.json')), 'bin', 'cdk');
  } catch {
    throw new LocalError('the CDK CLI is not installed; run npm ci');
  }
}

/** Synthesis needs no account. With credentials, the CLI would ask AWS for their identity, so it gets none. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(AWS|CDK)_/.test(name));
  const none = existsSync('/dev/null')
    ? { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' }
    : {};
  return {
    ...Object.fromEntries(kept),
    ...none,
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    NO_COLOR: '1',
  };
}
