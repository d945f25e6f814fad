import { Clock, newId, type Secret } from '@app/kernel';
import { SafeFetch, SafeFetchError, Transactions } from '@app/platform';
import { keyAfter, pageOf, providerNotFound, type Page, type PageRequest, type Reach } from '@app/tenants';
import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { HEALTHY } from '../sending/breaker-policy';
import { newSigningSecret } from '../sending/signature';
import { topicsOf, type Topic } from '../topics';
import { urlRefused, urlVerdict } from './url-policy';
import { type EndpointChange, type EndpointRow, WebhookEndpointRepository } from './webhook-endpoint.repository';
import { WebhookSecretRepository } from './webhook-secret.repository';
import { ENDPOINTS_MAX, tooManyWebhooks, webhookNotFound, webhookOwnerNeeded } from './webhook.errors';

export interface WantedWebhook {
  readonly name: string;
  readonly url: string;
  readonly topics: readonly Topic[];
}
export type WebhookChange = Partial<WantedWebhook> & { readonly enabled?: boolean };

/** An endpoint as people see it. */
export type WebhookView = Omit<EndpointRow, 'topics'> & { readonly topics: readonly Topic[] };

const DNS_MS = 3_000;
/** Receivers have a day to learn a new secret. */
const OLD_SECRET_MS = 86_400_000;

/** Where providers want to be told, and of what. */
@Injectable()
export class WebhookService {
  constructor(
    private readonly endpoints: WebhookEndpointRepository,
    private readonly secrets: WebhookSecretRepository,
    private readonly transactions: Transactions,
    private readonly web: SafeFetch,
    private readonly clock: Clock,
  ) {}

  /**
   * The signing secret is told here and, after a rotation, by `rotate`; never again. Throws `webhook_owner_needed`,
   * `provider_not_found`, `webhook_url_refused`, `too_many_webhooks`.
   */
  async create(
    reach: Reach,
    provider: string | undefined,
    wanted: WantedWebhook,
  ): Promise<{ view: WebhookView; secret: Secret }> {
    const providerId = ownerOf(reach, provider);
    const url = await this.checked(wanted.url);
    const now = this.clock.now();
    const given = { id: newId('whk'), providerId, name: wanted.name, url, topics: stored(wanted.topics) };
    const row: EndpointRow = { ...given, state: 'enabled', disabledBecause: null, ...HEALTHY, createdAt: now };
    const secret = newSigningSecret();
    await this.transactions.run(async (manager) => {
      if ((await this.endpoints.countLocked(manager, providerId)) >= ENDPOINTS_MAX) throw tooManyWebhooks();
      await this.endpoints.insert(manager, row);
      await this.secrets.replace(manager, row.id, secret, { now, othersEndAt: now });
    });
    return { view: viewOf(row), secret };
  }

  /** In the order of making. Throws `cursor_invalid`. */
  async list(reach: Reach, request: PageRequest): Promise<Page<WebhookView>> {
    const rows = await this.endpoints.listInReach(reach, keyAfter(request) ?? '', request.limit + 1);
    const page = pageOf(rows, request.limit, ({ id }) => id);
    return { ...page, items: page.items.map(viewOf) };
  }

  /** Throws `webhook_not_found`. */
  async get(reach: Reach, id: string): Promise<WebhookView> {
    const row = await this.endpoints.findInReach(reach, id);
    if (!row) throw webhookNotFound();
    return viewOf(row);
  }

  /** Enabling closes the breaker: what waited is sent at once. Throws `webhook_not_found`, `webhook_url_refused`. */
  async change(reach: Reach, id: string, { enabled, ...wanted }: WebhookChange): Promise<WebhookView> {
    await this.get(reach, id);
    const change: EndpointChange = {
      ...(wanted.name === undefined ? {} : { name: wanted.name }),
      ...(wanted.url === undefined ? {} : { url: await this.checked(wanted.url) }),
      ...(wanted.topics === undefined ? {} : { topics: stored(wanted.topics) }),
      ...(enabled === true ? { state: 'enabled', disabledBecause: null, ...HEALTHY } : {}),
      ...(enabled === false ? { state: 'disabled', disabledBecause: 'person' } : {}),
    };
    await this.held(id, (manager, row) => this.endpoints.update(manager, row, change));
    return this.get(reach, id);
  }

  /** Nothing is sent any more; its log goes with it. Throws `webhook_not_found`. */
  async delete(reach: Reach, id: string): Promise<void> {
    await this.get(reach, id);
    await this.held(id, async (manager, row) => {
      await this.endpoints.update(manager, row, { state: 'deleted' });
      await this.secrets.delete(manager, id);
    });
  }

  /** A new secret. Deliveries are signed with the one before it, too, until the time told. Throws `webhook_not_found`. */
  async rotate(reach: Reach, id: string): Promise<{ secret: Secret; previousUntil: Date }> {
    await this.get(reach, id);
    const now = this.clock.now();
    const othersEndAt = new Date(now.getTime() + OLD_SECRET_MS);
    const secret = newSigningSecret();
    await this.held(id, (manager) => this.secrets.replace(manager, id, secret, { now, othersEndAt }));
    return { secret, previousUntil: othersEndAt };
  }

  private async held(id: string, work: (manager: EntityManager, row: EndpointRow) => Promise<void>): Promise<void> {
    await this.transactions.run(async (manager) => {
      const row = await this.endpoints.lock(manager, id);
      if (!row || row.state === 'deleted') throw webhookNotFound();
      await work(manager, row);
    });
  }

  private async checked(text: string): Promise<string> {
    const verdict = urlVerdict(text, this.web.allowsLoopback);
    if (!verdict.allowed) throw urlRefused(verdict.because);
    try {
      await this.web.check(verdict.url, DNS_MS);
    } catch (error) {
      throw error instanceof SafeFetchError ? urlRefused('not_public') : error;
    }
    return verdict.url;
  }
}

function ownerOf({ providerIds }: Reach, named: string | undefined): string {
  const [only, ...others] = new Set(providerIds);
  if (named === undefined) {
    if (only === undefined || others.length > 0) throw webhookOwnerNeeded();
    return only;
  }
  if (!providerIds.includes(named)) throw providerNotFound();
  return named;
}

function stored(topics: readonly Topic[]): string {
  return [...new Set(topics)].join(' ');
}

function viewOf(row: EndpointRow): WebhookView {
  return { ...row, topics: topicsOf(row.topics) };
}
