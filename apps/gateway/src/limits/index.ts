export { limitHeaders, rateLimited, type Standing } from './limit-policy';
export { LimitsModule } from './limits.module';
export { RequestLimits } from './request-limits';
