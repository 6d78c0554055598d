/** A CDK app for another account: an HTTP API that accepts the access tokens of a Pawl stack it has no access to. */
import { App, Stack } from 'aws-cdk-lib';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Construct } from 'constructs';
import { TokenAuthorizer, type TokenAuthorizerProps } from '../../lib/token-authorizer.ts';

export class ElsewhereStack extends Stack {
  constructor(scope: Construct, id: string, props: TokenAuthorizerProps) {
    super(scope, id);
    new HttpApi(this, 'Api').addRoutes({
      path: '/orders',
      methods: [HttpMethod.GET],
      integration: new HttpUrlIntegration('Orders', 'https://orders.internal.example.com'),
      authorizer: new TokenAuthorizer(this, 'Authorizer', props).forHttpApi(),
    });
  }
}

if (import.meta.main) {
  new ElsewhereStack(new App(), 'Elsewhere', {
    // The outputs Issuer and Audience of the Pawl stack. Nothing else of it is needed.
    issuer: 'https://auth.example.com',
    audience: 'https://api.example.com',
  });
}
