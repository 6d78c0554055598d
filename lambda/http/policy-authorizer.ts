import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { authorizeToken } from '../core/authorize.ts';
import type { Verifier } from '../core/signing.ts';
import type { LogLine } from '../log-line.ts';
import { systemClock } from '../system-clock.ts';
import { VerdictLog } from '../verdict-log.ts';
import { judge } from './authorizer-line.ts';

/** The event that REST and WebSocket APIs pass to an authorizer of type REQUEST. Any part may be missing. */
export type PolicyEvent = Partial<
  Pick<APIGatewayRequestAuthorizerEvent, 'methodArn' | 'headers' | 'multiValueHeaders'>
> & {
  readonly requestContext?: {
    readonly requestId?: string;
    readonly identity?: { readonly sourceIp?: string };
  };
};

export type PolicyAnswer = APIGatewayAuthorizerResult & { readonly context: Record<string, string> };

export interface PolicyAuthorizer {
  readonly verifier: Verifier;
  /** The access token of a request; undefined when there is none, or more than one. */
  tokenOf(event: PolicyEvent): string | undefined;
  /** The resource that the caller may invoke. */
  resourceOf(stage: ApiStage): string;
}

/** `arn:<partition>:execute-api:<region>:<account>:<API>/<stage>` */
export type ApiStage = string & { readonly brand: 'ApiStage' };

/**
 * An authorizer that returns an IAM policy: it allows, or throws.
 *
 * @throws Error `Unauthorized`, which API Gateway turns into 401; any other error becomes 500: nothing was decided
 */
export function policyAuthorizer({ verifier, tokenOf, resourceOf }: PolicyAuthorizer) {
  const log = new VerdictLog(systemClock);
  return async (event: PolicyEvent): Promise<PolicyAnswer> => {
    let stage: ApiStage | undefined;
    const { context } = await judge(log, sourceOf(event), async () => {
      stage = apiStage(event.methodArn);
      return authorizeToken(tokenOf(event), verifier);
    });
    // Not a deny policy: that would return 403, and API Gateway would cache it.
    if (context === undefined || stage === undefined) throw new Error('Unauthorized');
    return {
      principalId: context.sub,
      policyDocument: {
        Version: '2012-10-17',
        Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: resourceOf(stage) }],
      },
      context,
    };
  };
}

function sourceOf(event: PolicyEvent | undefined): Pick<LogLine, 'requestId' | 'sourceIp'> {
  const { requestId, identity } = event?.requestContext ?? {};
  return {
    ...(requestId !== undefined && { requestId }),
    ...(identity?.sourceIp !== undefined && { sourceIp: identity.sourceIp }),
  };
}

/** All values of a header. REST and WebSocket APIs keep the case that the client used. */
export function headerValues(event: PolicyEvent, name: string): readonly string[] {
  const many = Object.entries(event?.multiValueHeaders ?? {}).flatMap(([key, values]) => withName(key, values ?? []));
  if (many.length > 0) return many;
  return Object.entries(event?.headers ?? {}).flatMap(([key, value]) => withName(key, value ?? []));

  function withName(key: string, values: string | readonly string[]): readonly string[] {
    return key.toLowerCase() === name ? [values].flat() : [];
  }
}

/**
 * API and stage of a method ARN; no part may be a pattern. @throws Error if there is none, for example for another
 * event
 */
function apiStage(methodArn: unknown): ApiStage {
  const pattern = /^(arn:[\w-]+:execute-api:[\w-]+:\d{12}:\w+\/[\w$-]+)\//;
  const stage = typeof methodArn === 'string' ? pattern.exec(methodArn)?.[1] : undefined;
  if (stage === undefined) throw new Error('not an event of a REST or WebSocket API');
  return stage as ApiStage;
}
