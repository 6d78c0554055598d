import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SettingsError } from '../../../lib/settings-reader.ts';
import { TokenService, type TokenServiceProps } from '../../../lib/token-service.ts';
import { bundles } from './synth.ts';

/** The team's stack, with the service in it. */
export class TeamStack extends Stack {
  readonly service: TokenService;

  constructor(app: App, team: (stack: Stack) => TokenServiceProps) {
    super(app, 'Team');
    this.service = new TokenService(this, 'TokenService', { bundles, ...team(this) });
  }
}

/** The team's function that verifies passwords. */
export const usersOf = (stack: Stack) =>
  new LambdaFunction(stack, 'Users', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = () => {}'),
  });

/** @param team makes what is the team's and hands it over as props */
export function withTeam(team: (stack: Stack) => TokenServiceProps, change: (stack: TeamStack) => void = () => {}) {
  const app = new App();
  const stack = new TeamStack(app, team);
  change(stack);
  return { app, stack, template: Template.fromStack(stack) };
}

/** What a call threw, or undefined. */
export function outcome(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Faults of a service in the team's stack. */
export function faultsOf(team: (stack: Stack) => TokenServiceProps): readonly string[] {
  const error = outcome(() => withTeam(team));
  if (!(error instanceof SettingsError)) throw new Error('it should have been refused');
  return error.faults;
}
