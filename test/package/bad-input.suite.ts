import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { peerFloors } from '../../lib/peers.ts';
import { Stranger } from './support/stranger.ts';

/** The messages of `pawl` for invalid input. `shop` is an app with pawl and its peers. */
export function badInputSuite(shop: () => Stranger, tarball: () => string): void {
  let team: Stranger;
  beforeAll(async () => {
    team = Stranger.inEmptyFolder();
    await team.install('--legacy-peer-deps', tarball());
  });
  afterAll(() => team.leave());

  /** A second copy of one of shop's packages. Its files are hard links and must not be changed. */
  function copyOf(name: string, place: string): void {
    mkdirSync(dirname(join(place, 'node_modules', name)), { recursive: true });
    execFileSync('cp', ['-al', join(shop().folder, 'node_modules', name), join(place, 'node_modules', name)]);
  }

  /** The message of the error that a CommonJS snippet throws. */
  async function messageOf(folder: Stranger, code: string): Promise<string> {
    folder.write('fails.cjs', `try { ${code} } catch (error) { console.log(error.message); }`);
    return (await folder.must('node', ['fails.cjs'])).trimEnd();
  }

  const [[cdk, cdkFloor], [constructs, constructsFloor]] = Object.entries(peerFloors) as [
    [string, string],
    [string, string],
  ];
  const missing = (name: string, floor: string) =>
    `pawl needs the package ${name}, which is not installed. Run: npm install ${name}@^${floor}`;

  describe('bad input: one line that says what to do', () => {
    test('no aws-cdk-lib, from CommonJS and from an ES module', async () => {
      expect(await messageOf(team, `require('pawl')`)).toBe(missing(cdk, cdkFloor));
      team.write('fails.mjs', `await import('pawl').catch((error) => console.log(error.message));`);
      expect((await team.must('node', ['fails.mjs'])).trimEnd()).toBe(missing(cdk, cdkFloor));
    });

    test('without the peers, the command line still runs', async () => {
      expect(await team.must('npx', ['--no-install', 'pawl', '--help'])).toMatch(/\busers\b/);
    });

    test('no constructs', async () => {
      copyOf(cdk, team.folder);
      expect(await messageOf(team, `require('pawl')`)).toBe(missing(constructs, constructsFloor));
    });

    test('a peer that is too old', async () => {
      const other = Stranger.inEmptyFolder();
      other.write(`node_modules/${cdk}/package.json`, `{"name":"${cdk}","version":"2.256.9"}`);
      execFileSync('cp', ['-al', join(team.folder, 'node_modules/pawl'), join(other.folder, 'node_modules/pawl')]);
      expect(await messageOf(other, `require('pawl')`)).toBe(
        `pawl needs ${cdk} ${cdkFloor} or newer, not 2.256.9. Run: npm install ${cdk}@^${cdkFloor}`,
      );
      other.leave();
    });

    test.each([cdk, constructs])('two copies of %s', async (twice) => {
      const place = join(shop().folder, `second-${twice}`);
      copyOf('pawl', place);
      copyOf(twice, place);
      const app = `const { App, Stack } = require('aws-cdk-lib');
        const { TokenService } = require('./second-${twice}/node_modules/pawl');
        new TokenService(new Stack(new App(), 'S'), 'T');`;
      expect(await messageOf(shop(), app)).toBe(
        `Pawl and your app use two copies of ${twice}: list them with npm ls ${twice}, and remove one with npm dedupe or ` +
          'by requiring a single version',
      );
    });

    test('a path without bundles', async () => {
      const app = `const { App, Stack } = require('aws-cdk-lib');
        const { TokenService } = require('pawl');
        new TokenService(new Stack(new App(), 'S'), 'T', { bundles: './nowhere' });`;
      const told = await messageOf(shop(), app);
      expect(told).toContain('bundles: ./nowhere does not exist: ');
      expect(told).toContain('leave out the prop bundles, or reinstall pawl');
    });

    test('a path inside the package', async () => {
      expect(await messageOf(shop(), `require('pawl/lib/token-service')`)).toContain(
        `Package subpath './lib/token-service' is not defined by "exports"`,
      );
    });
  });
}
