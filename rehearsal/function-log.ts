import { must, Violation } from '../smoke/check.ts';
import { account } from './environment.ts';

/** A log line of the refresh function with `token_reused`, found in CloudWatch Logs as an operator finds it. */
export async function reusedLine(endpoint: string): Promise<{ readonly subject: string; readonly sessionId: string }> {
  const { logGroups = [] } = await ask<{ logGroups?: { logGroupName: string }[] }>(endpoint, 'DescribeLogGroups', {});
  for (const { logGroupName } of logGroups) {
    const { events = [] } = await ask<{ events?: { message: string }[] }>(endpoint, 'FilterLogEvents', {
      logGroupName,
    });
    const found = events.map(({ message }) => message).findLast((message) => message.includes('"token_reused"'));
    if (found !== undefined)
      return JSON.parse(found.slice(found.indexOf('{'))) as { subject: string; sessionId: string };
  }
  throw new Violation(`no line of ${logGroups.length} log groups has token_reused`);
}

/** The emulator reads the access key id from the header and does not check the signature. */
async function ask<T>(endpoint: string, action: string, input: object): Promise<T> {
  const { accessKey, region } = account;
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKey}/20260101/${region}/logs/aws4_request, SignedHeaders=host, Signature=0`,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `Logs_20140328.${action}`,
    },
    body: JSON.stringify(input),
    signal: AbortSignal.timeout(10_000),
  });
  must(answer.ok, `${action}: ${answer.status}`);
  return (await answer.json()) as T;
}
