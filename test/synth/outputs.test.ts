import { describe, expect, test } from 'vitest';
import { synth } from './support/synth.ts';

const { template } = synth();

describe('outputs', () => {
  test('the revocation delay is access token plus authorizer cache', () => {
    template.hasOutput('MaxRevocationDelaySeconds', { Value: '600' });
    const slower = synth({ accessTokenTtlSeconds: 300, authorizerCacheSeconds: 60 });
    slower.template.hasOutput('MaxRevocationDelaySeconds', { Value: '360' });
    expect(slower.stack.service.maxRevocationDelaySeconds).toBe(360);
  });

  test('synth fails when it exceeds the configured limit', () => {
    expect(() => synth({ accessTokenTtlSeconds: 600, authorizerCacheSeconds: 301 })).toThrow(
      /outlive its revocation by 901 s .*maxRevocationDelaySeconds \(900\)/,
    );
  });

  test('the command line finds the API and the table', () => {
    expect(Object.keys(template.findOutputs('*')).sort()).toEqual([
      'AlarmTopicArn',
      'ApiUrl',
      'Audience',
      'DeadLetterQueueUrl',
      'EventBusName',
      'Issuer',
      'KeysFunctionName',
      'MaxRevocationDelaySeconds',
      'TableName',
    ]);
  });
});
