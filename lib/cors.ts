import { Lazy, Stack } from 'aws-cdk-lib';
import { type CfnApi, CfnRoute, type HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { ResolvedSettings } from './settings-table.ts';

export type CorsSettings = Pick<
  ResolvedSettings,
  'allowedOrigins' | 'allowedHeaders' | 'allowedMethods' | 'exposedHeaders'
>;

/**
 * The methods of `ANY` and `$default`. With credentials, `*` would be a literal method name: Fetch standard,
 * "CORS-preflight fetch".
 */
const everyMethod = ['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT'];

/**
 * Lets web apps of the allowed origins call all routes of the API, with credentials. The gateway handles preflights
 * itself. Methods are computed at synth, after your own routes were added.
 */
export function allowWebApps(api: HttpApi, settings: CorsSettings): void {
  const cfn = api.node.defaultChild as CfnApi;
  cfn.corsConfiguration = {
    allowOrigins: [...settings.allowedOrigins],
    allowCredentials: true,
    allowMethods: Lazy.list({
      produce: () => unique(['GET', 'POST', 'DELETE'], [...routeMethods(api), ...settings.allowedMethods]),
    }),
    allowHeaders: unique(['authorization', 'content-type'], settings.allowedHeaders),
    exposeHeaders: unique(
      ['retry-after', 'www-authenticate', 'x-amzn-remapped-www-authenticate'],
      settings.exposedHeaders,
    ),
    maxAge: 600,
  };
}

/** The methods of all routes that the app adds to the API, from any stack. */
function routeMethods(api: HttpApi): readonly string[] {
  const stack = Stack.of(api);
  const id = JSON.stringify(stack.resolve(api.apiId));
  return api.node.root.node
    .findAll()
    .filter((child): child is CfnRoute => child instanceof CfnRoute)
    .filter((route) => JSON.stringify(stack.resolve(route.apiId)) === id)
    .flatMap(({ routeKey }) => {
      const [method = ''] = routeKey.split(' ');
      return method === 'ANY' || method === '$default' ? everyMethod : [method];
    });
}

const unique = (ours: readonly string[], theirs: readonly string[]) => [...new Set([...ours, ...[...theirs].sort()])];
