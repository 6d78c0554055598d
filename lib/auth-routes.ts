import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { HttpLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { AuthFunctions } from './auth-functions.ts';
import type { RouteHost } from './http-api.ts';
import type { ResolvedSettings } from './settings-table.ts';
import { pathOf } from './url-rules.ts';

export interface AuthRoutesProps {
  readonly issuer: string;
  readonly authorizer: HttpLambdaAuthorizer;
  readonly settings: Pick<ResolvedSettings, 'loginReservedConcurrency'>;
}

/** Every route of the service. */
export function addRoutes(http: RouteHost, functions: AuthFunctions, props: AuthRoutesProps): void {
  const { issuer, authorizer, settings } = props;
  const { login, refresh, revoke, sessions, credentials, metadata, me } = functions;
  const { GET, POST, DELETE } = HttpMethod;
  const throttle = { rateLimit: 20, burstLimit: 40 };
  // Above the reservation, Lambda would throttle calls, and the gateway would return 5xx instead of 429.
  const burstLimit = Math.min(throttle.burstLimit, settings.loginReservedConcurrency || throttle.burstLimit);
  http.openRoute(POST, '/auth/login', login.lambda, { ...throttle, burstLimit });
  http.openRoute(POST, '/auth/refresh', refresh.lambda);
  http.openRoute(POST, '/auth/revoke', revoke.lambda);
  http.openRoute(POST, '/auth/revoke-all', sessions.lambda);
  http.openRoute(GET, '/auth/sessions', sessions.lambda);
  http.openRoute(DELETE, '/auth/sessions/{sid}', sessions.lambda);
  if (credentials !== undefined) {
    http.openRoute(POST, '/auth/password', credentials.lambda);
    http.openRoute(POST, '/auth/email', credentials.lambda);
  }
  http.openRoute(GET, '/.well-known/jwks.json', metadata.lambda);
  http.openRoute(GET, '/.well-known/oauth-authorization-server', metadata.lambda);
  // The location that RFC 8414 §3.1 defines, in case that URL leads here.
  const path = pathOf(issuer);
  if (path !== '') http.openRoute(GET, `/.well-known/oauth-authorization-server${path}`, metadata.lambda);
  if (me !== undefined) http.guardedRoute(GET, '/me', me.lambda, authorizer);
}
