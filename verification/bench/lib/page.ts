import { availableParallelism, loadavg } from 'node:os';
import { asMarkdown, type Report } from './report.ts';

/** Describes the machine without identifying it. */
export function machine(engine: string, loadBefore: number): string {
  const load = `load ${loadBefore.toFixed(1)} before and ${(loadavg()[0] ?? 0).toFixed(1)} after`;
  return `${availableParallelism()} cores (${process.platform}, ${process.arch}), Node ${process.version}, ${load}, embedded engine ${engine}`;
}

/** The text of docs/benchmarks.md, as `npm run bench` generates it with these options. */
export function page(reports: readonly Report[], described: string, options: readonly string[]): string {
  return `${intro(described, options.join(' '))}\n\n${reports.map(asMarkdown).join('\n\n')}\n`;
}

const intro = (described: string, options: string) => `# Benchmarks

Measured by \`npm run bench -- ${options}\`, which generated this page. It needs no AWS account
and installs the compared systems into \`verification/bench/\` on its first run. \`npm run bench -- --write\` takes about ten minutes;
with \`--sessions 10000000\`, the part \`scale\` continues to ten million sessions, which takes another half an hour and 8 GB of
memory. To run one part: \`npm run bench -- refresh\` (\`correctness\`, \`refresh\`, \`authorizer\`, \`first\`, \`instructions\`,
\`login\`, \`scale\`). Counting \`instructions\`, and therefore a full run, also needs valgrind (the Debian package \`valgrind\`).

Machine of this run: ${described}.

How to read the figures: counts (requests, trips, capacity units) and verdicts are the same on every machine. Times are not. Compare
the ratios, which come from interleaved runs on the same machine. Expect them to vary by a tenth between runs, and more
on a busy machine. If the load is above the number of cores, rely on CPU time rather than wall time, and
repeat the run on an idle machine before you rely on a met or missed goal. Instructions are counted, not timed: load does
not change them, but another version of Node or another kind of processor does. Nothing was measured over TLS or through API Gateway.

The compared systems, each at the version in \`verification/bench/package-lock.json\`:

- **Pawl**: the built bundles, as deployed, with the default settings.
- **better-auth**: Better Auth's OAuth provider plugin, with JWT access tokens and an adapter for DynamoDB written for this comparison
  (\`verification/bench/peers/better-auth-adapter.ts\`). By default, a used refresh token is refused and revokes all of the user's tokens at
  that client. \`better-auth-reuse\` is the same with \`refreshTokenReuseInterval: 30\`, which stores each response, encrypted, in the
  used token's row. It has no call that ends all of a user's sessions and their refresh tokens, so the comparison deletes the user's tokens.
- **supabase-rule**: not Supabase, but a store on DynamoDB with the rule that Supabase Auth publishes (\`verification/bench/peers/supabase-rule.ts\`): a
  token that is one behind the current one always returns the current one, and an older one does for 10 s; after that, the session ends. The key
  that derives a session's tokens is stored in its row.
- **openauth**: \`@openauthjs/openauth\` with its own DynamoDB storage. By default, a used refresh token works for another 60 s. \`openauth-retention\` is the same, configured to remember used tokens for 14 days.
- **oidc-provider**: with \`rotateRefreshToken: true\`, JWT access tokens, and an adapter for DynamoDB written for this
  comparison (\`verification/bench/peers/dynamo-adapter.ts\`): one item per model instance, consistent reads, an index by grant. It ends
  the grant when a used token comes back, which RFC 9700 allows; a lost response therefore costs the login.
  It does not rotate tokens of clients that prove possession of a key. OAuth is only a small part of its features.

In the correctness tables, *honest user out* means that a legitimate user has to log in again. *Thief stays* means that a party without a
right to the session still gets tokens. This includes several live chains from one token, because a thief among the callers would keep one of them
undetected.`;
