/** A stand-in for a user pool, to try the migration on your machine. It answers InitiateAuth for one user. */
import { createServer, type Server } from 'node:http';

/** A user of the pool. */
export interface PoolUser {
  readonly username: string;
  readonly password: string;
  readonly sub: string;
  readonly email?: string;
}

/** @param find finds a user by username or e-mail address */
export function startPool(port: number, find: (name: string) => PoolUser | undefined): Promise<Server> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const { USERNAME, PASSWORD } = (JSON.parse(body) as { AuthParameters: Record<string, string> }).AuthParameters;
      const user = find(USERNAME ?? '');
      const known = user !== undefined && user.password === PASSWORD;
      response.writeHead(known ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(known ? tokensOf(user) : { __type: 'NotAuthorizedException' }));
    });
  });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}

function tokensOf({ username, sub, email }: PoolUser) {
  const claims = { sub, 'cognito:username': username, email, email_verified: email !== undefined };
  const IdToken = ['{}', JSON.stringify(claims), '-'].map((part) => Buffer.from(part).toString('base64url')).join('.');
  return { AuthenticationResult: { IdToken } };
}

if (import.meta.main) {
  const user = { username: 'alice', password: 'old password', sub: 'sub-of-alice', email: 'alice@example.com' };
  await startPool(4100, (name) => (name === user.username || name === user.email ? user : undefined));
  process.stdout.write(`A pool with ${user.username}, password "${user.password}", at http://127.0.0.1:4100/\n`);
}
