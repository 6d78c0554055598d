import { join } from 'node:path';
import { Annotations, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { type HttpApi, HttpMethod, type ThrottleSettings } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { AuthFunctions } from './auth-functions.ts';
import { AuthTable } from './auth-table.ts';
import { AuthApi } from './http-api.ts';
import { KeyRotation } from './key-rotation.ts';
import { Operations, type WatchProps } from './operations.ts';
import { SecurityBus } from './security-bus.ts';
import { type FunctionDefaults, ServiceFunction } from './service-function.ts';
import { resolveSettings, type Settings } from './settings.ts';
import { revocationDelaySeconds } from './settings-rules.ts';
import { SigningKeys } from './signing-keys.ts';

export interface TokenServiceProps extends Settings, WatchProps {
  /**
   * What happens to the table and the key secrets when the stack goes. DESTROY also lifts the table's deletion protection.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * How long the functions' logs are kept.
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;
  /**
   * Requests a second over all routes of the API, the team's own included; beyond, API Gateway answers 429.
   * @default 500, in bursts up to 1,000
   */
  readonly throttle?: ThrottleSettings;
  /**
   * The bus of security events.
   * @default a bus of the service's own
   */
  readonly eventBus?: IEventBus;
  /**
   * The team's own users: a function that gets `{ username, password }` and answers `{ subject, claims?, scopes? }`, or
   * null for a wrong password or an unknown user. Failing or taking longer than 3.5 s is 503 to the client. The routes
   * that change password and e-mail address then do not exist.
   * @default users in the table, with argon2id
   */
  readonly users?: IFunction;
  /**
   * Traces requests to the functions with X-Ray.
   * @default false
   */
  readonly tracing?: boolean;
  /**
   * Directory of the built functions.
   * @default `dist` beside `lib`, where `npm run build` puts them
   */
  readonly bundles?: string;
}

/**
 * Login sessions behind an HTTP API: short access tokens that any service checks by itself, refresh tokens that can be
 * revoked. Guard a route of your own with one line:
 *
 * ```ts
 * service.api.addRoutes({ path: '/orders', integration, authorizer: service.authorizer });
 * ```
 */
export class TokenService extends Construct {
  /** The HTTP API; a team adds its own routes here. */
  readonly api: HttpApi;
  /** Base URL of the API, without a trailing slash. */
  readonly apiUrl: string;
  /** Lets only callers with a valid access token pass; hands on `sub`, `sid`, `client_id`, `scope` and `exp`. */
  readonly authorizer: HttpLambdaAuthorizer;
  readonly table: Table;
  /** How long an access token can outlive the revocation of its session. In seconds. */
  readonly maxRevocationDelaySeconds: number;
  /** Security events: signals in, what happened out. */
  readonly bus: IEventBus;
  /** Signals that could not be carried out. */
  readonly deadLetters: IQueue;
  /** The function that rotates the keys; a schedule calls it daily. */
  readonly keyRotation: IFunction;
  /** The `iss` of the access tokens. */
  readonly issuer: string;
  /** The `aud` of the access tokens. */
  readonly audience: string;
  /** Hears of every alarm; undefined where there are none. */
  readonly alarmTopic: ITopic | undefined;
  /** Where DNS has to point `domainName`; undefined without a custom domain. */
  readonly domainTarget: string | undefined;

  /** @throws SettingsError naming every setting that cannot be used */
  constructor(scope: Construct, id: string, props: TokenServiceProps = {}) {
    super(scope, id);
    const settings = resolveSettings({ ...props });
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    const service = `${Stack.of(this).stackName}/${id}`;
    const defaults: FunctionDefaults = {
      bundles: props.bundles ?? join(import.meta.dirname, '../dist'),
      logRetention: props.logRetention ?? RetentionDays.THREE_MONTHS,
      service,
      tracing: props.tracing ?? false,
    };
    this.maxRevocationDelaySeconds = revocationDelaySeconds(settings);
    this.table = new AuthTable(this, 'Auth', { removalPolicy }).table;
    const keys = new SigningKeys(this, 'SigningKeys', {
      ...defaults,
      removalPolicy,
      sessionsNotBefore: settings.sessionsNotBefore,
    });
    const http = new AuthApi(this, 'Http', {
      allowedOrigins: settings.allowedOrigins,
      domain: settings.domain,
      throttle: props.throttle ?? { rateLimit: 500, burstLimit: 1000 },
    });
    this.api = http.api;
    this.apiUrl = http.url;
    this.domainTarget = http.domainName?.regionalDomainName;
    this.issuer = settings.issuer ?? http.url;
    this.audience = settings.audience ?? this.issuer;
    this.authorizer = this.#authorizer(defaults, keys, settings.authorizerCacheSeconds);
    const security = new SecurityBus(this, 'Security', { bus: props.eventBus });
    this.bus = security.bus;
    this.deadLetters = security.deadLetters;
    const { table, bus, issuer, audience, deadLetters } = this;
    this.keyRotation = new KeyRotation(this, 'KeyRotation', {
      ...defaults,
      settings,
      keys,
      deadLetters,
    }).function.lambda;
    const functions = new AuthFunctions(this, {
      ...defaults,
      ...{ settings, table, bus, keys, issuer, audience, security },
      users: props.users,
    });
    this.#routes(http, functions);
    const { alarms } = new Operations(this, 'Operations', {
      ...{ service, table, api: this.api, deadLetters: this.deadLetters, keyRotationDays: settings.keyRotationDays },
      ...(props.alarms !== undefined && { alarms: props.alarms }),
      ...(props.alarmTopic !== undefined && { alarmTopic: props.alarmTopic }),
    });
    this.alarmTopic = alarms?.topic;

    if (settings.allowedOrigins.length > 0 && settings.domain === undefined) {
      Annotations.of(this).addWarningV2(
        'pawl:cookie-mode-without-domain',
        'Cookie mode without a custom domain: browsers send SameSite=Strict cookies only when the API is on the site of ' +
          'the web app. Set domainName and certificateArn.',
      );
    }
  }

  #authorizer(defaults: FunctionDefaults, keys: SigningKeys, cacheSeconds: number): HttpLambdaAuthorizer {
    // No permission and no AWS SDK: whoever breaks into the most exposed function finds nothing to use.
    const authorizer = new ServiceFunction(this, 'Authorizer', {
      ...defaults,
      row: 'authorizer',
      environment: { ISSUER: this.issuer, AUDIENCE: this.audience, JWKS: keys.jwks },
    });
    return new HttpLambdaAuthorizer('AccessToken', authorizer.lambda, {
      // The CDK's defaults are IAM answers and a cache of five minutes; a cached allow outlives the token's exp.
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      resultsCacheTtl: Duration.seconds(cacheSeconds),
      identitySource: ['$request.header.Authorization'],
    });
  }

  #routes(http: AuthApi, functions: AuthFunctions): void {
    const { login, refresh, revoke, sessions, credentials, metadata, me } = functions;
    const { GET, POST, DELETE } = HttpMethod;
    http.openRoute(POST, '/auth/login', login.lambda, { rateLimit: 20, burstLimit: 40 });
    http.openRoute(POST, '/auth/refresh', refresh.lambda);
    http.openRoute(POST, '/auth/revoke', revoke.lambda);
    http.openRoute(POST, '/auth/revoke-all', sessions.lambda);
    http.openRoute(GET, '/auth/sessions', sessions.lambda);
    http.openRoute(DELETE, '/auth/sessions/{sid}', sessions.lambda);
    if (credentials !== undefined) {
      http.openRoute(POST, '/auth/password', credentials.lambda, { rateLimit: 10, burstLimit: 20 });
      http.openRoute(POST, '/auth/email', credentials.lambda, { rateLimit: 10, burstLimit: 20 });
    }
    http.openRoute(GET, '/.well-known/jwks.json', metadata.lambda);
    http.openRoute(GET, '/.well-known/oauth-authorization-server', metadata.lambda);
    http.guardedRoute(GET, '/me', me.lambda, this.authorizer);
  }
}
