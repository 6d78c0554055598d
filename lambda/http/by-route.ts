import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { errorReply, toResult } from './response.ts';

type Handler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/** One function for several routes, by `routeKey` (`POST /a`). */
export function byRoute(routes: Readonly<Record<string, Handler>>): Handler {
  const all = new Map(Object.entries(routes));
  return async (event) => {
    const route = all.get(event?.routeKey);
    return route === undefined ? toResult(errorReply(404, 'not_found', 'There is no such route.')) : route(event);
  };
}
