export { limitHeaders, rateLimited } from './limit-policy';
export { LimitsModule } from './limits.module';
export { RequestLimits } from './request-limits';
