import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { HttpApi, type IHttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { HttpLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { AuthFunctions } from './auth-functions.ts';
import { addRoutes } from './auth-routes.ts';
import { AuthTable } from './auth-table.ts';
import { basePathFaults } from './base-path.ts';
import { defaultBundles } from './bundles.ts';
import { warnOfCookieMode } from './cookie-mode.ts';
import { admitLogs } from './encryption.ts';
import { AuthApi, type RouteHost } from './http-api.ts';
import { httpAuthorizer } from './http-authorizer.ts';
import { KeyRotation } from './key-rotation.ts';
import { requireOneCdk } from './one-cdk.ts';
import { Operations } from './operations.ts';
import { serviceName } from './physical-names.ts';
import { endpointOf, resolveProps } from './props-rules.ts';
import { SecurityBus } from './security-bus.ts';
import { type FunctionDefaults, ServiceFunction } from './service-function.ts';
import { addOutputs, serviceOutputs } from './service-outputs.ts';
import { revocationDelaySeconds } from './settings-rules.ts';
import type { ResolvedSettings } from './settings-table.ts';
import { SigningKeys } from './signing-keys.ts';
import { TeamApi } from './team-api.ts';
import type { TokenServiceProps } from './token-service-props.ts';
import { TrustedProxy } from './trusted-proxy.ts';

export type { TokenServiceProps } from './token-service-props.ts';

/**
 * Login sessions behind an HTTP API: short-lived access tokens that any service can verify, and refresh tokens that can
 * be revoked. Guard your own route with one line:
 *
 * ```ts
 * service.api.addRoutes({ path: '/orders', integration, authorizer: service.authorizer });
 * ```
 */
export class TokenService extends Construct {
  /** The HTTP API, created or your own. */
  readonly httpApi: HttpApi | IHttpApi;
  /** Base URL of the API, without a trailing slash. */
  readonly apiUrl: string;
  /** Allows only callers with a valid access token; passes on `sub`, `sid`, `client_id`, `scope` and `exp`. */
  readonly authorizer: HttpLambdaAuthorizer;
  readonly table: NonNullable<TokenServiceProps['table']>;
  /** Maximum time that an access token outlives the revocation of its session, in seconds. */
  readonly maxRevocationDelaySeconds: number;
  /** The bus for security events and signals. */
  readonly bus: IEventBus;
  /** The queue of failed signals and key rotations. */
  readonly deadLetters: IQueue;
  /** The function that rotates the keys; a schedule calls it daily. */
  readonly keyRotation: IFunction;
  /** The `iss` of the access tokens. */
  readonly issuer: string;
  /** The `aud` of the access tokens. */
  readonly audience: string;
  /** The topic of the alarms; undefined if there are none. */
  readonly alarmTopic: ITopic | undefined;
  /** Target of the DNS record for `domainName`; undefined without a custom domain. */
  readonly domainTarget: string | undefined;
  /** Value of the header `x-pawl-proxy-secret` that the trusted proxy sends; undefined without `trustedProxy`. */
  readonly trustedProxySecret: Secret | undefined;

  /** @throws SettingsError listing every invalid setting */
  constructor(scope: Construct, id: string, props: TokenServiceProps = {}) {
    requireOneCdk(scope);
    super(scope, id);
    const settings = resolveProps(props, Stack.of(this));
    const { removalPolicy = RemovalPolicy.RETAIN, encryptionKey, memorySize = {} } = props;
    const service = serviceName(this);
    const defaults: FunctionDefaults = {
      bundles: props.bundles ?? defaultBundles,
      logRetention: props.logRetention ?? RetentionDays.THREE_MONTHS,
      service,
      tracing: props.tracing ?? false,
      ...(encryptionKey && { encryptionKey }),
    };
    if (encryptionKey !== undefined) admitLogs(this, encryptionKey);
    if (props.permissionsBoundary !== undefined) PermissionsBoundary.of(this).apply(props.permissionsBoundary);
    this.maxRevocationDelaySeconds = revocationDelaySeconds(settings);
    this.table = props.table ?? new AuthTable(this, 'Auth', { removalPolicy, encryptionKey }).table;
    const keys = new SigningKeys(this, 'SigningKeys', { ...defaults, removalPolicy, settings });
    const http = this.#http(props, settings);
    this.httpApi = http.api;
    this.apiUrl = http.url;
    this.domainTarget = http.domainTarget;
    const baseUrl = settings.publicUrl ?? settings.issuer ?? http.url;
    this.issuer = settings.issuer ?? baseUrl;
    this.audience = settings.audience ?? this.issuer;
    this.authorizer = this.#authorizer(defaults, keys, settings, memorySize.authorizer);
    const security = new SecurityBus(this, 'Security', { bus: props.eventBus, encryptionKey });
    this.bus = security.bus;
    this.deadLetters = security.deadLetters;
    const { table, bus, issuer, audience, deadLetters } = this;
    this.keyRotation = new KeyRotation(this, 'KeyRotation', {
      ...defaults,
      settings,
      keys,
      issuer,
      deadLetters,
    }).function.lambda;
    const proxy =
      settings.trustedProxy === undefined
        ? undefined
        : new TrustedProxy(this, 'TrustedProxy', { header: settings.trustedProxy, encryptionKey });
    this.trustedProxySecret = proxy?.secret;
    const functions = new AuthFunctions(this, {
      ...defaults,
      settings,
      table,
      bus,
      keys,
      issuer,
      baseUrl,
      audience,
      security,
      proxy,
      memorySize,
      users: props.users,
      migrate: props.migrate,
      exampleRoute: props.exampleRoute ?? false,
    });
    const { authorizer } = this;
    addRoutes(http.routes, functions, { issuer, authorizer, settings });
    const { alarms } = new Operations(this, 'Operations', {
      service,
      table,
      api: this.httpApi,
      deadLetters: this.deadLetters,
      keyRotationDays: settings.keyRotationDays,
      detailed: settings.detailedMonitoring,
      ...(props.alarms !== undefined && { alarms: props.alarms }),
      ...(props.alarmTopic !== undefined && { alarmTopic: props.alarmTopic }),
    });
    this.alarmTopic = alarms?.topic;
    warnOfCookieMode(this, settings, props.httpApi);
  }

  /**
   * The HTTP API. Add your own routes here.
   * @throws Error if `httpApi` was imported: add routes with `new HttpRoute(scope, id, { httpApi, ... })` instead
   */
  get api(): HttpApi {
    if (this.httpApi instanceof HttpApi) return this.httpApi;
    throw new Error('httpApi was imported: add routes to it with new HttpRoute(scope, id, { httpApi, ... })');
  }

  /**
   * Adds the stack outputs that operators, the command line (`pawl --stack`) and other stacks need: `ApiUrl`, `Issuer`,
   * `Audience`, `TableName` and so on. Only one service per stack can add them.
   * @throws Error if the stack already has an output of such a name
   */
  outputs(): void {
    addOutputs(this, serviceOutputs(this));
  }

  #http({ httpApi, throttle }: TokenServiceProps, settings: ResolvedSettings) {
    const { domain, publicUrl } = settings;
    if (httpApi !== undefined) {
      const url = publicUrl ?? settings.issuer ?? endpointOf(httpApi) ?? '';
      const routes: RouteHost = new TeamApi(this, 'Http', { httpApi });
      this.node.addValidation({ validate: () => basePathFaults(httpApi, settings) });
      return { api: httpApi, url, domainTarget: undefined, routes };
    }
    const own = new AuthApi(this, 'Http', {
      cors: settings,
      domain,
      throttle: throttle ?? { rateLimit: 500, burstLimit: 1000 },
    });
    return { api: own.api, url: publicUrl ?? own.url, domainTarget: own.domainName?.regionalDomainName, routes: own };
  }

  #authorizer(
    defaults: FunctionDefaults,
    keys: SigningKeys,
    { authorizerCacheSeconds, logAllowedCalls }: ResolvedSettings,
    memorySize: number | undefined,
  ) {
    // No permissions and no AWS SDK: compromising the most exposed function gains nothing.
    const authorizer = new ServiceFunction(this, 'Authorizer', {
      ...defaults,
      row: 'authorizer',
      environment: { ISSUER: this.issuer, AUDIENCE: this.audience, JWKS: keys.jwks },
      logAllowedCalls,
      ...(memorySize !== undefined && { memorySize }),
    });
    return httpAuthorizer(this, authorizer.lambda, Duration.seconds(authorizerCacheSeconds));
  }
}
