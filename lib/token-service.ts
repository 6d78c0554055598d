import { join } from 'node:path';
import { Annotations, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type HttpApi, HttpMethod, type ThrottleSettings } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { AuthTable } from './auth-table.ts';
import { AuthApi } from './http-api.ts';
import { type FunctionDefaults, ServiceFunction } from './service-function.ts';
import { type ResolvedSettings, resolveSettings, revocationDelaySeconds, type Settings } from './settings.ts';
import { SigningKeys } from './signing-keys.ts';

export interface TokenServiceProps extends Settings {
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
  /** The `iss` of the access tokens. */
  readonly issuer: string;
  /** The `aud` of the access tokens. */
  readonly audience: string;
  /** Where DNS has to point `domainName`; undefined without a custom domain. */
  readonly domainTarget: string | undefined;

  /** @throws SettingsError naming every setting that cannot be used */
  constructor(scope: Construct, id: string, props: TokenServiceProps = {}) {
    super(scope, id);
    const settings = resolveSettings({ ...props });
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    const defaults: FunctionDefaults = {
      bundles: props.bundles ?? join(import.meta.dirname, '../dist'),
      logRetention: props.logRetention ?? RetentionDays.THREE_MONTHS,
    };
    this.maxRevocationDelaySeconds = revocationDelaySeconds(settings);
    this.table = new AuthTable(this, 'Auth', { removalPolicy }).table;
    const keys = new SigningKeys(this, 'SigningKeys', { ...defaults, removalPolicy });
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
    this.#routes(defaults, http, keys, settings);

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

  #routes(defaults: FunctionDefaults, http: AuthApi, keys: SigningKeys, settings: ResolvedSettings): void {
    const session = {
      TABLE_NAME: this.table.tableName,
      RATCHET_KEYS_SECRET: keys.ratchetSecret.secretArn,
      ALLOWED_ORIGINS: settings.allowedOrigins.join(' '),
      GRACE_SECONDS: `${settings.graceSeconds}`,
    };
    const issuing = {
      ...session,
      SIGNING_KEYS_SECRET: keys.signingSecret.secretArn,
      ISSUER: this.issuer,
      AUDIENCE: this.audience,
      ACCESS_TOKEN_TTL_SECONDS: `${settings.accessTokenTtlSeconds}`,
      REFRESH_IDLE_TTL_SECONDS: `${settings.refreshIdleTtlSeconds}`,
      REFRESH_ABSOLUTE_TTL_SECONDS: `${settings.refreshAbsoluteTtlSeconds}`,
      ROTATION_FLOOR_SECONDS: `${settings.rotationFloorSeconds}`,
      SESSIONS_NOT_BEFORE: `${settings.sessionsNotBefore}`,
    };
    const table = [this.table.tableArn];
    const readSecret = ['secretsmanager:GetSecretValue'];
    const bothSecrets = [keys.signingSecret.secretArn, keys.ratchetSecret.secretArn];

    const login = new ServiceFunction(this, 'Login', {
      ...defaults,
      row: 'login',
      environment: { ...issuing, MAX_SESSIONS_PER_USER: `${settings.maxSessionsPerUser}` },
      // One whole core: argon2id is nearly all of a login.
      memorySize: 1769,
    });
    login.allow(['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], table);
    login.allow(readSecret, bothSecrets);

    const refresh = new ServiceFunction(this, 'Refresh', { ...defaults, row: 'refresh', environment: issuing });
    refresh.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], table);
    refresh.allow(readSecret, bothSecrets);

    const revoke = new ServiceFunction(this, 'Revoke', { ...defaults, row: 'revoke', environment: session });
    revoke.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], table);
    revoke.allow(readSecret, [keys.ratchetSecret.secretArn]);

    const metadata = new ServiceFunction(this, 'Metadata', {
      ...defaults,
      row: 'metadata',
      environment: { ISSUER: this.issuer, JWKS_PARAMETER: keys.parameter.parameterName },
    });
    metadata.allow(['ssm:GetParameter'], [keys.parameter.parameterArn]);

    const me = new ServiceFunction(this, 'Me', { ...defaults, row: 'me', environment: {} });

    http.openRoute(HttpMethod.POST, '/auth/login', login.lambda);
    http.openRoute(HttpMethod.POST, '/auth/refresh', refresh.lambda);
    http.openRoute(HttpMethod.POST, '/auth/revoke', revoke.lambda);
    http.openRoute(HttpMethod.GET, '/.well-known/jwks.json', metadata.lambda);
    http.openRoute(HttpMethod.GET, '/.well-known/oauth-authorization-server', metadata.lambda);
    http.guardedRoute(HttpMethod.GET, '/me', me.lambda, this.authorizer);
  }
}
