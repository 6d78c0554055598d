import { issuer } from '@openauthjs/openauth';
import { DynamoStorage } from '@openauthjs/openauth/storage/dynamo';
import { createSubjects } from '@openauthjs/openauth/subject';
import { handle } from 'hono/aws-lambda';
import { httpEvent } from '../../../test/support/http-event.ts';
import { type OpenSystem, readReply } from '../systems/system.ts';

const anything = { '~standard': { version: 1 as const, vendor: 'bench', validate: (value: unknown) => ({ value }) } };

/**
 * OpenAuth with its own DynamoDB storage, as a Lambda function. Its client credentials grant opens the sessions: it is
 * the shortest way to a refresh token in the public API.
 */
export function openauthWith(ttl: { readonly retention?: number }): OpenSystem {
  return async ({ endpoint, table }) => {
    const app = issuer({
      storage: DynamoStorage({ table, endpoint }),
      subjects: createSubjects({ user: anything }),
      ttl: { access: 600, refresh: 14 * 86_400, ...ttl },
      providers: {
        bench: {
          type: 'bench',
          init: (routes, context) => {
            routes.post('/logout-everywhere', async (c) => {
              await context.invalidate(String(c.req.query('subject')));
              return c.text('done');
            });
          },
          client: async ({ clientID }) => ({ id: clientID }),
        },
      },
      success: (context, value: { id: string }) =>
        context.subject('user', { tenant: 'acme' }, { subject: value.id }) as never,
    });
    const lambda = handle(app) as unknown as (event: unknown) => Promise<unknown>;
    const post = (path: string, form: Readonly<Record<string, string>>, query = '') => {
      const headers = { host: 'auth.example.com', 'content-type': 'application/x-www-form-urlencoded' };
      return lambda(httpEvent({ path, query, headers, body: new URLSearchParams(form).toString(), base64: true }));
    };
    return {
      seed: async (count) => {
        const seeded = [];
        for (let made = 0; made < count; made += 1) {
          const subject = crypto.randomUUID();
          const form = { grant_type: 'client_credentials', provider: 'bench', client_id: subject, client_secret: '-' };
          const { refreshToken = '' } = readReply(await post('/token', form));
          seeded.push({ subject, refreshToken });
        }
        return seeded;
      },
      refresh: async (refreshToken) =>
        readReply(await post('/token', { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: 'app' })),
      revokeAll: async (subject) => {
        const answer = (await post('/bench/logout-everywhere', {}, `subject=${subject}`)) as { statusCode: number };
        if (answer.statusCode !== 200) throw new Error(`revoke-all: ${answer.statusCode}`);
      },
    };
  };
}
