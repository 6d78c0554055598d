import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const cli = join(import.meta.dirname, '../../cli/main.ts');

test('the command line prints no AWS SDK warning about an old Node version', () => {
  // The SDK checks only process.version. The command line runs on Node 20.
  const old = `data:text/javascript,${encodeURIComponent("Object.defineProperty(process, 'version', { value: 'v20.19.5' })")}`;
  const { stderr, status } = spawnSync(process.execPath, ['--import', old, cli, 'users', 'list', '--table', 'Pawl'], {
    encoding: 'utf8',
    env: {
      ...{ PATH: process.env.PATH, AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
      ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_EC2_METADATA_DISABLED: 'true' },
    },
    timeout: 60_000,
  });
  expect(stderr).toBe(
    '127.0.0.1:9 cannot be reached (ECONNREFUSED): check the network, the region and AWS_ENDPOINT_URL\n',
  );
  expect(status).toBe(1);
});
