/** A fresh process: loads the bundle of argv[2], handles one event, reports on file descriptor 3. */
const { writeSync } = require('node:fs');
const startedAt = performance.now();
const before = process.cpuUsage();
const { handler } = require(process.argv[2]);
handler(JSON.parse(process.env.BENCH_EVENT)).then((answer) => {
  const { user, system } = process.cpuUsage(before);
  const wallMs = performance.now() - startedAt;
  writeSync(3, JSON.stringify({ wallMs, cpuMs: (user + system) / 1000, answer }));
  process.exit(0);
});
