import { CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { paginateListSubscriptionsByTopic, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientLimits } from '../frame/clients.ts';
import { type Check, ok, problem, skipped } from './check.ts';

const hasNoAlarms = skipped('the local service has no alarms');

export const alarmSubscribers: Check = {
  name: 'alarm subscribers',
  run: async (target) => {
    const topic = target.find('AlarmTopicArn');
    if (target.isLocal) return hasNoAlarms;
    if (topic === undefined) return problem('there are no alarms: deploy without alarms: false');
    let confirmed = 0;
    const pages = paginateListSubscriptionsByTopic({ client: new SNSClient(clientLimits) }, { TopicArn: topic });
    for await (const { Subscriptions = [] } of pages) {
      confirmed += Subscriptions.filter(({ SubscriptionArn = '' }) => SubscriptionArn.startsWith('arn:')).length;
    }
    if (confirmed > 0) return ok(`${confirmed} ${confirmed === 1 ? 'subscription' : 'subscriptions'}`);
    return problem(`the alarm topic has no subscriber: aws sns subscribe --topic-arn ${topic} --protocol email ...`);
  },
};

export const alarmsOn: Check = {
  name: 'alarms',
  run: async (target) => {
    const topic = target.find('AlarmTopicArn');
    if (target.isLocal) return hasNoAlarms;
    if (topic === undefined) return skipped('there are no alarms');
    const on: string[] = [];
    const pages = paginateDescribeAlarms({ client: new CloudWatchClient(clientLimits) }, { StateValue: 'ALARM' });
    for await (const { MetricAlarms = [] } of pages) {
      const own = MetricAlarms.filter(({ AlarmActions = [] }) => AlarmActions.includes(topic));
      on.push(...own.map(({ AlarmName = '' }) => AlarmName));
    }
    return on.length === 0 ? ok('none is on') : problem(`on: ${on.join(', ')}: docs/operate.md, "Alarms"`);
  },
};

export const deadLetters: Check = {
  name: 'dead letters',
  run: async (target) => {
    // The output contains the AWS address, even if an endpoint is configured.
    const client = new SQSClient({ ...clientLimits, useQueueUrlAsEndpoint: false });
    const AttributeNames = ['ApproximateNumberOfMessages' as const];
    const command = new GetQueueAttributesCommand({ QueueUrl: target.need('DeadLetterQueueUrl'), AttributeNames });
    const waiting = Number((await client.send(command)).Attributes?.ApproximateNumberOfMessages ?? 0);
    if (waiting === 0) return ok('none');
    return problem(`${waiting}: sessions may be alive that should have ended: docs/operate.md, "Dead letters"`);
  },
};

/** Lambda keeps 100 of an account's quota unreserved; a new account may have 10 in all. */
const leastConcurrency = 100;

export const concurrency: Check = {
  name: 'Lambda concurrency',
  run: async (target) => {
    if (target.isLocal) return skipped('the local service has no quota');
    const { AccountLimit } = await new LambdaClient(clientLimits).send(new GetAccountSettingsCommand({}));
    const { ConcurrentExecutions: all = 0, UnreservedConcurrentExecutions: free = 0 } = AccountLimit ?? {};
    const said = `quota ${all}, ${free} of it unreserved`;
    if (free >= leastConcurrency) return ok(said);
    return problem(`${said}: Lambda throttles a burst of users; request a higher quota under Service Quotas, Lambda`);
  },
};
