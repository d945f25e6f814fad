import { Injectable } from '@nestjs/common';
import { Clock, newId, Secret } from '@app/kernel';
import { Transactions } from '@app/platform';
import { keyAfter, pageOf, providerNotFound, type Page, type PageRequest, type Reach } from '@app/tenants';
import { ticketState, type TicketState } from '../tickets/ticket-policy';
import { TicketRepository } from '../tickets/ticket.repository';
import { PlatformCustody } from './platform-custody';
import { checkSecrets, componentAppid, publicOrigin, type PlatformSecretValues } from './platform-policy';
import { type PlatformRow } from './platform.entity';
import { platformNotFound, providerRequired } from './platform.errors';
import { PlatformRepository } from './platform.repository';

export interface NewPlatform extends Required<PlatformSecretValues> {
  /** May be left out when the reach has exactly one. */
  readonly providerId?: string | undefined;
  readonly appid: string;
  readonly name: string;
  readonly appSecret: string;
  readonly callbackToken: string;
  readonly encodingAesKey: string;
  readonly publicOrigin: string;
}

export interface PlatformChange extends PlatformSecretValues {
  readonly name?: string | undefined;
  readonly publicOrigin?: string | undefined;
}

/** A platform as people see it: its secrets are write-only. */
export interface PlatformView extends PlatformRow {
  readonly ticket: { readonly state: TicketState; readonly receivedAt: Date | null };
}

/** Platforms as seen from somebody's reach: what lies outside it does not exist. */
@Injectable()
export class PlatformService {
  constructor(
    private readonly platforms: PlatformRepository,
    private readonly custody: PlatformCustody,
    private readonly tickets: TicketRepository,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** Throws `provider_required`, `provider_not_found`, `platform_exists` and, per field, `…_invalid`. */
  async register(reach: Reach, input: NewPlatform): Promise<PlatformView> {
    const providerId = input.providerId ?? onlyProvider(reach);
    if (!reach.providerIds.includes(providerId)) throw providerNotFound();
    checkSecrets(input);
    const platform: PlatformRow = {
      id: newId('plt'),
      providerId,
      appid: componentAppid(input.appid),
      name: input.name,
      publicOrigin: publicOrigin(input.publicOrigin),
      createdAt: this.clock.now(),
    };
    await this.transactions.run(async (manager) => {
      await this.platforms.insert(manager, platform);
      await this.custody.write(manager, platform, sealable(input));
    });
    return this.withTicket(platform);
  }

  /** In the order of making. Throws `cursor_invalid`. */
  async list(reach: Reach, request: PageRequest): Promise<Page<PlatformView>> {
    const rows = await this.platforms.listInReach(reach, keyAfter(request) ?? '', request.limit + 1);
    const page = pageOf(rows, request.limit, ({ id }) => id);
    const received = await this.tickets.receivedAt(page.items.map(({ id }) => id));
    return { ...page, items: page.items.map((platform) => this.view(platform, received.get(platform.id) ?? null)) };
  }

  /** Throws `platform_not_found`, the same for a foreign id and for one that never existed. */
  async get(reach: Reach, id: string): Promise<PlatformView> {
    return this.withTicket(await this.find(reach, id));
  }

  /** The previous callback token and key stay valid beside the new ones. Throws as `get` and `register`. */
  async update(reach: Reach, id: string, change: PlatformChange): Promise<PlatformView> {
    const platform = await this.find(reach, id);
    checkSecrets(change);
    const fields = {
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(change.publicOrigin === undefined ? {} : { publicOrigin: publicOrigin(change.publicOrigin) }),
    };
    await this.transactions.run(async (manager) => {
      await this.platforms.update(manager, id, fields);
      await this.custody.write(manager, platform, sealable(change));
    });
    return this.get(reach, id);
  }

  private async find(reach: Reach, id: string): Promise<PlatformRow> {
    const platform = await this.platforms.findInReach(reach, id);
    if (!platform) throw platformNotFound();
    return platform;
  }

  private async withTicket(platform: PlatformRow): Promise<PlatformView> {
    const received = await this.tickets.receivedAt([platform.id]);
    return this.view(platform, received.get(platform.id) ?? null);
  }

  private view(platform: PlatformRow, receivedAt: Date | null): PlatformView {
    return { ...platform, ticket: { state: ticketState(receivedAt, this.clock.now()), receivedAt } };
  }
}

function sealable(values: PlatformSecretValues): ReadonlyMap<keyof PlatformSecretValues, Secret> {
  return new Map(
    (['appSecret', 'callbackToken', 'encodingAesKey'] as const).flatMap((name) => {
      const value = values[name];
      return value === undefined ? [] : [[name, new Secret(value)] as const];
    }),
  );
}

function onlyProvider(reach: Reach): string {
  const [only, ...others] = new Set(reach.providerIds);
  if (only !== undefined && others.length === 0) return only;
  throw providerRequired();
}
