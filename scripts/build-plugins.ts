import type { Plugin } from 'esbuild';

/** Leaves out the fetcher of aws-jwt-verify, which loads `https`. The verifier gives it another one, so it never runs. */
export const libraryFetcher: Plugin = {
  name: 'library-fetcher',
  setup(build) {
    build.onResolve({ filter: /^\.\/https-node\.js$/ }, ({ path, importer }) =>
      /[\\/]node_modules[\\/]aws-jwt-verify[\\/]/.test(importer) ? { path, namespace: 'fetcher' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'fetcher' }, () => ({
      contents: `export const fetch = async () => { throw new Error('left out of this bundle'); };`,
    }));
  },
};

const skipped = `() => async () => {
  throw Object.assign(new Error('left out of this bundle'), { tryNextLink: true });
}`;

/**
 * Leaves out the credential sources of a developer's machine: profiles, SSO, processes and token files. With their
 * clients they are more than a quarter of a bundle. On Lambda, credentials come from the environment; with SnapStart
 * they come from the container endpoint, which stays. On `tryNextLink` the SDK's chain continues with the next source.
 */
export const lambdaCredentials: Plugin = {
  name: 'lambda-credentials',
  setup(build) {
    build.onResolve({ filter: /^@aws-sdk\/credential-provider-(sso|ini|process|web-identity)$/ }, ({ path }) => ({
      path,
      namespace: 'left-out',
    }));
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({
      contents: ['fromSSO', 'fromIni', 'fromProcess', 'fromTokenFile']
        .map((name) => `export const ${name} = ${skipped};`)
        .join('\n'),
    }));
  },
};
