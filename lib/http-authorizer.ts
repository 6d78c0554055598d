import type { Duration } from 'aws-cdk-lib';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { physicalName } from './physical-names.ts';

/**
 * The authorizer of an HTTP API.
 *
 * @param scope names it: unique within an API, which may be your own and have other authorizers
 */
export function httpAuthorizer(scope: Construct, handler: IFunction, resultsCacheTtl: Duration): HttpLambdaAuthorizer {
  return new HttpLambdaAuthorizer('AccessToken', handler, {
    authorizerName: physicalName(scope, 128),
    // The CDK's defaults are IAM responses and a cache of five minutes; a cached allow outlives the token's exp.
    responseTypes: [HttpLambdaResponseType.SIMPLE],
    resultsCacheTtl,
    identitySource: ['$request.header.Authorization'],
  });
}
