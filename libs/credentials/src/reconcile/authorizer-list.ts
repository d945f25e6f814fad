import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { WechatClient, type ListedAccount } from '@app/wechat';
import { PlatformRepository } from '../platforms/platform.repository';
import { ComponentCalls } from '../tokens/component-calls';
import { type Listing } from './reconcile-policy';

/** "count: up to 500" (api_get_authorizer_list); more answers 40170. */
const PAGE = 500;
/** Order and stability under paging are undocumented: a pass may show accounts twice and miss others. */
const MAX_PASSES = 4;
/** A million accounts. */
const MAX_PAGES = 2_000;

/** Called with every answer; throws when the list is not wanted any more. */
type OnPage = () => void;

/** api_get_authorizer_list, all of it. */
@Injectable()
export class AuthorizerList {
  constructor(
    private readonly platforms: PlatformRepository,
    private readonly calls: ComponentCalls,
    private readonly wechat: WechatClient,
    private readonly clock: Clock,
  ) {}

  /** Throws what the call throws: a failed page fails the whole. */
  async read(platformId: string, onPage: OnPage): Promise<Listing> {
    const began = this.clock.now();
    const accounts = new Map<string, ListedAccount>();
    for (let pass = 1; pass <= MAX_PASSES; pass++) {
      const before = accounts.size;
      const total = await this.pass(platformId, accounts, onPage);
      if (accounts.size === total) return { began, complete: true, accounts };
      // Accounts came or went: what was collected may hold some that are gone.
      if (total === null || accounts.size > total) accounts.clear();
      else if (pass > 1 && accounts.size === before) break;
    }
    // What WeChat cannot show whole is read once more as it is; nothing will follow from what it lacks.
    if (accounts.size === 0) await this.pass(platformId, accounts, onPage);
    return { began, complete: false, accounts };
  }

  /** From the first page to the last. How many accounts WeChat counts; null when that moved meanwhile. */
  private async pass(platformId: string, accounts: Map<string, ListedAccount>, onPage: OnPage): Promise<number | null> {
    const componentAppid = await this.platforms.getAppid(platformId);
    let total: number | null = null;
    for (let offset = 0; offset < MAX_PAGES * PAGE; offset += PAGE) {
      const page = await this.calls.run(platformId, 'api_get_authorizer_list', (componentToken) =>
        this.wechat.authorizerList({ componentAppid, componentToken, offset, count: PAGE }),
      );
      onPage();
      for (const account of page.accounts) accounts.set(account.appid, account);
      if (total !== null && page.total !== total) return null;
      total = page.total;
      if (page.accounts.length === 0 || offset + PAGE >= total) return total;
    }
    return total;
  }
}
