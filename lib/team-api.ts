import { Validations } from 'aws-cdk-lib';
import {
  HttpApi,
  type HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  type IHttpApi,
  type IHttpRouteAuthorizer,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { openByDesign, type RouteHost } from './http-api.ts';

export interface TeamApiProps {
  readonly httpApi: HttpApi | IHttpApi;
}

/** Your own HTTP API, to which the routes are added. Its stage, CORS, throttling and domain are not changed. */
export class TeamApi extends Construct implements RouteHost {
  readonly #api: IHttpApi;
  readonly #integrations = new Map<IFunction, HttpLambdaIntegration>();

  constructor(scope: Construct, id: string, { httpApi }: TeamApiProps) {
    super(scope, id);
    // A route needs only the API's id, whichever stack the API is in.
    this.#api = HttpApi.fromHttpApiAttributes(this, 'Api', { httpApiId: httpApi.apiId });
  }

  openRoute(method: HttpMethod, path: string, handler: IFunction): void {
    // Set explicitly, because the API may have a default authorizer.
    const route = this.#add(method, path, handler, new HttpNoneAuthorizer());
    Validations.of(route).acknowledge(openByDesign);
  }

  guardedRoute(method: HttpMethod, path: string, handler: IFunction, authorizer: IHttpRouteAuthorizer): void {
    this.#add(method, path, handler, authorizer);
  }

  #add(method: HttpMethod, path: string, handler: IFunction, authorizer: IHttpRouteAuthorizer): HttpRoute {
    const integration = this.#integrations.get(handler) ?? this.#integrate(handler);
    const routeKey = HttpRouteKey.with(path, method);
    return new HttpRoute(this, `${method}${path}`, { httpApi: this.#api, routeKey, integration, authorizer });
  }

  #integrate(handler: IFunction): HttpLambdaIntegration {
    const id = `${handler.node.scope?.node.id ?? handler.node.id}Integration`;
    const integration = new HttpLambdaIntegration(id, handler, {
      payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
    });
    this.#integrations.set(handler, integration);
    return integration;
  }
}
