import { expect, test } from 'vitest';
import { Fault, Unavailable } from '../../../lambda/core/errors.ts';
import { request, tableClient } from '../../../lambda/store/dynamo.ts';

const failing = (error: object) => request(() => Promise.reject(Object.assign(new Error('no'), error)));

test('an error before any request is not an outage: a retry does not help', async () => {
  const error = new TypeError('Unsupported type passed');
  await expect(request(() => Promise.reject(error))).rejects.toBe(error);
});

test.each([
  { code: 'ECONNRESET' },
  { name: 'TimeoutError' },
  { name: 'AbortError' },
  { $metadata: { httpStatusCode: 500 } },
  { name: 'SyntaxError', $metadata: { httpStatusCode: 200 } },
  { name: 'ReplicatedWriteConflictException', $metadata: { httpStatusCode: 400 } },
  { name: 'TransactionConflictException', $metadata: { httpStatusCode: 400 } },
  { name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } },
])('what may succeed later is unavailable: %j', async (error) => {
  await expect(failing(error)).rejects.toBeInstanceOf(Unavailable);
});

test('a permanent refusal by AWS is a fault', async () => {
  await expect(failing({ $metadata: { httpStatusCode: 400 } })).rejects.toBeInstanceOf(Fault);
});

test('no middleware copies requests and responses for a logger; the others stay', () => {
  const names = tableClient()
    .middlewareStack.identify()
    .map((step) => step.split(' ')[0]);
  expect(names).not.toContain('loggerMiddleware');
  expect(names).toEqual(
    expect.arrayContaining([
      'serializerMiddleware',
      'retryMiddleware',
      'httpSigningMiddleware',
      'deserializerMiddleware',
    ]),
  );
});
