import { type FaultSwitches } from '../faults/fault-switches';
import { type Grant, type Platform } from '../state/model';
import { type Grants } from './grants';
import { type Quota } from './quota';
import { type Tokens } from './tokens';

/**
 * Somebody else who holds the platform's secret, such as a test environment: what it buys takes the place of what we
 * hold and uses up the same quota, but is no call of ours.
 */
export class SecondEnvironment {
  constructor(
    private readonly tokens: Tokens,
    private readonly grants: Grants,
    private readonly quota: Quota,
    private readonly faults: FaultSwitches,
  ) {}

  buyComponentToken(platform: Platform): void {
    this.quota.note(platform.appid, '/cgi-bin/component/api_component_token');
    this.tokens.issueComponent(platform);
  }

  refreshAccount(grant: Grant): void {
    this.quota.note(grant.component, '/cgi-bin/component/api_authorizer_token');
    this.grants.refreshElsewhere(grant);
  }

  afterComponentToken(platform: Platform): void {
    if (this.faults.take('otherBuysComponentToken')) this.buyComponentToken(platform);
  }

  afterRefresh(grant: Grant): void {
    if (this.faults.take('otherRefreshesAccount')) this.refreshAccount(grant);
  }
}
