import { App, Validations } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterEach, expect, test, vi } from 'vitest';
import { PawlStack } from '../../lib/pawl-stack.ts';
import type { TokenServiceProps } from '../../lib/token-service.ts';
import { bundles } from './support/synth.ts';

function app(service: TokenServiceProps = {}, change: (stack: PawlStack) => void = () => {}): App {
  const app = new App();
  change(new PawlStack(app, 'Pawl', { service: { bundles, exampleRoute: true, ...service } }));
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}

/** Synthesizes and returns what the checks had to say; the CDK prints it and throws. */
function findings(app: App): string {
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
  try {
    app.synth();
    return '';
  } catch (error) {
    return `${(error as Error).message}\n${printed.mock.calls.flat().join('\n')}`;
  }
}

afterEach(() => vi.restoreAllMocks());

const domain = {
  domainName: 'auth.example.com',
  certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012',
};

test.each([
  ['by default', {}],
  ['with cookie mode and a domain', { allowedOrigins: ['https://app.example.com'], ...domain }],
  ['with X-Ray', { tracing: true }],
])('cdk-nag has no findings %s', (_, service) => {
  expect(findings(app(service))).toBe('');
});

test('it does look: another open route is found, in spite of the acknowledged ones', () => {
  const open = app({}, ({ service }) => {
    const handler = service.node.findChild('Me').node.findChild('Function') as LambdaFunction;
    const integration = new HttpLambdaIntegration('Open', handler);
    service.api.addRoutes({ path: '/open', methods: [HttpMethod.GET], integration });
  });
  expect(findings(open)).toContain('AwsSolutions-APIG4');
});
