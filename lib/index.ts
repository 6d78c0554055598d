/** Everything that the package `pawl` exports. */
import './peers.ts';

export type { AlarmThresholds } from './alarm-thresholds.ts';
export type { MemorySizes } from './function-memory.ts';
export type { WatchProps } from './operations.ts';
export { PawlStack, type PawlStackProps } from './pawl-stack.ts';
export type { Settings } from './settings.ts';
export { TokenAuthorizer, type TokenAuthorizerProps } from './token-authorizer.ts';
export type { PublicJwk, PublicJwks } from './token-authorizer-rules.ts';
export { TokenService } from './token-service.ts';
export type { TokenServiceProps } from './token-service-props.ts';
