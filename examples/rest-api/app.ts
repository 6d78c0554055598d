/** A CDK app: your own REST API, whose methods only callers with a valid access token reach. */
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { LambdaIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';
import { TokenAuthorizer, type TokenAuthorizerProps } from '../../lib/token-authorizer.ts';

export class RestStack extends Stack {
  constructor(scope: Construct, id: string, props: TokenAuthorizerProps) {
    super(scope, id);
    const orders = new NodejsFunction(this, 'Orders', {
      entry: join(import.meta.dirname, 'orders.ts'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
    });
    const authorizer = new TokenAuthorizer(this, 'Authorizer', props).forRestApi();
    const api = new RestApi(this, 'Api', {
      defaultIntegration: new LambdaIntegration(orders),
      // Every method of the API. A preflight carries no token: leave OPTIONS to `defaultCorsPreflightOptions`.
      defaultMethodOptions: { authorizer },
    });
    api.root.addResource('orders').addMethod('GET');
  }
}

if (import.meta.main) {
  // The outputs Issuer and Audience of the Pawl stack, which may be in any account.
  new RestStack(new App(), 'RestOrders', { issuer: 'https://auth.example.com', audience: 'https://api.example.com' });
}
