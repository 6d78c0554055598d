import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { SettingsError } from './settings-reader.ts';
import { settingNames } from './settings-table.ts';
import { TokenService, type TokenServiceProps } from './token-service.ts';

export interface PawlStackProps extends StackProps {
  readonly service?: TokenServiceProps;
}

/** A stack that contains only the service, with outputs for operators, the command line and other stacks. */
export class PawlStack extends Stack {
  readonly service: TokenService;

  /** @throws SettingsError listing every invalid prop */
  constructor(scope: Construct, id: string, props: PawlStackProps = {}) {
    super(scope, id, props);
    const misplaced = settingNames.filter((name) => name in props);
    if (misplaced.length > 0) throw new SettingsError(misplaced.map((name) => `${name} belongs in the prop service`));
    this.service = new TokenService(this, 'TokenService', props.service);
    this.service.outputs();
  }
}
