import { Validations } from 'aws-cdk-lib';
import {
  type CfnRoute,
  type CfnStage,
  DomainName,
  HttpApi,
  type HttpMethod,
  type HttpRoute,
  HttpStage,
  type IHttpRouteAuthorizer,
  PayloadFormatVersion,
  type ThrottleSettings,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { allowWebApps, type CorsSettings } from './cors.ts';
import { physicalName } from './physical-names.ts';
import type { ResolvedSettings } from './settings-table.ts';

export interface AuthApiProps {
  readonly cors: CorsSettings;
  readonly domain: ResolvedSettings['domain'];
  readonly throttle: ThrottleSettings;
}

/** The API that the service's routes are added to. */
export interface RouteHost {
  /**
   * A route without an authorizer: it checks a password or a refresh token itself, or returns public data.
   *
   * @param throttle requests a second, all callers together. Ignored on your own API, whose stage has its own
   *   throttling. Only for a route that every deployment has, at a path that never changes: see
   *   docs/adr/0029-throttled-routes-stay.md
   */
  openRoute(method: HttpMethod, path: string, handler: IFunction, throttle?: Required<ThrottleSettings>): void;
  /** A route behind the authorizer. */
  guardedRoute(method: HttpMethod, path: string, handler: IFunction, authorizer: IHttpRouteAuthorizer): void;
}

/** Reason for open routes, for cdk-nag. */
export const openByDesign = {
  id: 'AwsSolutions-APIG4',
  reason: 'Public by design: issues or checks credentials itself, or publishes what RFC 8414 makes public.',
};

/** The HTTP API, its default stage and its domain. Routes are added one by one; there is no catch-all. */
export class AuthApi extends Construct implements RouteHost {
  readonly api: HttpApi;
  /** Base URL without a trailing slash: the default issuer. */
  readonly url: string;
  /** The API's custom domain, the target of your DNS record. */
  readonly domainName: DomainName | undefined;
  readonly #stage: HttpStage;
  readonly #throttle: ThrottleSettings;
  readonly #integrations = new Map<IFunction, HttpLambdaIntegration>();

  constructor(scope: Construct, id: string, props: AuthApiProps) {
    super(scope, id);
    const { cors, domain } = props;
    this.#throttle = props.throttle;
    this.api = new HttpApi(this, 'Api', {
      apiName: physicalName(this, 128),
      // The stage is created here, for its throttling.
      createDefaultStage: false,
      // Tokens and cookies belong to one domain; a second URL would be a second issuer.
      disableExecuteApiEndpoint: domain !== undefined,
    });
    if (cors.allowedOrigins.length > 0) allowWebApps(this.api, cors);
    this.domainName =
      domain &&
      new DomainName(this, 'Domain', {
        domainName: domain.name,
        certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
      });
    this.#stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: props.throttle,
      ...(this.domainName && { domainMapping: { domainName: this.domainName } }),
    });
    Validations.of(this.#stage).acknowledge({
      id: 'AwsSolutions-APIG1',
      reason: 'Every function writes one line per request; the access log of the gateway is optional.',
    });
    this.url = domain ? `https://${domain.name}` : this.api.apiEndpoint;
  }

  openRoute(method: HttpMethod, path: string, handler: IFunction, throttle?: Required<ThrottleSettings>): void {
    for (const route of this.#add(method, path, handler, undefined)) {
      if (throttle !== undefined) this.#limit(`${method} ${path}`, route, throttle);
      Validations.of(route).acknowledge(openByDesign);
    }
  }

  guardedRoute(method: HttpMethod, path: string, handler: IFunction, authorizer: IHttpRouteAuthorizer): void {
    this.#add(method, path, handler, authorizer);
  }

  #add(method: HttpMethod, path: string, handler: IFunction, authorizer: IHttpRouteAuthorizer | undefined) {
    const integration = this.#integrations.get(handler) ?? this.#integrate(handler);
    return this.api.addRoutes({ path, methods: [method], integration, ...(authorizer && { authorizer }) });
  }

  /** Requests a second for one route, all callers together; never above the stage's own limit. */
  #limit(routeKey: string, route: HttpRoute, { rateLimit, burstLimit }: Required<ThrottleSettings>): void {
    const { rateLimit: stageRate = rateLimit, burstLimit: stageBurst = burstLimit } = this.#throttle;
    const stage = this.#stage.node.defaultChild as CfnStage;
    // Assigned as a whole: in the path of a property override, a dot in a route key would start another level.
    stage.routeSettings = {
      ...stage.routeSettings,
      [routeKey]: {
        ThrottlingRateLimit: Math.min(rateLimit, stageRate),
        ThrottlingBurstLimit: Math.min(burstLimit, stageBurst),
      },
    };
    // API Gateway refuses settings for a route that does not exist yet.
    stage.node.addDependency(route.node.defaultChild as CfnRoute);
  }

  #integrate(handler: IFunction): HttpLambdaIntegration {
    const integration = new HttpLambdaIntegration(
      `${handler.node.scope?.node.id ?? handler.node.id}Integration`,
      handler,
      {
        payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
      },
    );
    this.#integrations.set(handler, integration);
    return integration;
  }
}
