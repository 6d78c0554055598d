/** A CDK app: Pawl, and your own route, which only callers with a valid access token reach. */
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';
import { TokenService, type TokenServiceProps } from '../../lib/token-service.ts';

export class OrdersStack extends Stack {
  constructor(scope: Construct, id: string, props: TokenServiceProps = {}) {
    super(scope, id);
    const service = new TokenService(this, 'TokenService', props);
    const orders = new NodejsFunction(this, 'Orders', {
      entry: join(import.meta.dirname, 'orders.ts'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
    });
    const integration = new HttpLambdaIntegration('OrdersIntegration', orders);
    service.api.addRoutes({
      path: '/orders',
      methods: [HttpMethod.GET],
      integration,
      // This line guards the route. Without a valid access token, the function is not called.
      authorizer: service.authorizer,
    });
  }
}

if (import.meta.main) new OrdersStack(new App(), 'Orders');
