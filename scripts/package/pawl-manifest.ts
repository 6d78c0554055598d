import { peerFloors } from '../../lib/peers.ts';
import { type Manifest, readManifest } from './manifest.ts';

/** The manifest of the package `pawl`, with the fields that jsii and Construct Hub need. */
export function pawlManifest(): Manifest {
  const { version, description, license } = readManifest('.');
  return {
    name: 'pawl',
    version,
    description,
    keywords: ['aws', 'cdk', 'awscdk', 'construct', 'authentication', 'session', 'login', 'jwt', 'refresh-token'],
    license,
    author: { name: 'Pawl contributors', organization: true },
    repository: { type: 'git', url: 'git+https://github.com/pawl-auth/pawl.git' },
    stability: 'experimental',
    engines: { node: '>=20' },
    type: 'commonjs',
    main: 'lib/index.js',
    types: 'lib/index.d.ts',
    exports: {
      '.': { types: './lib/index.d.ts', default: './lib/index.js' },
      './package.json': './package.json',
    },
    bin: { pawl: 'cli/pawl.mjs' },
    peerDependencies: Object.fromEntries(Object.entries(peerFloors).map(([name, floor]) => [name, `^${floor}`])),
    jsii: {
      outdir: 'dist/jsii',
      versionFormat: 'full',
      targets: { python: { distName: 'pawl', module: 'pawl' } },
    },
  };
}
