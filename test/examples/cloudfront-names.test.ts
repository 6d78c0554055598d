import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { CloudFrontStack } from '../../examples/cloudfront-waf/app.ts';
import { bundles } from '../synth/support/synth.ts';

const stackOf = (stackName: string) =>
  new CloudFrontStack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'CloudFrontPawl', {
    stackName,
    env: { region: 'us-east-1' },
    domainName: 'auth.example.com',
    certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012',
    service: { bundles },
  });

test('can be deployed twice in one account: names follow from the stack', () => {
  const namesOf = (stackName: string) => {
    const { Resources } = Template.fromStack(stackOf(stackName)).toJSON() as {
      Resources: Record<string, { Type: string; Properties?: Record<string, { Name?: unknown } | string> }>;
    };
    return Object.values(Resources).flatMap(({ Type, Properties = {} }) => {
      // Policies of CloudFront have their name in a configuration.
      const named = [Properties, ...Object.values(Properties)] as { Name?: unknown }[];
      return named.flatMap(({ Name }) => (typeof Name === 'string' ? [`${Type} ${Name}`] : []));
    });
  };
  const [one, other] = [namesOf('auth-one'), namesOf('auth-two')];
  expect(one.filter((name) => other.includes(name))).toEqual([]);
  const policies = namesOf('A'.repeat(128)).filter((name) => name.startsWith('AWS::CloudFront::'));
  expect(policies).toHaveLength(2);
  for (const name of policies) expect(name.split(' ')[1]).toMatch(/^[\w-]{1,128}$/);
});
