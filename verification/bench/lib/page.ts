import { availableParallelism, loadavg } from 'node:os';
import { asMarkdown, type Report } from './report.ts';

/** What the machine is like, without saying which one it is. */
export function machine(engine: string, loadBefore: number): string {
  const load = `load ${loadBefore.toFixed(1)} before and ${(loadavg()[0] ?? 0).toFixed(1)} after`;
  return `${availableParallelism()} cores (${process.platform}, ${process.arch}), Node ${process.version}, ${load}, embedded engine ${engine}`;
}

/** docs/benchmarks.md, written by `npm run bench` with these options. */
export function page(reports: readonly Report[], described: string, options: readonly string[]): string {
  return `${intro(described, options.join(' '))}\n\n${reports.map(asMarkdown).join('\n\n')}\n`;
}

const intro = (described: string, options: string) => `# Benchmarks

Measured by \`npm run bench -- ${options}\`, which wrote this page: nothing below is typed by hand. It needs no AWS account
and installs what is compared with into \`verification/bench/\` at its first run. \`npm run bench -- --write\` takes about ten minutes;
with \`--sessions 10000000\` the part \`scale\` goes on to ten million sessions, which takes half an hour and 8 GB of memory
more. A part alone: \`npm run bench -- refresh\` (\`correctness\`, \`refresh\`, \`authorizer\`, \`first\`, \`instructions\`,
\`login\`, \`scale\`). Counting \`instructions\`, and so a whole run, needs valgrind as well (the Debian package \`valgrind\`).

Machine of this run: ${described}.

What to trust. Counts (requests, trips, capacity units) and verdicts are the same on every machine. Times are not: read
the ratios, which compare what ran in turn on the same machine, and expect them to move by a tenth from run to run, more
on a machine that has other work to do: where the load is above the number of cores, trust CPU more than time, and
run it again on a quiet machine before you trust a missed or met goal. Instructions are counted and not timed: load does
not move them, another version of Node or another kind of processor does. Nothing here went over TLS or through API Gateway.

What is compared, each at the version that \`verification/bench/package-lock.json\` names:

- **Pawl**: the built bundles, as they are deployed, with the default settings.
- **better-auth**: Better Auth's OAuth provider plugin, with JWT access tokens and an adapter for DynamoDB written for this comparison
  (\`verification/bench/peers/better-auth-adapter.ts\`). As it comes, a used refresh token is refused and takes all of the user's tokens at
  that client with it. \`better-auth-reuse\` is the same with \`refreshTokenReuseInterval: 30\`, which keeps each answer, encrypted, in the
  used token's row. It has no call that ends all of a user's sessions with their refresh tokens; the comparison deletes the user's tokens.
- **supabase-rule**: not Supabase, but a store on DynamoDB with the rule that Supabase Auth publishes (\`verification/bench/peers/supabase-rule.ts\`): a
  token one behind the current one is always answered with the current one, an older one for 10 s; else the session ends. The key
  that makes a session's tokens lies in its row.
- **openauth**: \`@openauthjs/openauth\` with its own DynamoDB storage. As it comes, a used refresh token serves for 60 s
  more. \`openauth-retention\` is the same, told to remember used tokens for 14 days.
- **oidc-provider**: with \`rotateRefreshToken: true\`, JWT access tokens, and an adapter for DynamoDB written for this
  comparison (\`verification/bench/peers/dynamo-adapter.ts\`): one item a model instance, consistent reads, an index by grant. It ends
  the grant when a used token comes back, which RFC 9700 allows and which is why a lost answer costs the login there;
  its answer to that is to not rotate for clients that prove possession of a key. OAuth is a small part of what it does.

In the tables of correctness, *honest user out* means that a legitimate user has to log in again, and
*thief stays* that a party without a right to the session still gets tokens: with several live chains from one token, a thief among
the callers would keep an undetected one.`;
