/** A fresh process: loads the bundle in argv[2], if any, handles one event, and reports the cost on descriptor 3. */
const { writeSync } = require('node:fs');
const report = (answer) => {
  const { user, system } = process.cpuUsage();
  writeSync(3, JSON.stringify({ cpuMs: (user + system) / 1000, answer }));
  process.exit(0);
};
if (process.argv[2] === undefined) report('nothing');
else {
  const { handler } = require(process.argv[2]);
  handler(JSON.parse(process.env.BENCH_EVENT)).then(report, (error) => report(String(error)));
}
