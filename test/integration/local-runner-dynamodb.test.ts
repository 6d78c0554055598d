import { describe, expect, onTestFinished, test } from 'vitest';
import { startDynamoDb } from '../../local/aws/dynamodb.ts';
import { callDynamoDb } from '../../local/aws/dynamodb-call.ts';
import { echo, serveForTest } from './support/local-runner.ts';

describe('embedded DynamoDB', () => {
  test.each(['dynoxide', 'dynalite'] as const)(
    '%s answers once it is started, and is gone after stop',
    async (engine) => {
      const database = await startDynamoDb({ engine });
      expect(await callDynamoDb(database.endpoint, 'ListTables', {})).toEqual({ TableNames: [] });
      await database.stop();
      expect(await database.exited).toBeUndefined();
      await expect(callDynamoDb(database.endpoint, 'ListTables', {})).rejects.toThrow();
    },
  );
  test('many can start at once', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, async () => startDynamoDb()));
    for (const { stop } of all) onTestFinished(stop);
    expect(new Set(all.map(({ endpoint }) => endpoint)).size).toBe(6);
  });
  test('another engine serves in its place, with the table that it has already', async () => {
    const database = await startDynamoDb({ engine: 'dynalite' });
    onTestFinished(database.stop);
    for (let round = 0; round < 2; round += 1) {
      const service = await serveForTest(echo, { dynamodbEndpoint: database.endpoint });
      expect(service.endpoints.AWS_ENDPOINT_URL_DYNAMODB).toBe(database.endpoint);
      await service.stop();
    }
    expect(await callDynamoDb(database.endpoint, 'ListTables', {})).toEqual({ TableNames: ['Fixture-Table'] });
  });
  test('its death is told', async () => {
    const service = await serveForTest(echo);
    process.kill(service.databasePid ?? Number.NaN, 'SIGKILL');
    expect(await service.failed).toBe('the database ended (SIGKILL)');
  });
});
