import type { Plugin } from 'esbuild';

/**
 * Gives aws-jwt-verify an `https` that loads on the first call. Only its own fetcher calls it, and the authorizer uses
 * another fetcher, so in practice it never loads.
 */
export const lazyHttps: Plugin = {
  name: 'lazy-https',
  setup(build) {
    build.onResolve({ filter: /^(node:)?https?$/ }, ({ path, importer }) =>
      /[\\/]node_modules[\\/]aws-jwt-verify[\\/]/.test(importer)
        ? { path: path.replace(/^node:/, ''), namespace: 'lazy' }
        : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path }) => ({
      contents: `export const request = (...args) => process.getBuiltinModule('node:${path}').request(...args);`,
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
