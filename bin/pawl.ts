/** The CDK app: context in, stack out. */
import { App } from 'aws-cdk-lib';
import { readContext } from '../lib/context.ts';
import { PawlStack } from '../lib/pawl-stack.ts';
import { SettingsError } from '../lib/settings-reader.ts';

try {
  const app = new App();
  const { stackName, settings } = readContext(app.node.getAllContext());
  // The construct id does not depend on the stack name, so a renamed stack keeps its logical ids.
  new PawlStack(app, 'Pawl', {
    stackName,
    // The route that the README and the smoke test call.
    service: { ...settings, exampleRoute: true },
    description: 'Login sessions: access and refresh tokens',
  });
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  // The input is wrong, not the program: no stack trace.
  process.stderr.write(`${error.message}\n`);
  // Not exitCode: the app would still write an empty assembly.
  process.exit(1);
}
