import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** The answer of an AWS service, in its own format. */
export interface FakeAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The services that the command line calls, by the name in the signature. */
export type FakeService = 'cloudformation' | 'dynamodb' | 'lambda' | 'events';

/** AWS with one stack, Pawl, and one user, alice. Each service can be made to fail as AWS does. */
export interface FakeAws {
  readonly endpoint: string;
  /** Answers every later request to the service like this. */
  fail(service: FakeService, answer: FakeAnswer | undefined): void;
  stop(): Promise<void>;
}

const json = (value: unknown, status = 200): FakeAnswer => ({ status, body: JSON.stringify(value) });

/** An error of a service with a JSON protocol. */
export const jsonError = (type: string, message: string, status = 400): FakeAnswer => ({
  ...json({ __type: type, message }, status),
  headers: { 'x-amzn-errortype': type },
});

/** An error of CloudFormation. */
export const xmlError = (code: string, message: string, status = 400): FakeAnswer => ({
  status,
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
});

const outputs = { TableName: 'Pawl-table', EventBusName: 'Pawl-bus', KeysFunctionName: 'Pawl-keys' };
const stack = `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>Pawl</StackName><Outputs>${Object.entries(
  outputs,
)
  .map(([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`)
  .join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;

const login = {
  pk: { S: 'LOGIN#alice' },
  sk: { S: 'LOGIN' },
  subject: { S: 'subject-of-alice' },
  claimedAt: { N: '1' },
};
const account = {
  ...{ pk: { S: 'USER#subject-of-alice' }, sk: { S: 'ACCOUNT' }, username: { S: 'alice' }, status: { S: 'active' } },
  ...{ epoch: { N: '0' }, claims: { M: {} }, scope: { S: 'read' } },
};

function usual(service: string, operation: string, body: string): FakeAnswer {
  if (service === 'cloudformation') return { status: 200, body: stack };
  if (operation === 'Scan' || operation === 'Query') return json({ Items: operation === 'Scan' ? [account] : [] });
  if (operation === 'UpdateItem') return json({ Attributes: account });
  if (operation === 'GetItem') {
    return json(body.includes('LOGIN#alice') ? { Item: login } : body.includes('of-alice"') ? { Item: account } : {});
  }
  return json({});
}

export async function startFakeAws(): Promise<FakeAws> {
  const failing = new Map<string, FakeAnswer>();
  const answer = async (request: IncomingMessage): Promise<FakeAnswer> => {
    const [, service = ''] = /Credential=[^/]+\/\d+\/[^/]+\/(\w+)\//.exec(request.headers.authorization ?? '') ?? [];
    const operation = String(request.headers['x-amz-target'] ?? '').replace(/^.*\./, '');
    const body = await text(request);
    return failing.get(service) ?? usual(service, operation, body);
  };
  const server = createServer((request, response) => {
    void answer(request).then(({ status, headers = {}, body }) => response.writeHead(status, headers).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fail: (service, with_) => (with_ === undefined ? failing.delete(service) : failing.set(service, with_)),
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
