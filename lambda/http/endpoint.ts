import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type PrivateReason, Refusal, Unavailable } from '../core/errors.ts';
import { describeError, describeFault, log } from '../log.ts';
import type { LogLine } from '../log-line.ts';
import { withRefreshOutcome } from '../refresh-outcome.ts';
import { type FindAddress, gatewayAddress } from './client-address.ts';
import { type HttpRequest, toRequest } from './request.ts';
import { errorReply, type Reply, refusalReply, toResult } from './response.ts';

/** The common first fields of a request's log line. */
type LineStart = Pick<LogLine, 'level' | 'outcome' | 'reason' | 'item' | 'error' | 'subject' | 'sessionId'>;

type Source = Pick<LogLine, 'requestId' | 'sourceIp' | 'proxy'>;

type Handler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/**
 * Wraps a route and contains the only `catch`. Every request ends in one response and one log line.
 *
 * @param retryAfterSeconds `Retry-After` of a 503: within the grace window, so that the retry finds its successor
 * @param cookiesOf cookies that every response to the request sets, before those of the reply
 */
export type Endpoint = (
  route: string,
  retryAfterSeconds: number,
  handle: (request: HttpRequest) => Promise<Reply>,
  cookiesOf?: (request: HttpRequest) => readonly string[],
) => Handler;

export const endpoint: Endpoint = endpointAt(gatewayAddress);

/** The same for routes that need the source address. */
export function endpointAt(findAddress: FindAddress): Endpoint {
  return (route, retryAfterSeconds, handle, cookiesOf = () => []) =>
    async (event) => {
      const startedAt = performance.now();
      let reply: Reply;
      let line: LineStart;
      let source: Source = sourceOf(event);
      let cookies: readonly string[] = [];
      try {
        const request = toRequest(event);
        cookies = cookiesOf(request);
        const found = await findAddress(request);
        source = { ...source, ...found };
        reply = await handle({ ...request, sourceIp: found.sourceIp });
        line = { level: 'info', outcome: reply.facts?.outcome ?? 'ok' };
      } catch (error) {
        [reply, line] = explain(error, retryAfterSeconds);
      }
      const told: LogLine = {
        route,
        ...source,
        ...reply.facts,
        ...line,
        status: reply.status,
        durationMs: Math.round(performance.now() - startedAt),
      };
      log(withRefreshOutcome(told));
      return toResult({ ...reply, cookies: [...cookies, ...(reply.cookies ?? [])] });
    };
}

/** The source of a request. For a malformed event, as much as is known. */
function sourceOf(event: Partial<APIGatewayProxyEventV2> | null): Source {
  const { requestId, http } = event?.requestContext ?? {};
  const sourceIp = http?.sourceIp;
  return {
    ...(typeof requestId === 'string' && { requestId }),
    ...(typeof sourceIp === 'string' && { sourceIp }),
  };
}

/** How long a client waits before it repeats the request, in seconds: protocol.md, "One refresh". */
export function retryAfter(graceSeconds: number): number {
  return Math.max(1, Math.floor(graceSeconds / 3));
}

/** Refusals that an operator must look into. */
const warnings: ReadonlySet<PrivateReason> = new Set(['token_impossible', 'token_reused', 'hash_unusable']);

/** The response to an error that a route threw, and the first fields of its log line. */
export function explain(error: unknown, retryAfterSeconds: number): [Reply, LineStart] {
  if (error instanceof Refusal) {
    const level = warnings.has(error.reason) ? 'warn' : 'info';
    return [refusalReply(error), { level, outcome: error.code, reason: error.reason, ...error.about }];
  }
  if (error instanceof Unavailable) {
    const headers = { 'retry-after': String(retryAfterSeconds) };
    return [
      errorReply(
        503,
        'temporarily_unavailable',
        'The service is temporarily unavailable. Send the same request again.',
        headers,
      ),
      { level: 'error', outcome: 'unavailable', reason: error.reason, error: describeError(error) },
    ];
  }
  return [
    errorReply(500, 'server_error', 'The service failed.'),
    { level: 'error', outcome: 'failed', ...describeFault(error), error: describeError(error) },
  ];
}
