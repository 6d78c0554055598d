import { Duration } from 'aws-cdk-lib';
import { IdentitySource, RequestAuthorizer } from 'aws-cdk-lib/aws-apigateway';
import { type HttpLambdaAuthorizer, WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { type IManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { defaultBundles, requireBundles } from './bundles.ts';
import { admitLogs } from './encryption.ts';
import { httpAuthorizer } from './http-authorizer.ts';
import { requireOneCdk } from './one-cdk.ts';
import { physicalName, serviceName } from './physical-names.ts';
import { ServiceFunction } from './service-function.ts';
import { type PublicJwks, resolveAuthorizer } from './token-authorizer-rules.ts';

export interface TokenAuthorizerProps {
  /** The `iss` of the access tokens: output `Issuer` of the service's stack. */
  readonly issuer: string;
  /** The `aud` of the access tokens: output `Audience` of the service's stack. */
  readonly audience: string;
  /**
   * Initial public keys, if the issuer cannot be reached. They are trusted until the next deployment, and new keys are
   * still fetched from the issuer; omit them wherever it can be reached.
   *
   * @default fetched from `<issuer>/.well-known/jwks.json` with the first token
   */
  readonly jwks?: PublicJwks;
  /**
   * How long API Gateway caches a decision, in seconds, 0 to 3,600. It outlives the token's `exp`, and applies to all
   * routes. WebSocket APIs cache nothing.
   *
   * @default 0
   */
  readonly authorizerCacheSeconds?: number;
  /**
   * Memory in MB. CPU is proportional.
   *
   * @default 512
   */
  readonly memorySize?: number;
  /**
   * Log a line for every allowed call, with subject and session. By default, one line counts up to 1,000 calls.
   *
   * @default false
   */
  readonly logAllowedCalls?: boolean;
  /**
   * Retention of the logs.
   *
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;
  /**
   * Your key for the logs. An imported key must allow CloudWatch Logs, see docs/construct.md.
   *
   * @default CloudWatch's own
   */
  readonly encryptionKey?: IKey;
  /**
   * Applied to every role.
   *
   * @default none
   */
  readonly permissionsBoundary?: IManagedPolicy;
  /**
   * Traces requests with X-Ray.
   * @default false
   */
  readonly tracing?: boolean;
  /**
   * Directory of the built functions.
   * @default those in the package; in Pawl's repository `dist`, where `npm run build` puts them
   */
  readonly bundles?: string;
}

type Row = 'authorizer' | 'restAuthorizer' | 'websocketAuthorizer';

/**
 * The standalone authorizer, for APIs in another stack or account. It is configured with issuer and audience. One
 * construct guards at most one API of each kind, and creates only what you request.
 *
 * ```ts
 * const authorizer = new TokenAuthorizer(this, 'Authorizer', { issuer, audience });
 * restApi.root.addResource('orders').addMethod('GET', integration, { authorizer: authorizer.forRestApi() });
 * ```
 */
export class TokenAuthorizer extends Construct {
  readonly #functions = new Map<Row, LambdaFunction>();
  readonly #props: TokenAuthorizerProps;
  readonly #cache: Duration;
  #http: HttpLambdaAuthorizer | undefined;
  #rest: RequestAuthorizer | undefined;
  #webSocket: WebSocketLambdaAuthorizer | undefined;

  /** @throws SettingsError listing every invalid prop */
  constructor(scope: Construct, id: string, props: TokenAuthorizerProps) {
    requireOneCdk(scope);
    super(scope, id);
    const { issuer, authorizerCacheSeconds } = resolveAuthorizer(props);
    this.#props = { ...props, issuer };
    this.#cache = Duration.seconds(authorizerCacheSeconds);
    if (props.encryptionKey !== undefined) admitLogs(this, props.encryptionKey);
    if (props.permissionsBoundary !== undefined) PermissionsBoundary.of(this).apply(props.permissionsBoundary);
  }

  /** For routes of an HTTP API: `sub`, `sid`, `client_id`, `scope` and `exp` in `requestContext.authorizer.lambda`. */
  forHttpApi(): HttpLambdaAuthorizer {
    this.#http ??= httpAuthorizer(this, this.#function('Http', 'authorizer'), this.#cache);
    return this.#http;
  }

  /** For methods of a REST API: the same five values in `requestContext.authorizer`. A refused token returns 401. */
  forRestApi(): RequestAuthorizer {
    this.#rest ??= new RequestAuthorizer(this, 'RestAuthorizer', {
      authorizerName: this.#name,
      handler: this.#function('Rest', 'restAuthorizer'),
      resultsCacheTtl: this.#cache,
      identitySources: [IdentitySource.header('Authorization')],
    });
    return this.#rest;
  }

  /**
   * For `$connect` of a WebSocket API: the same five values in `requestContext.authorizer`, with every message. The
   * token comes as `Authorization` or, from browsers, as the subprotocol `pawl.bearer.<token>`.
   */
  forWebSocketApi(): WebSocketLambdaAuthorizer {
    this.#webSocket ??= new WebSocketLambdaAuthorizer(
      'AccessToken',
      this.#function('WebSocket', 'websocketAuthorizer'),
      {
        authorizerName: this.#name,
        // The CDK's default is `Authorization`, and API Gateway would reject every request without it.
        identitySource: [],
      },
    );
    return this.#webSocket;
  }

  /** Unique within an API: several stacks may guard routes of one API. */
  get #name(): string {
    return physicalName(this, 128);
  }

  /** No permissions except on its own logs. */
  #function(id: string, row: Row): LambdaFunction {
    const made = this.#functions.get(row) ?? this.#make(id, row);
    this.#functions.set(row, made);
    return made;
  }

  #make(id: string, row: Row): LambdaFunction {
    const {
      issuer,
      audience,
      jwks = { keys: [] },
      bundles = defaultBundles,
      logRetention,
      tracing,
      memorySize,
      logAllowedCalls,
      encryptionKey,
    } = this.#props;
    requireBundles(bundles, [row]);
    return new ServiceFunction(this, id, {
      row,
      environment: { ISSUER: issuer, AUDIENCE: audience, JWKS: JSON.stringify(jwks) },
      bundles,
      logRetention: logRetention ?? RetentionDays.THREE_MONTHS,
      service: serviceName(this),
      ...(tracing && { tracing }),
      ...(logAllowedCalls && { logAllowedCalls }),
      ...(memorySize !== undefined && { memorySize }),
      ...(encryptionKey && { encryptionKey }),
    }).lambda;
  }
}
