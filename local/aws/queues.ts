import { createHash, randomUUID } from 'node:crypto';
import type { Template } from '../cloudformation/template.ts';
import { AwsError, type AwsService } from './aws-endpoints.ts';

/** A message of a queue. */
export interface Message {
  readonly id: string;
  readonly body: string;
}

/** The template's SQS queues, by ARN. Messages stay until they are received. */
export class Queues {
  readonly #queues = new Map<string, { readonly url: string; readonly messages: Message[] }>();

  constructor(template: Template) {
    for (const { id } of template.ofType('AWS::SQS::Queue')) {
      const arn = String(template.resolve({ 'Fn::GetAtt': [id, 'Arn'] }));
      this.#queues.set(arn, { url: String(template.resolve({ Ref: id })), messages: [] });
    }
  }

  /** Puts a message into the queue with that ARN, if there is one. */
  send(arn: string, body: string): void {
    this.#queues.get(arn)?.messages.push({ id: randomUUID(), body });
  }

  /** The messages in the queue whose name contains the text. */
  waiting(part: string): readonly Message[] {
    const queue = [...this.#queues].find(([arn]) => arn.includes(part));
    return queue?.[1].messages ?? [];
  }

  /** The part of SQS that reads a dead-letter queue. A received message is deleted. */
  service(): AwsService {
    const byUrl = (input: unknown): Message[] => {
      const [queue] = [...this.#queues.values()].filter(({ url }) => url === input);
      if (queue === undefined) throw new AwsError('QueueDoesNotExist', 'there is no such queue');
      return queue.messages;
    };
    return {
      ReceiveMessage: ({ QueueUrl, MaxNumberOfMessages = 1 }) => ({
        Messages: byUrl(QueueUrl)
          .splice(0, Number(MaxNumberOfMessages))
          .map(({ id, body }) => ({ MessageId: id, ReceiptHandle: id, Body: body, MD5OfBody: md5(body) })),
      }),
      DeleteMessage: () => ({}),
      GetQueueAttributes: ({ QueueUrl }) => ({
        Attributes: { ApproximateNumberOfMessages: String(byUrl(QueueUrl).length) },
      }),
    };
  }
}

/** The checksum that SQS clients verify. */
function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
