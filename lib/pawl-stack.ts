import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { TokenService, type TokenServiceProps } from './token-service.ts';

export interface PawlStackProps extends StackProps {
  readonly service?: TokenServiceProps;
}

/** A stack that contains only the service, with outputs for operators, the command line and other stacks. */
export class PawlStack extends Stack {
  readonly service: TokenService;

  constructor(scope: Construct, id: string, props: PawlStackProps = {}) {
    super(scope, id, props);
    this.service = new TokenService(this, 'TokenService', props.service);
    this.service.outputs();
  }
}
