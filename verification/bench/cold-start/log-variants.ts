/** Ways to write the log line and the metrics, as sources that take the place of lambda/log.ts in a bundle. */

const rest = `
export { describeError } from './log.ts?original';
import { measure, serviceName } from './metrics.ts';
const plain = (line) => process.stdout.write(JSON.stringify({ time: new Date().toISOString(), ...line }) + '\\n');
const service = serviceName() ?? 'bench';
`;

/** Powertools writes its own line for each set of dimensions: EMF takes no second set with other metrics. */
const powertoolsMetrics = `
import { Metrics } from '@aws-lambda-powertools/metrics';
const metrics = new Metrics({ namespace: 'Pawl', serviceName: service });
const record = (line) => {
  const { _aws, ...values } = measure(line, service, Date.now()) ?? { _aws: { CloudWatchMetrics: [] } };
  const fields = { ...line, ...values };
  for (const { Dimensions: [names], Metrics: found } of _aws.CloudWatchMetrics) {
    for (const name of names.slice(1)) metrics.addDimension(name, String(fields[name]));
    for (const { Name, Unit } of found) metrics.addMetric(Name, Unit === 'None' ? 'NoUnit' : Unit, values[Name]);
    metrics.publishStoredMetrics();
    metrics.clearDimensions();
  }
};
`;

const powertoolsLogger = `
import { Logger } from '@aws-lambda-powertools/logger';
const logger = new Logger({ serviceName: service });
const write = ({ level, ...line }) => logger[level](line.outcome, line);
`;

export const variants: Readonly<Record<string, string | undefined>> = {
  'no metrics': `${rest} export const log = plain;`,
  'as built': undefined,
  'Powertools metrics': `${rest}${powertoolsMetrics} export const log = (line) => { plain(line); record(line); };`,
  'Powertools logger': `${rest}${powertoolsLogger} export const log = write;`,
  'Powertools logger + metrics': `${rest}${powertoolsLogger}${powertoolsMetrics}
    export const log = (line) => { write(line); record(line); };`,
};
