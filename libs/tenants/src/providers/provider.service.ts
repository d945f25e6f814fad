import { Injectable } from '@nestjs/common';
import { Clock, newId } from '@app/kernel';
import { keyAfter, pageOf, type Page, type PageRequest } from '../page';
import { type Reach } from '../role-policy';
import { type Provider } from './provider.entity';
import { ProviderRepository } from './provider.repository';

@Injectable()
export class ProviderService {
  constructor(
    private readonly providers: ProviderRepository,
    private readonly clock: Clock,
  ) {}

  async create(input: { readonly name: string }): Promise<Provider> {
    const provider = { id: newId('prv'), name: input.name, createdAt: this.clock.now() };
    await this.providers.insert(provider);
    return provider;
  }

  /** In the order of making; a host sees all. Throws `cursor_invalid`. */
  async list(reach: Reach, request: PageRequest): Promise<Page<Provider>> {
    const rows = await this.providers.listInReach(reach, keyAfter(request), request.limit + 1);
    return pageOf(rows, request.limit, ({ id }) => id);
  }
}
