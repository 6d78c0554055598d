import type { Resource, Template } from '../cloudformation/template.ts';
import { LocalError } from '../errors.ts';
import { type JsonObject, objectOf, textsOf } from '../json.ts';
import type { Functions } from '../runtime/functions.ts';

/** The part of the template's HTTP API that the gateway needs. */
export interface HttpApi {
  readonly id: string;
  readonly cors: Cors | undefined;
  readonly routes: readonly Route[];
}

/** The API's own CORS settings; lists of texts as in the template. */
export interface Cors {
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAge: number | undefined;
}

/** One route and the function behind it. */
export interface Route {
  /** As in the template: `POST /auth/login`, `ANY /x/{proxy+}`, `$default`. */
  readonly key: string;
  /** Logical id. */
  readonly functionId: string;
  readonly timeoutMs: number;
  readonly authorizer: Authorizer | undefined;
}

/** A Lambda authorizer with payload 2.0 and simple responses. */
export interface Authorizer {
  readonly id: string;
  readonly functionId: string;
  /** `$request.header.Authorization`, ... */
  readonly identitySources: readonly string[];
  readonly cacheSeconds: number;
}

/** Reads the template's HTTP API, and refuses features that the gateway does not support. */
export function readHttpApi(template: Template, functions: Functions): HttpApi {
  const [api, ...others] = template.ofType('AWS::ApiGatewayV2::Api');
  if (api === undefined) throw new LocalError('the stack has no HTTP API');
  if (others.length > 0) throw new LocalError('the local run serves one HTTP API, but the stack has more');
  const get = (resource: Resource, name: string): unknown => template.property(resource, name);
  if (get(api, 'ProtocolType') !== 'HTTP') throw new LocalError(`${api.id}: the local run serves only HTTP APIs`);
  for (const stage of template.ofType('AWS::ApiGatewayV2::Stage')) {
    if (get(stage, 'StageName') !== '$default')
      throw new LocalError(`${stage.id}: the local run serves only the stage $default`);
  }
  const routes = template.ofType('AWS::ApiGatewayV2::Route').map((route) => readRoute(template, functions, route));
  return {
    id: String(template.resolve({ Ref: api.id })),
    cors: readCors(objectOf(get(api, 'CorsConfiguration'))),
    routes,
  };
}

function readRoute(template: Template, functions: Functions, route: Resource): Route {
  const target = String(template.property(route, 'Target'));
  const integration = template.resource(target.replace(/^integrations\//, ''));
  const get = (name: string): unknown => template.property(integration, name);
  if (get('IntegrationType') !== 'AWS_PROXY' || get('PayloadFormatVersion') !== '2.0') {
    throw new LocalError(`${integration.id}: the local run supports only Lambda integrations with payload 2.0`);
  }
  const type = String(template.property(route, 'AuthorizationType') ?? 'NONE');
  if (type !== 'NONE' && type !== 'CUSTOM')
    throw new LocalError(`${route.id}: the local run does not support the authorization type ${type}`);
  return {
    key: String(template.property(route, 'RouteKey')),
    functionId: functions.byArn(String(get('IntegrationUri'))),
    timeoutMs: Number(get('TimeoutInMillis') ?? 30_000),
    authorizer:
      type === 'NONE'
        ? undefined
        : readAuthorizer(template, functions, template.resource(String(template.property(route, 'AuthorizerId')))),
  };
}

function readAuthorizer(template: Template, functions: Functions, authorizer: Resource): Authorizer {
  const get = (name: string): unknown => template.property(authorizer, name);
  if (
    get('AuthorizerType') !== 'REQUEST' ||
    get('AuthorizerPayloadFormatVersion') !== '2.0' ||
    get('EnableSimpleResponses') !== true
  ) {
    throw new LocalError(
      `${authorizer.id}: the local run supports only Lambda authorizers with payload 2.0 and simple responses`,
    );
  }
  const identitySources = textsOf(get('IdentitySource')) ?? [];
  const cacheSeconds = Number(get('AuthorizerResultTtlInSeconds') ?? (identitySources.length > 0 ? 300 : 0));
  if (cacheSeconds > 0 && identitySources.length === 0)
    throw new LocalError(`${authorizer.id}: a result cache needs an identity source`);
  return {
    id: authorizer.id,
    functionId: functions.byArn(String(get('AuthorizerUri'))),
    identitySources,
    cacheSeconds,
  };
}

function readCors(settings: JsonObject): Cors | undefined {
  if (Object.keys(settings).length === 0) return undefined;
  const maxAge = settings.MaxAge;
  return {
    allowOrigins: textsOf(settings.AllowOrigins) ?? [],
    allowMethods: textsOf(settings.AllowMethods) ?? [],
    allowHeaders: textsOf(settings.AllowHeaders) ?? [],
    exposeHeaders: textsOf(settings.ExposeHeaders) ?? [],
    allowCredentials: settings.AllowCredentials === true || settings.AllowCredentials === 'true',
    maxAge: maxAge === undefined ? undefined : Number(maxAge),
  };
}
