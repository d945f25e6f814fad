import { Injectable } from '@nestjs/common';
import { Jobs } from '@app/platform';
import { WechatClient, type ListedAccount } from '@app/wechat';
import { reconcilePlatform } from '../credentials.jobs';
import { PlatformRepository } from '../platforms/platform.repository';
import { ComponentCalls } from '../tokens/component-calls';
import { AccountAdoption } from './account-adoption';
import { AccountRereads } from './account-reader';
import { AccountRepository } from './account.repository';

const PAGE = 500;

/** api_get_authorizer_list, all of it. */
@Injectable()
export class AuthorizerList {
  constructor(
    private readonly platforms: PlatformRepository,
    private readonly calls: ComponentCalls,
    private readonly wechat: WechatClient,
  ) {}

  /** Order and stability of pages are undocumented: an account listed twice counts once. */
  async read(platformId: string): Promise<Map<string, ListedAccount>> {
    const componentAppid = await this.platforms.getAppid(platformId);
    const listed = new Map<string, ListedAccount>();
    for (let offset = 0; ; offset += PAGE) {
      const page = await this.calls.run(platformId, 'api_get_authorizer_list', (componentToken) =>
        this.wechat.authorizerList({ componentAppid, componentToken, offset, count: PAGE }),
      );
      for (const account of page.accounts) listed.set(account.appid, account);
      if (page.accounts.length === 0 || offset + PAGE >= page.total) return listed;
    }
  }
}

/** Compares what WeChat lists with what is stored: pushes get lost, and WeChat does not say how often it repeats them. */
@Injectable()
export class PlatformReconcile {
  constructor(
    private readonly list: AuthorizerList,
    private readonly accounts: AccountRepository,
    private readonly adoption: AccountAdoption,
    private readonly rereads: AccountRereads,
  ) {}

  /** Adopts unknown accounts; where the two differ, INFO is asked. How many differed. */
  async run(platformId: string): Promise<number> {
    const listed = await this.list.read(platformId);
    const stored = new Map((await this.accounts.listStates(platformId)).map((row) => [row.appid, row]));
    let differences = 0;
    for (const { appid, authorizedAt } of listed.values()) {
      if (!stored.has(appid) && (await this.adoption.adopt(platformId, appid, authorizedAt))) differences++;
    }
    for (const { id, appid, state } of stored.values()) {
      const isKnown = listed.get(appid)?.refreshToken != null;
      if (isKnown === (state === 'authorized')) continue;
      differences++;
      await this.rereads.request(id);
    }
    return differences;
  }
}

/** Enqueues a reconcile of every platform. */
@Injectable()
export class ReconcileSweep {
  constructor(
    private readonly platforms: PlatformRepository,
    private readonly jobs: Jobs,
  ) {}

  async sweep(): Promise<number> {
    const platforms = await this.platforms.listAll();
    await this.jobs.enqueueMany(
      reconcilePlatform,
      platforms.map(({ id }) => ({ platformId: id })),
    );
    return platforms.length;
  }
}
