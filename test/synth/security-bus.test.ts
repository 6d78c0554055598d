import { describe, expect, test } from 'vitest';
import { only, synth } from './support/synth.ts';

const { template } = synth();

describe('security events', () => {
  test('every signal reaches the function, whatever its type; what fails reaches the queue', () => {
    const [, rule] = only(template, 'AWS::Events::Rule', /Signals/);
    const [queueId] = only(template, 'AWS::SQS::Queue', /DeadLetters/);
    const [, { Properties }] = only(template, 'AWS::Lambda::Function', /Signals/);
    expect(rule.Properties.EventPattern).toEqual({ source: ['pawl.signal'] });
    expect(rule.Properties.Targets).toMatchObject([
      { DeadLetterConfig: { Arn: { 'Fn::GetAtt': [queueId, 'Arn'] } }, RetryPolicy: { MaximumRetryAttempts: 8 } },
    ]);
    expect(Properties.DeadLetterConfig).toEqual({ TargetArn: { 'Fn::GetAtt': [queueId, 'Arn'] } });
  });
});
